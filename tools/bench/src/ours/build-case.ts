/** @file The stage that is timed, made from its experiment file as `dualbeat run` makes it. */
import { fileURLToPath } from 'node:url';
import { at, loadExperiment } from '@dualbeat/core';
import type { ResolvedExperiment, ViewSpec } from '@dualbeat/core';
import { alwaysPlugins, buildStage } from '@dualbeat/experiment';
import type { BuiltStage } from '@dualbeat/experiment';

export const STAGE = 'mae';
const file = fileURLToPath(new URL('../../ecg-mae.yaml', import.meta.url));

export const leads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
export const samples = 5000;

/** 12 leads x 10 s at 500 Hz. */
const ecg: ViewSpec = {
  shape: [leads.length, samples],
  dtype: 'float32',
  axes: [
    { name: 'lead', labels: leads },
    { name: 'time', spacing: 1 / 500, unit: 's' },
  ],
  unit: 'mV',
};

export type BenchStage = BuiltStage & { readonly resolved: ResolvedExperiment };

/** Errors: E_EXPERIMENT_..., E_COMPONENT_... */
export async function buildCase(set: readonly string[]): Promise<BenchStage> {
  const { resolved, host } = await loadExperiment({ file, set, always: alwaysPlugins });
  try {
    const built = await buildStage(host, resolved, STAGE, { targets: {} }, { ecg });
    return { ...built, resolved };
  } finally {
    host.close();
  }
}

/** Options of the stage that both sides need. */
export function settingsOf({ resolved, modules }: BenchStage) {
  const stage = at(resolved.stages, STAGE, 'stage');
  const number = (of: { readonly options: object }, name: string): number =>
    (of.options as Record<string, number>)[name] as number;
  const { betas } = stage.optimizer.options as { betas: readonly [number, number] };
  const { patch, grid, prefix } = at(modules.encoders, 'ecg').tokens ?? noTokens();
  return {
    heads: at(modules.encoders, 'ecg').attention?.heads,
    decoderHeads: number(at(stage.heads, 'decoder'), 'heads'),
    decoderWidth: number(at(stage.heads, 'decoder'), 'width'),
    grid,
    prefix,
    patch: patch.reduce((a, b) => a * b, 1),
    tokens: grid.reduce((a, b) => a * b, 1),
    maskRatio: number(stage.task, 'maskRatio'),
    correlationWeight: number(stage.loss, 'correlationWeight'),
    learningRate: number(stage.schedule, 'value'),
    betas,
    epsilon: number(stage.optimizer, 'epsilon'),
    weightDecay: number(stage.optimizer, 'weightDecay'),
  };
}

function noTokens(): never {
  throw new Error('the encoder of the benchmark has tokens');
}
