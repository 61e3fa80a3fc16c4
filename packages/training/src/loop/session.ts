/** @file A stage's tensors on the device and its compiled steps. */
import { keyOf } from '@dualbeat/core';
import type { HostArray, Named, Runtime, Tensor, TrainState, Tree } from '@dualbeat/core';
import type { Evaluated } from '../eval-step.ts';
import type { HostRows } from '../host-batch.ts';
import { mapNamed, unprefixed } from '../named.ts';
import { stageVariables } from '../stage-modules.ts';
import type { StageModules } from '../stage-modules.ts';
import type { StepRule } from '../step-rule.ts';
import { emaPrefix } from '../update-params.ts';
import { fromDevice, toDevice } from './averaged.ts';
import { openEvaluate, openSteps } from './open-steps.ts';
import type { Slicing, Step } from './open-steps.ts';
import { noTracer } from './tracer.ts';
import type { Tracer } from './tracer.ts';

export type HostState = {
  readonly params: Named<HostArray>;
  readonly state: Named<HostArray>;
  readonly optimizer: Named<HostArray>;
};

export interface Session {
  /** One training step; gives the report as numbers. */
  train(
    rows: HostRows,
    at: {
      readonly learningRate: number;
      readonly progress: number;
      /** Number of the freezing phase; the first where absent. */
      readonly phase?: number;
    },
  ): Named<number>;
  /** With the running mean of the weights where there is one. Results stay on the device and are the caller's to dispose. */
  evaluate(rows: HostRows, at: { readonly firstRow: number; readonly progress: number }): Evaluated;
  /** Copies all variables to the host. */
  read(): HostState;
  /** Puts other values in their place; the step number stays. */
  restore(from: HostState): void;
  close(): void;
}

export type SessionOptions = Omit<StepRule, 'frozen'> & {
  readonly runtime: Runtime;
  readonly modules: StageModules;
  /** Frozen parameters, or those of each phase. */
  readonly frozen: ReadonlySet<string> | readonly ReadonlySet<string>[];
  readonly slicing?: Slicing | undefined;
  readonly seed: number;
  readonly tracer?: Tracer | undefined;
  readonly from: HostState;
  readonly step: number;
};

export function openSession(options: SessionOptions): Session {
  const { runtime, modules, slicing, tracer = noTracer } = options;
  const phases = 'has' in options.frozen ? [options.frozen] : options.frozen;
  const compiled = new Map<number, Step>();
  const stepOf = (phase: number): Step => {
    const frozen = phases[phase] as ReadonlySet<string>;
    const step =
      compiled.get(phase) ?? openSteps(runtime, modules, { ...options, frozen }, slicing);
    compiled.set(phase, step);
    return step;
  };
  const evaluate = openEvaluate(runtime, modules, options, slicing?.microBatch);

  const words = Int32Array.from(keyOf(options.seed));
  const key = runtime.tensor({ shape: [2], data: words }, 'int32');
  let state = uploadState(runtime, modules, options.from, options.step);
  const scalar = (value: number): Tensor =>
    runtime.tensor({ shape: [], data: Float32Array.of(value) }, 'float32');

  return {
    train(rows, at) {
      const inputs = {
        key,
        learningRate: scalar(at.learningRate),
        progress: scalar(at.progress),
      };
      const step = stepOf(at.phase ?? 0);
      const result = tracer.span('graph', () => step(state, rows, inputs));
      state = result.train;
      const report = readNumbers(runtime, result.report);
      runtime.dispose({ ...result.report, a: inputs.learningRate, b: inputs.progress });
      return report;
    },
    evaluate(rows, at) {
      const progress = scalar(at.progress);
      const mean = unprefixed(emaPrefix, state.optimizer);
      const vars = { params: { ...state.params, ...mean }, state: state.state };
      const result = evaluate(vars, rows, { key, firstRow: at.firstRow, progress });
      runtime.dispose(progress);
      return result;
    },
    read: () =>
      fromDevice({
        params: readNamed(runtime, state.params),
        state: readNamed(runtime, state.state),
        optimizer: readNamed(runtime, state.optimizer),
      }),
    restore(from) {
      const step = runtime.read(state.step)[0] as number;
      runtime.dispose(state as Tree);
      state = uploadState(runtime, modules, from, step);
    },
    close: () => runtime.dispose({ key, ...(state as { readonly [name: string]: Tree }) }),
  };
}

function uploadState(
  runtime: Runtime,
  modules: StageModules,
  saved: HostState,
  step: number,
): TrainState {
  const from = toDevice(saved);
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
  return mapNamed(named, (tensor) => ({ shape: [...tensor.shape], data: runtime.read(tensor) }));
}

/** Scalars as numbers. */
export function readNumbers(runtime: Runtime, report: Named): Named<number> {
  return mapNamed(report, (tensor) => runtime.read(tensor)[0] as number);
}
