/** @file The experiment as the rest of the project reads it: every short form expanded, every default filled. */
import type { Split } from '../contracts/host.ts';
import type { Named } from '../contracts/tensor.ts';
import type { Host } from '../host/types.ts';

export type Options = { readonly [name: string]: unknown };
/** A component and its options; after loading, the options are complete and valid. `loss: mse` is short for `{ use: mse, options: {} }`. */
export type Use = { readonly use: string; readonly options: Options };
/** `{ sameAs: ed }` shares the encoder of another view: one set of parameters. */
export type EncoderUse = Use | { readonly sameAs: string };
/** `view` is the projector's own name unless the file says another. */
export type ProjectorUse = Use & { readonly view: string };
/** A view of the batch: view `from` of the cohort through `transforms`, in order. */
export type ViewUse = { readonly from: string; readonly transforms: readonly Use[] };
/** Where parameters below a prefix ('encoders/ecg') start from. */
export type InitSource = { readonly from: string; readonly checkpoint: 'best' | 'last' };
export type Freeze = {
  /** Glob patterns over full parameter names: 'encoders/ed/**'. */
  readonly params: readonly string[];
  /** Frozen modules keep their running statistics. */
  readonly statistics: boolean;
};
export type EarlyStop = {
  /** 'val/loss'. */
  readonly metric: string;
  /** Evaluations without an improvement. */
  readonly patience: number;
  readonly mode: 'min' | 'max';
};
export type Train = {
  /** 0: the stage only evaluates. */
  readonly epochs: number;
  readonly batchSize: number;
  /** Rows per slice of a batch (cached features); absent: the whole batch at once. */
  readonly microBatch?: number;
  readonly earlyStop?: EarlyStop;
  /** Background readers; 0 reads in the worker itself. */
  readonly workers: number;
  /** Batches read ahead. */
  readonly prefetch: number;
  /** Checkpoints kept: the best k. */
  readonly keepBest: number;
  /** In epochs. */
  readonly evaluateEvery: number;
  readonly maxSteps?: number;
  /** Largest global norm of the gradient. */
  readonly clipNorm?: number;
};
export type Evaluate = {
  readonly splits: readonly Split[];
  readonly metrics: readonly Use[];
  readonly figures: readonly Use[];
  /** Absent: that of training. */
  readonly batchSize?: number;
};
export type Stage = {
  readonly task: Use;
  /**
   * Only those that this stage changes, whole: in the file, its options go over the experiment's by key, and with another
   * `use` they stand alone. `stageEncoders(resolved, stage)` gives all that the stage sees.
   */
  readonly encoders: Named<Use>;
  readonly heads: Named<Use>;
  readonly projectors: Named<ProjectorUse>;
  readonly loss: Use;
  readonly optimizer: Use;
  readonly schedule: Use;
  /** By parameter prefix. */
  readonly init: Named<InitSource>;
  readonly freeze: Freeze;
  /** Head name to target set of the cohort. */
  readonly targets: Named<string>;
  readonly train: Train;
  readonly evaluate: Evaluate;
  /** Stages that must be done first, beside those of `init`. */
  readonly needs: readonly string[];
};
export type RuntimeUse = Use & { readonly device: string; readonly precision: 'float32' };
export type CohortUse = Use & {
  readonly split: string;
  readonly pairing: string;
  /** Readers with options of their own; all others of the plugins have their defaults. */
  readonly readers: readonly Use[];
};
export type SweepAxis = {
  readonly values: readonly unknown[];
  readonly when?: { readonly variant: readonly string[] };
};
export type Sweep = {
  readonly seeds: readonly number[];
  readonly variants?: readonly string[];
  readonly axes: Named<SweepAxis>;
  readonly budget?: { readonly trials?: number; readonly hours?: number };
  readonly compare?: {
    readonly baselines: readonly string[];
    readonly metrics: readonly string[];
    readonly pairedBy: string;
    readonly correction: 'none' | 'holm' | 'bonferroni';
  };
};
export type ResolvedExperiment = {
  readonly dualbeat: 1;
  readonly name: string;
  readonly description?: string;
  readonly plugins: readonly string[];
  readonly seed: number;
  readonly runtime: RuntimeUse;
  readonly cohort: CohortUse;
  readonly views: Named<ViewUse>;
  readonly encoders: Named<EncoderUse>;
  readonly stages: Named<Stage>;
  /** The stage that `run` is for; absent in the file: the last one. */
  readonly result: string;
  /** Named overlays: path to new value. Checked in shape only. */
  readonly variants: Named<Named<unknown>>;
  /** Checked in shape only. */
  readonly sweep?: Sweep;
};
export type LoadOptions = {
  /** The experiment file, YAML 1.2 or JSON. */
  readonly file: string;
  /** 'a.b=1': path and new value (as YAML), replaced whole; `null` drops. */
  readonly set?: readonly string[];
  /** What `${env:NAME}` reads. */
  readonly env?: { readonly [name: string]: string | undefined };
  /** Plugins that are loaded unnamed, by package name or path. */
  readonly always: readonly string[];
};
export type LoadedExperiment = {
  readonly resolved: ResolvedExperiment;
  /** Path of a value ('stages.mae.train.epochs') to where it was said: 'a.yaml:3:5', '--set ...' or 'default'. */
  readonly origins: Named<string>;
  readonly host: Host;
  /** Absolute path of the experiment file. */
  readonly file: string;
  /** The resolved experiment as a file that loads to the same. */
  yaml(): string;
};
