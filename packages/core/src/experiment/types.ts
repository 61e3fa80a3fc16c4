/** @file The experiment as the rest of the project reads it: every short form expanded, every default filled. */
import type { Split } from '../contracts/host.ts';
import type { DualbeatError } from '../errors.ts';
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
  /** These stay as they are until so many epochs are finished. */
  readonly until: readonly { readonly params: readonly string[]; readonly epoch: number }[];
  /** Frozen modules keep their running statistics and run in eval mode. */
  readonly statistics: boolean;
  /** Features of encoders that are frozen whole and not augmented are kept on disk. */
  readonly cache: boolean;
};
/** `groups`: factors by pattern; those of all that match are multiplied. */
export type OptimizerUse = Use & {
  readonly groups: Named<{ readonly learningRate?: number; readonly decay?: number }>;
  readonly layerDecay?: number;
};
/** Metrics while it trains. */
export type EvaluateDuring = {
  readonly splits: readonly Split[];
  readonly metrics: readonly Use[];
  /** In epochs. */
  readonly every: number;
};
export type OnNotFinite = {
  readonly policy: 'raise' | 'skip' | 'rollback';
  readonly steps: number;
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
  /** Encoders whose batch statistics would be those of a slice. */
  readonly microBatchNorm: 'refuse' | 'allow';
  /** Batches per step. */
  readonly accumulate: number;
  /** Head whose classes come equally often in training. */
  readonly balance?: string;
  readonly earlyStop?: EarlyStop;
  /** Running mean of the weights. */
  readonly ema?: { readonly decay: number };
  readonly onNotFinite: OnNotFinite;
  readonly evaluate?: EvaluateDuring;
  /** Background readers; 0 reads in the worker itself. */
  readonly workers: number;
  /** Batches read ahead. */
  readonly prefetch: number;
  /** Checkpoints kept: the best k. */
  readonly keepBest: number;
  /** In steps, within an epoch. */
  readonly checkpointEvery?: number;
  /** In epochs: those are never deleted. */
  readonly keepEvery?: number;
  /** In epochs. */
  readonly evaluateEvery: number;
  readonly maxSteps?: number;
  /** In hours. */
  readonly maxTime?: number;
  /** Largest global norm of the gradient. */
  readonly clipNorm?: number;
  readonly updateNorms: boolean;
  /** Trains and evaluates on so many batches only. */
  readonly overfitBatches?: number;
  /** Steps that are traced. */
  readonly profile?: number;
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
  readonly optimizer: OptimizerUse;
  readonly schedule: Use;
  /** By parameter prefix. */
  readonly init: Named<InitSource>;
  readonly freeze: Freeze;
  /** Head name to target set of the cohort. */
  readonly targets: Named<string>;
  readonly train: Train;
  readonly callbacks: readonly Use[];
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
/** When an axis applies: all parts must hold. */
export type AxisCondition = {
  readonly variant?: readonly string[];
  /** Other axes by path, and the values of theirs with which this one applies. */
  readonly axes?: Named<readonly unknown[]>;
};
export type ValuesAxis = { readonly values: readonly unknown[]; readonly when?: AxisCondition };
export type RangeAxis = {
  readonly min: number;
  readonly max: number;
  readonly scale: 'linear' | 'log';
  readonly integer: boolean;
  /** Values that a grid takes, both ends included. */
  readonly steps?: number;
  readonly when?: AxisCondition;
};
export type SweepAxis = ValuesAxis | RangeAxis;
export type Watched = {
  /** '<split>/<metric>' of the result stage. */
  readonly metric: string;
  readonly mode: 'min' | 'max';
};
/** `use`: 'grid', 'random', 'latin-hypercube', 'list' (`ownStrategies`) or a search component. */
export type SweepStrategy = Use & {
  /** Points per variant; there unless `use` is grid or list. */
  readonly count?: number;
  /** The points of list: value by path. */
  readonly points?: readonly Named<unknown>[];
  /** Of the drawn points. */
  readonly seed: number;
  /** There where `use` is a search component. */
  readonly watch?: Watched;
};
export type SweepEarlyStop = Watched & {
  readonly use: 'median' | 'asha';
  readonly minEpochs: number;
  readonly minTrials: number;
  readonly reduction: number;
};
export type Sweep = {
  readonly seeds: readonly number[];
  /** Absent: all, or the file as it stands where it has none. */
  readonly variants?: readonly string[];
  readonly axes: Named<SweepAxis>;
  readonly strategy: SweepStrategy;
  readonly budget?: { readonly trials?: number; readonly hours?: number };
  readonly earlyStop?: SweepEarlyStop;
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
  /** Named overlays: path to new value, as the file has them. Gone in a trial: they are applied there. */
  readonly variants: Named<Named<unknown>>;
  /** Gone in a trial. */
  readonly sweep?: Sweep;
};
export type OpenOptions = {
  /** The experiment file, YAML 1.2 or JSON. */
  readonly file: string;
  /** 'a.b=1': path and new value (as YAML), replaced whole; `null` drops. Over the file and over its variants. */
  readonly set?: readonly string[];
  /** What `${env:NAME}` reads. */
  readonly env?: { readonly [name: string]: string | undefined };
  /** Plugins that are loaded unnamed, by package name or path. */
  readonly always: readonly string[];
};
/** What makes one trial of an experiment, applied in this order. */
export type TrialPoint = {
  /** Named overlay of `variants:`; absent: the file as it stands. */
  readonly variant?: string;
  /** As `OpenOptions.set`, after it. */
  readonly set?: readonly string[];
  /** Values of axes, by path; JSON. */
  readonly values?: Named<unknown>;
  /** Over all that the file, the variant and the sets say. */
  readonly seed?: number;
};
export type LoadOptions = OpenOptions & TrialPoint;

/** One thing that is wrong with an experiment: `path` from the root, `cause` and `fix` without a full stop. */
export type Fault = {
  readonly code: string;
  readonly path: readonly string[];
  readonly cause: string;
  readonly fix: string;
};
export type LoadedExperiment = {
  readonly resolved: ResolvedExperiment;
  /** null: the file as it stands. */
  readonly variant: string | null;
  /** Path of a value ('stages.mae.train.epochs') to where it was said: 'a.yaml:3:5', '--set ...' or 'default'. */
  readonly origins: Named<string>;
  readonly host: Host;
  /** Absolute path of the experiment file. */
  readonly file: string;
  /** The resolved experiment as a file that loads to the same. */
  yaml(): string;
  /** Errors that later checks (wiring, data) find, as one that says file, line and column. */
  invalid(faults: readonly Fault[]): DualbeatError;
};
/** An experiment file that was read once, with its plugins loaded once, for many trials. */
export type OpenExperiment = {
  /** The file as it stands, under `OpenOptions.set`. All its variants and axes hold. */
  readonly base: LoadedExperiment;
  readonly host: Host;
  readonly file: string;
  /** Names of the variants. */
  readonly variants: readonly string[];
  /**
   * One trial; milliseconds, nothing is read again. Shares `host`.
   * Errors: E_EXPERIMENT_*, E_COMPONENT_*.
   */
  trial(point?: TrialPoint): LoadedExperiment;
  close(): void;
};
