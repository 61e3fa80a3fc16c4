/**
 * @file The trace: what a function did, as data. One node an op; every shape static. It is what the passes rewrite and what is lowered
 * to a TensorFlow function (to-function.ts), later to XLA.
 */
import type { Attributes } from './attributes.ts';

/** Output `output` of node `node` (its index in the trace). */
export type Ref = { readonly node: number; readonly output: number };
export type TensorType = { readonly dtype: number; readonly shape: readonly number[] };
export type TraceNode = {
  readonly op: string;
  readonly attributes: Attributes;
  readonly inputs: readonly Ref[];
  readonly outputs: readonly TensorType[];
  /** Of a Const: its bytes. */
  readonly bytes?: Uint8Array;
  /** Nodes that must have run before, beyond the inputs. */
  readonly after?: readonly number[];
  /** Of a Cluster (compiled by XLA) or a Call (run by TensorFlow's executor): the nodes within. */
  readonly body?: Trace;
};
/** `inputs` are the first nodes, op 'Input', in order. */
export type Trace = {
  readonly name: string;
  readonly nodes: readonly TraceNode[];
  readonly inputs: readonly number[];
  readonly outputs: readonly Ref[];
};

export const typeOf = (trace: { readonly nodes: readonly TraceNode[] }, ref: Ref): TensorType =>
  (trace.nodes[ref.node] as TraceNode).outputs[ref.output] as TensorType;

/** Ops by count, most frequent first: for logs and profiles. */
export function opCounts(trace: Trace): [string, number][] {
  const counts = new Map<string, number>();
  for (const n of trace.nodes) counts.set(n.op, (counts.get(n.op) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
