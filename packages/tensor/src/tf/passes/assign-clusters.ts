/** @file Which nodes of a trace go into one cluster. */
import { sizeOf, TF } from '../dtypes.ts';
import { typeOf, type Ref, type TensorType, type Trace, type TraceNode } from '../trace.ts';

/** Ops that XLA fuses well on a CPU. Gathers, scatters, sorts, transpositions and contractions stay with TensorFlow. */
const fusible = new Set([
  'Abs',
  'Add',
  'AddN',
  'AddV2',
  'BitwiseAnd',
  'BitwiseOr',
  'BitwiseXor',
  'Bitcast',
  'BroadcastTo',
  'Cast',
  'ConcatV2',
  'Cos',
  'Div',
  'Equal',
  'Erf',
  'Exp',
  'ExpandDims',
  'Expm1',
  'Fill',
  'Floor',
  'Greater',
  'GreaterEqual',
  'IsFinite',
  'LeftShift',
  'Less',
  'LessEqual',
  'Log',
  'Log1p',
  'LogicalAnd',
  'LogicalNot',
  'LogicalOr',
  'Max',
  'Maximum',
  'Mean',
  'Min',
  'Minimum',
  'Mul',
  'Neg',
  'NotEqual',
  'OnesLike',
  'Pack',
  'Pow',
  'Prod',
  'RealDiv',
  'Reciprocal',
  'Relu',
  'ReluGrad',
  'Reshape',
  'RightShift',
  'Rsqrt',
  'Select',
  'SelectV2',
  'Sigmoid',
  'Sign',
  'Sin',
  'Slice',
  'Softmax',
  'Sqrt',
  'Square',
  'SquaredDifference',
  'Squeeze',
  'StridedSlice',
  'Sub',
  'Sum',
  'Tanh',
  'Tile',
  'Unpack',
  'ZerosLike',
  'All',
  'Any',
]);
/** Alone these move no data or are as fast in TensorFlow: a cluster of nothing else does not pay. */
const trivial = new Set([
  'Const',
  'Reshape',
  'Cast',
  'ExpandDims',
  'Squeeze',
  'Slice',
  'StridedSlice',
  'ConcatV2',
  'Pack',
  'Fill',
  'ZerosLike',
  'OnesLike',
  'Unpack',
]);
const dtypes = new Set<number>([TF.FLOAT, TF.INT32, TF.BOOL, TF.UINT32, TF.UINT64]);

export type ClusterOptions = { readonly minimumNodes: number; readonly smallElements: number };

/** The cluster of each node, or -1. */
export function assignClusters(trace: Trace, options: ClusterOptions): Int32Array {
  const { nodes } = trace;
  const can = nodes.map((n) => isFusible(n));
  const isConst = nodes.map((n) => n.op === 'Const');
  const level = new Int32Array(nodes.length);
  const small = (ref: Ref) => sizeOf(typeOf(trace, ref).shape) <= options.smallElements;
  /** Whether an edge joins its ends into one cluster when they have one level. */
  const joins = (from: Ref, to: number) =>
    can[from.node] === true && can[to] === true && !small(from);
  for (const [i, node] of nodes.entries()) {
    for (const ref of node.inputs) {
      if (isConst[ref.node] === true || nodes[ref.node]?.op === 'Input') continue;
      level[i] = Math.max(
        level[i] as number,
        (level[ref.node] as number) + (joins(ref, i) ? 0 : 1),
      );
    }
  }
  sink(trace, level, joins);
  const parent = Int32Array.from(nodes, (_, i) => i);
  const find = (i: number): number => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i] as number] as number;
      i = parent[i] as number;
    }
    return i;
  };
  for (const [i, node] of nodes.entries()) {
    for (const ref of node.inputs) {
      if (joins(ref, i) && level[ref.node] === level[i]) parent[find(i)] = find(ref.node);
    }
  }
  const members = new Map<number, number[]>();
  for (const i of nodes.keys()) {
    if (can[i] !== true) continue;
    const root = find(i);
    members.set(root, [...(members.get(root) ?? []), i]);
  }
  const group = new Int32Array(nodes.length).fill(-1);
  for (const [root, list] of members) {
    const work = list.filter((i) => !trivial.has(nodes[i]?.op as string));
    if (work.length >= 1 && list.length >= options.minimumNodes)
      for (const i of list) group[i] = root;
  }
  return group;
}

/**
 * Moves elementwise nodes to the level of their first use, as far as that is later: what the backward pass recomputes from saved values is
 * then computed in the backward cluster instead of being carried there, and a moment's decay joins its parameter's update.
 */
function sink(trace: Trace, level: Int32Array, joins: (from: Ref, to: number) => boolean): void {
  const { nodes } = trace;
  const latest = new Int32Array(nodes.length).fill(2 ** 30);
  const isOutput = new Set(trace.outputs.map((ref) => ref.node));
  const elements = (ref: Ref) => sizeOf(typeOf(trace, ref).shape);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as TraceNode;
    const size = sizeOf((node.outputs[0] as TensorType).shape);
    const grows = node.inputs.every((ref) => elements(ref) <= size);
    const first = latest[i] as number;
    if (isFusible(node) && grows && !isOutput.has(i) && first < 2 ** 30)
      level[i] = Math.max(level[i] as number, first);
    for (const ref of node.inputs) {
      const bound = (level[i] as number) - (joins(ref, i) ? 0 : 1);
      latest[ref.node] = Math.min(latest[ref.node] as number, bound);
    }
  }
}

function isFusible(node: TraceNode): boolean {
  return fusible.has(node.op) && node.outputs.every((o) => dtypes.has(o.dtype));
}
