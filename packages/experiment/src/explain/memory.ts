/** @file How much memory a training step of a stage takes, from declarations. */
import type { Encoder, Named, Stage, VariableSpec, ViewSpec } from '@dualbeat/core';
import { countValues, modulesByPrefix, stageVariables } from '@dualbeat/training';
import type { BuiltStage } from '../build-stage.ts';

/** Bytes. Parameters, gradients, optimiser and batch are counts; activations are an estimate. */
export type StageMemory = {
  readonly parameters: number;
  /** Of those that train. */
  readonly gradients: number;
  readonly optimizer: number;
  /** Running statistics. */
  readonly state: number;
  /** The views of one batch. */
  readonly batch: number;
  /**
   * Estimate: what each weight matrix makes of the tokens of one slice (microBatch, else the batch), kept for the backward
   * pass. Null where an encoder tells no tokens (convolutions): nothing is known of its inner sizes.
   */
  readonly activations: number | null;
};

const bytes = 4; // float32

export function memoryOf(
  { train }: Stage,
  { modules, frozen }: BuiltStage,
  specs: Named<ViewSpec>,
): StageMemory {
  const { params, state } = stageVariables(modules);
  const trainable = Object.fromEntries(
    Object.entries(params).filter(([name]) => !frozen.has(name)),
  );
  const perRow = Object.values(specs).reduce((sum, { shape }) => sum + product(shape), 0);
  const values = activationsOf(modules, frozen);
  return {
    parameters: bytes * countValues(params),
    gradients: bytes * countValues(trainable),
    optimizer: bytes * countValues(modules.optimizer.init(trainable)),
    state: bytes * countValues(state),
    batch: bytes * perRow * train.batchSize,
    activations: values === null ? null : bytes * values * (train.microBatch ?? train.batchSize),
  };
}

/** Values per row of the output of every weight matrix that has to be kept; null: not to be known. */
function activationsOf(modules: BuiltStage['modules'], frozen: ReadonlySet<string>): number | null {
  const encoders = Object.values(modules.encoders);
  if (encoders.some(({ tokens }) => tokens === undefined)) return null;
  let sum = 0;
  for (const [prefix, { params }] of modulesByPrefix(modules)) {
    const [kind, name = ''] = prefix.split('/');
    // a head may work on tokens (a decoder) or on pooled features: what it reads tells
    const inputs = kind === 'heads' ? Object.values(modules.heads[name]?.inputs ?? {}) : [];
    const read = inputs.map(({ shape }) => (shape.length > 1 ? (shape[0] as number) : 1));
    const encoder = kind === 'encoders' ? modules.encoders[name] : undefined;
    const count = encoder === undefined ? Math.max(1, ...read) : tokensOf(encoder);
    const trained = Object.entries(params).filter(([own]) => !frozen.has(`${prefix}/${own}`));
    sum += count * trained.reduce((width, [, spec]) => width + matrixWidth(spec), 0);
  }
  return sum;
}

function tokensOf({ tokens }: Encoder): number {
  return tokens === undefined ? 1 : tokens.prefix + product(tokens.grid);
}

function matrixWidth({ shape }: VariableSpec): number {
  return shape.length < 2 ? 0 : (shape.at(-1) as number);
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
