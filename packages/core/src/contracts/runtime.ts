/** @file The compute runtime as training and evaluation see it. */
import type { HostArray } from './host.ts';
import type { ArraySpec, Named, Ops, Tensor, Tree } from './tensor.ts';

export type TraceInfo = {
  readonly function: string;
  readonly signature: string;
  readonly nodes: number;
  readonly traceMs: number;
  /** Of the first execution, where optimisers and XLA compile. */
  readonly firstRunMs: number | null;
};
export interface Runtime {
  readonly name: string;
  readonly device: string;
  /** Ops for code that runs outside a compiled function and for contexts; inside `compile` the same object. */
  readonly tf: Ops;
  /**
   * Traces once per input signature; donated arguments are consumed; results are the caller's.
   * Errors: E_TRACE_READ (a traced value was read), E_TENSOR_OP (the runtime refused an op; names it and its shapes).
   */
  compile<A extends readonly Tree[], R extends Tree>(
    name: string,
    fn: (...args: A) => R,
    options?: { readonly donate?: readonly number[] },
  ): (...args: A) => R;
  /** Value, auxiliary results and gradients by name; zeros (and a note) where a name has no path to the value. */
  valueAndGrad<T extends Tree>(
    fn: (params: Named) => { readonly value: Tensor; readonly aux: T },
    params: Named,
  ): {
    readonly value: Tensor;
    readonly aux: T;
    readonly grads: Named;
    readonly unconnected: readonly string[];
  };
  tensor(values: HostArray, dtype: ArraySpec['dtype']): Tensor;
  read(tensor: Tensor): Float32Array | Int32Array | Uint8Array;
  dispose(tree: Tree): void;
  traces(): readonly TraceInfo[];
  /** Live tensors: for leak checks. */
  liveTensors(): number;
  close(): void;
}
