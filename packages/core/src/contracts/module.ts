/** @file What components make: pure, traceable modules. Signatures of docs/design, "Contracts". */
import type { ArraySpec, Batch, Masked, Named, Ops, TargetSpec, Tensor } from './tensor.ts';

/** `shape[0]` is B; row i draws the same numbers in any micro-batch, shard and runtime. */
export interface Rng {
  fold(name: string): Rng;
  /** float32 in [0, 1), multiples of 2^-24. */
  uniform(shape: readonly number[]): Tensor;
  normal(shape: readonly number[]): Tensor;
}
export interface Context {
  /** Ops are an argument: a plugin imports no tensor library, so its entry can be loaded to check an experiment. */
  readonly tf: Ops;
  /** Traced; folded by step (0 in eval), module name and call number (a second call in one step draws anew). */
  readonly rng: Rng;
  /** Traced scalar, 0 to 1 over the stage. */
  readonly progress: Tensor;
  /** Static: the other value is another trace; 'eval' for a module frozen whole. */
  readonly mode: 'train' | 'eval';
  /** Static; a normaliser whose weight is frozen uses its running statistics. */
  readonly frozen: (param: string) => boolean;
}
export type VariableSpec = {
  readonly shape: readonly number[];
  readonly decay: boolean;
  /** On the host; the stream is made of seed and full name. */
  init(random: () => number): Float32Array;
};
/** What `create()` makes, without a tensor, I/O or anything global. */
export interface Module<I, O> {
  /** 'blocks/0/attention/qkv/weight': initialising, counting, freezing, wiring and import checks read these. */
  readonly params: Named<VariableSpec>;
  /** 'stem/norm/mean': saved, never differentiated. */
  readonly state: Named<VariableSpec>;
  /** Pure, traceable; `state` in the result: the changed entries only. */
  apply(
    vars: { readonly params: Named; readonly state: Named },
    inputs: I,
    ctx: Context,
  ): { readonly outputs: O; readonly state: Named };
}
/** Static. */
export type Want = { readonly tokens?: boolean; readonly attention?: boolean };
/** [B, D]; [B, N, D]; [B, layers, heads, N, N]. */
export type Encoded = {
  readonly pooled: Tensor;
  readonly tokens?: Tensor;
  readonly attention?: Tensor;
};
/** `keep` int32 [B, M]: compute these tokens only. */
export interface Encoder extends Module<Masked & Want & { readonly keep?: Tensor }, Encoded> {
  readonly input: ArraySpec;
  readonly width: number;
  readonly pooling: string;
  readonly attention?: { readonly layers: number; readonly heads: number };
  /** `prefix`: cls tokens. */
  readonly tokens?: {
    readonly grid: readonly number[];
    readonly patch: readonly number[];
    readonly prefix: number;
    readonly droppable: boolean;
  };
}
export interface Projector extends Module<Masked, Tensor> {
  readonly width: number;
}
/** Output x meets target x; a decoder is a head. */
export interface Head extends Module<Named, Named> {
  readonly inputs: Named<ArraySpec>;
  readonly outputs: Named<ArraySpec>;
}
/** Embeddings by projector name, predictions by head output. */
export type LossInput = {
  readonly values: Named<Masked>;
  readonly targets: Named<Masked>;
  readonly subject: Tensor;
};
/** Scalars; the parts add up to the loss. */
export type LossOutput = { readonly loss: Tensor; readonly parts: Named; readonly report: Named };
/** `uses`: values it reads, no other view is loaded; a learnt temperature is a param. */
export interface Loss extends Module<LossInput, LossOutput> {
  readonly uses: readonly string[];
  readonly positives: 'row' | 'subject';
  /** Smallest batch from which it can learn: 2 where rows are compared with each other; absent: 1. */
  readonly minimumRows?: number;
  /** Values of `uses` that it reads as tokens, [B, N, D], and not as one vector a row. */
  readonly tokens?: readonly string[];
}
/** The stage's modules bound to params, state and rng for one trace; threads the state from call to call. */
export interface Model {
  encode(view: string, input: Masked, request?: Want & { readonly keep?: Tensor }): Encoded;
  project(name: string, input: Masked): Tensor;
  head(name: string, inputs: Named): Named;
  loss(input: LossInput): LossOutput;
}
/** Between its two halves micro-batches are cached, devices gather, frozen features are stored. */
export interface Task {
  /** Host: is a row with these views and targets of use. */
  accepts(has: ReadonlySet<string>): boolean;
  /** Encoders, row-wise heads: row i of the result depends on row i only; integers and bools carry no gradient. */
  encode(model: Model, batch: Batch, ctx: Context): Named;
  /** Projectors, heads, loss, on the whole gathered batch; outputs feed the metrics. */
  objective(
    model: Model,
    encoded: Named,
    batch: Batch,
    ctx: Context,
  ): LossOutput & { readonly outputs: Named<Masked> };
}
/** State by name: 'm/encoders/ecg/cls'; groups: static factors by param name. */
export interface Optimizer {
  init(params: Named<VariableSpec>): Named<VariableSpec>;
  update(
    grads: Named,
    state: Named,
    params: Named,
    at: { readonly step: Tensor; readonly learningRate: Tensor },
    groups: Named<{ readonly learningRate: number; readonly decay: number }>,
    tf: Ops,
  ): { readonly params: Named; readonly state: Named };
}
export type TrainState = {
  readonly params: Named;
  readonly state: Named;
  readonly optimizer: Named;
  readonly step: Tensor;
};
/** Not finite: the graph keeps the old values, report.finite = 0. */
export type TrainStep = (
  train: TrainState,
  batch: Batch,
  at: { readonly key: Tensor; readonly learningRate: Tensor; readonly progress: Tensor },
) => { readonly train: TrainState; readonly report: Named };

export type { TargetSpec };
