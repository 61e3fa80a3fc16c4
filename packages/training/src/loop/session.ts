/** @file A stage's tensors on the device and its compiled steps. */
import { keyOf } from '@dualbeat/core';
import type { HostArray, Named, Runtime, Tensor, TrainState, Tree } from '@dualbeat/core';
import { makeEvalStep } from '../eval-step.ts';
import type { EvalStep } from '../eval-step.ts';
import { makeTrainStep } from '../train-step.ts';
import { stageVariables } from '../stage-modules.ts';
import type { StageModules } from '../stage-modules.ts';

export type HostState = {
  readonly params: Named<HostArray>;
  readonly state: Named<HostArray>;
  readonly optimizer: Named<HostArray>;
};

export interface Session {
  /** One training step on a batch; gives the report as numbers. Consumes nothing of the caller's. */
  train(
    batch: Parameters<EvalStep>[1],
    at: { readonly learningRate: number; readonly progress: number },
  ): Named<number>;
  /** Outputs stay on the device and are the caller's to dispose. */
  evaluate(
    batch: Parameters<EvalStep>[1],
    at: { readonly firstRow: number; readonly progress: number },
  ): ReturnType<EvalStep>;
  /** Copies all variables to the host. */
  read(): HostState;
  close(): void;
}

export function openSession(options: {
  readonly runtime: Runtime;
  readonly modules: StageModules;
  readonly frozen: ReadonlySet<string>;
  readonly clipNorm?: number | undefined;
  readonly seed: number;
  readonly stage: string;
  readonly from: HostState;
  readonly step: number;
}): Session {
  const { runtime, modules, clipNorm } = options;
  const trainStep = runtime.compile(
    'train-step',
    makeTrainStep(runtime, modules, {
      stage: options.stage,
      frozen: options.frozen,
      ...(clipNorm === undefined ? {} : { clipNorm }),
    }),
    { donate: [0] },
  );
  const evalStep = runtime.compile('eval-step', makeEvalStep(runtime, modules, options.stage));

  const words = Int32Array.from(keyOf(options.seed));
  const key = runtime.tensor({ shape: [2], data: words }, 'int32');
  let state = uploadState(runtime, modules, options.from, options.step);
  const scalar = (value: number, dtype: 'float32' | 'int32' = 'float32'): Tensor =>
    runtime.tensor(
      { shape: [], data: dtype === 'int32' ? Int32Array.of(value) : Float32Array.of(value) },
      dtype,
    );

  return {
    train(batch, at) {
      const inputs = {
        key,
        learningRate: scalar(at.learningRate),
        progress: scalar(at.progress),
      };
      const result = trainStep(state, batch, inputs);
      state = result.train;
      const report = readNumbers(runtime, result.report);
      runtime.dispose({ ...result.report, a: inputs.learningRate, b: inputs.progress });
      return report;
    },
    evaluate(batch, at) {
      const inputs = { firstRow: scalar(at.firstRow, 'int32'), progress: scalar(at.progress) };
      const vars = { params: state.params, state: state.state };
      const result = evalStep(vars, batch, { key, ...inputs });
      runtime.dispose(inputs);
      return result;
    },
    read: () => ({
      params: readNamed(runtime, state.params),
      state: readNamed(runtime, state.state),
      optimizer: readNamed(runtime, state.optimizer),
    }),
    close: () => runtime.dispose({ key, ...(state as { readonly [name: string]: Tree }) }),
  };
}

function uploadState(
  runtime: Runtime,
  modules: StageModules,
  from: HostState,
  step: number,
): TrainState {
  const specs = stageVariables(modules);
  const upload = (named: Named<HostArray>, order: readonly string[]): Named =>
    Object.fromEntries(
      order.map((name) => [name, runtime.tensor(named[name] as HostArray, 'float32')]),
    );
  return {
    params: upload(from.params, Object.keys(specs.params)),
    state: upload(from.state, Object.keys(specs.state)),
    optimizer: upload(from.optimizer, Object.keys(from.optimizer)),
    step: runtime.tensor({ shape: [], data: Int32Array.of(step) }, 'int32'),
  };
}

export function readNamed(runtime: Runtime, named: Named): Named<HostArray> {
  return Object.fromEntries(
    Object.entries(named).map(([name, tensor]) => [
      name,
      { shape: [...tensor.shape], data: runtime.read(tensor) },
    ]),
  );
}

/** Scalars as numbers. */
export function readNumbers(runtime: Runtime, report: Named): Named<number> {
  return Object.fromEntries(
    Object.entries(report).map(([name, tensor]) => [name, runtime.read(tensor)[0] as number]),
  );
}
