/** @file Modules under test: their harness by kind, and one bench per case and runtime. */
import type { HostArray, Named } from '@dualbeat/core';
import type { CaseSubject, Mode, RuntimeSubject } from '../check.ts';
import { runtimeOf } from '../modes.ts';
import { encoderHarness, headHarness, lossHarness, projectorHarness } from './adapters.ts';
import type { InputMakers, MakeLossInput } from './adapters.ts';
import { openBench } from './bench.ts';
import type { Bench } from './bench.ts';
import type { Harness } from './harness.ts';
import { taskHarness, taskStage } from './task-harness.ts';
import type { TaskCase } from './task-harness.ts';

export type ModuleKind = 'encoder' | 'projector' | 'head' | 'loss' | 'task';

/** What a reference is given: the inputs, the parameters and the options with their defaults. */
export type ReferenceInput = {
  readonly inputs: Named<HostArray>;
  readonly params: Named<HostArray>;
  readonly options: Named<unknown>;
};
export type Golden = {
  /** Largest difference, relative to the largest value; say in a comment why it is so large. */
  readonly tolerance: number;
  /** Without it: golden/<kind>-<id>-<case>.safetensors in the plugin's folder. */
  readonly file?: string | URL;
};
export type ModuleOf = {
  /** Inputs that random ones will not do for. */
  readonly inputs?: InputMakers | MakeLossInput;
  readonly golden?: Golden;
  /** For kinds other than losses, where it is asked for. */
  readonly finiteDifferences?: boolean;
  /** Patterns of parameters that only another call reaches: 'head/**'. */
  readonly unused?: readonly string[];
  /** Outputs in double precision: `reference` of a loss gives { loss }. */
  readonly expected?: (of: ReferenceInput) => Named<number | ArrayLike<number>>;
};
export type ModuleCase<K extends ModuleKind = ModuleKind> = CaseSubject<K, ModuleOf>;
export type ModuleSubject<K extends ModuleKind = ModuleKind> = RuntimeSubject<K, ModuleOf>;

const harnesses: {
  readonly [K in ModuleKind]: (subject: ModuleCase<K>) => Promise<Harness>;
} = {
  encoder: async ({ make }) => encoderHarness(await make()),
  projector: async ({ make, from }) => projectorHarness(await make(), from),
  head: async ({ make, of }) => headHarness(await make(), of.inputs as InputMakers | undefined),
  loss: async ({ make, from, of }) =>
    lossHarness(await make(), from, of.inputs as MakeLossInput | undefined),
  task: async (subject) => taskHarness(await taskStage(subject as unknown as TaskCase)),
};

/** A harness around a module made now. */
export function freshHarness(subject: ModuleCase): Promise<Harness> {
  const make = harnesses[subject.kind] as (subject: ModuleCase) => Promise<Harness>;
  return make(subject);
}

const benches = new WeakMap<object, Map<Mode, Promise<Bench>>>();

/** The bench of this case on this runtime: its traces serve all checks. */
export function benchOf(subject: ModuleSubject, mode: Mode = subject.mode): Promise<Bench> {
  const byMode = benches.get(subject.make) ?? new Map<Mode, Promise<Bench>>();
  benches.set(subject.make, byMode);
  const open = async () => openBench(await runtimeOf(mode), await freshHarness(subject));
  const found = byMode.get(mode) ?? open();
  byMode.set(mode, found);
  return found;
}
