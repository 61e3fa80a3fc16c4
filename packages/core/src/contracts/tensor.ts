/** @file Tensor types that plugins see. Types only: nothing here loads a tensor library. */
// B rows, D width, N tokens, K targets. Rows first, channels last: [B, leads, samples], [B, slices, height, width, channels].
import type * as tfjs from '@tensorflow/tfjs-core';
import type { OwnOps } from './own-ops.ts';

export type Tensor = tfjs.Tensor;
/** tfjs-core's functions and the project's own. Functions only: chained methods (`x.matMul(y)`) do not exist on tfjs-core alone. */
export type Ops = typeof tfjs & OwnOps;
/** A plain record; read it with `at(named, 'x')`, a coded error that names what is there. */
export type Named<T = Tensor> = { readonly [name: string]: T };
/** What `compile()` takes and gives. Type aliases only: an interface does not fit. */
export type Tree = Tensor | { readonly [name: string]: Tree };
/** Of one row, without B. */
export type ArraySpec = {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
};
export type TargetSpec = ArraySpec & {
  readonly type: 'number' | 'binary' | 'class' | 'survival';
  readonly names: readonly string[];
  readonly units: readonly string[];
  /** Of the training split. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Names by group: structural, functional. Metrics are also given per group. */
  readonly groups?: Named<readonly string[]>;
};
/** `present`: bool over the leading axes of `values` ([B], [B, K], ...); values are 0 where absent. */
export type Masked = { readonly values: Tensor; readonly present: Tensor };
/** `subject` is int32 [B]; a padding row is present nowhere; covariates are a view. */
export type Batch = {
  readonly views: Named<Masked>;
  readonly targets: Named<Masked>;
  readonly subject: Tensor;
};
