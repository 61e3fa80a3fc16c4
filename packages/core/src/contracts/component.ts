/** @file Component kinds: what `create()` is told (shapes, never arrays) and what it makes. */
import type { Static, TSchema } from 'typebox';
import type { Cohort, Figure, Metric, Reader, Schedule, Transform, ViewSpec } from './host.ts';
import type { Callback } from './callback.ts';
import type { Launcher, Search, Tracker } from './launch.ts';
import type { TargetSet, TargetSetFrom } from './target-set.ts';
import type { Encoder, Head, Loss, Optimizer, Projector, Task } from './module.ts';
import type { ArraySpec, Named, TargetSpec } from './tensor.ts';

export interface Kinds {
  encoder: { from: { readonly input: ArraySpec }; makes: Encoder };
  projector: { from: { readonly width: number }; makes: Projector };
  head: {
    from: { readonly inputs: Named<ArraySpec>; readonly targets: Named<TargetSpec> };
    makes: Head;
  };
  optimizer: { from: null; makes: Optimizer };
  loss: {
    from: {
      readonly values: Named<ArraySpec>;
      readonly targets: Named<TargetSpec>;
      /** Makes a further loss of the same values and targets: for losses that are made of others. */
      create?(use: { readonly use: string; readonly options?: unknown }): Promise<Loss>;
    };
    makes: Loss;
  };
  task: {
    from: {
      readonly encoders: Named<Encoder>;
      readonly projectors: Named<{ readonly view: string }>;
      readonly loss: Loss;
      /** Their `inputs` say which features a task has to give; absent: none are wanted beyond the pooled ones. */
      readonly heads?: Named<Pick<Head, 'inputs'>>;
    };
    makes: Task;
  };
  schedule: { from: null; makes: Schedule };
  /** `resolve` makes a path of the experiment file absolute (relative to that file); `seed` is the experiment's. */
  cohort: {
    from: {
      readonly readers: readonly Reader[];
      readonly seed: number;
      /** `cohort.split` and `cohort.pairing` of the experiment, for cohorts that store splits and pair records. */
      readonly split?: string;
      readonly pairing?: string;
      resolve(path: string): string;
    };
    makes: Cohort;
  };
  reader: { from: null; makes: Reader };
  transform: { from: { readonly input: ViewSpec }; makes: Transform };
  /** `resolve`: as for the cohort. */
  metric: {
    from: {
      readonly views: Named<ViewSpec>;
      /** Of the stage, by head: names, units and groups of what is predicted. */
      readonly targets?: Named<TargetSpec>;
      resolve(path: string): string;
    };
    makes: Metric;
  };
  figure: { from: null; makes: Figure };
  'target-set': { from: TargetSetFrom; makes: TargetSet };
  callback: {
    from: { readonly views: readonly string[]; readonly targets: Named<TargetSpec> };
    makes: Callback;
  };
  /** `resolve`: paths of `site.yaml`. */
  launcher: { from: { resolve(path: string): string }; makes: Launcher };
  search: { from: null; makes: Search };
  tracker: { from: { resolve(path: string): string }; makes: Tracker };
}
export type Kind = keyof Kinds;
export interface Component<K extends Kind, S extends TSchema = TSchema> {
  readonly kind: K;
  readonly id: string;
  readonly options: S;
  /** Tasks alone: views that it may encode, by its options; absent: all. The encoders of other views are not made. */
  views?(
    options: Static<S>,
    from: {
      readonly encoders: readonly string[];
      readonly projectors: Named<{ readonly view: string }>;
    },
  ): readonly string[];
  create(
    options: Static<S>,
    from: Kinds[K]['from'],
  ): Kinds[K]['makes'] | Promise<Kinds[K]['makes']>;
}
/** Types a component's options from its schema. */
export function defineComponent<K extends Kind, S extends TSchema>(
  component: Component<K, S>,
): Component<K, S> {
  return component;
}
