/**
 * @file Clusters everything but contractions into functions that XLA compiles: TensorFlow's executor is level with PyTorch in matrix
 * products and convolutions, and loses on the elementwise and normalising chains between them, which XLA fuses.
 *
 * A node's level is how many contractions lie before it; a cluster is a connected set of clusterable nodes of one level. A path that
 * leaves a cluster through any other node raises the level, so clusters never form a cycle.
 */
import { sizeOf, TF } from '../dtypes.ts';
import type { Ref, TensorType, Trace, TraceNode } from '../trace.ts';
import { dropUnused } from './rewriter.ts';

/** Ops that XLA fuses well on a CPU. Gathers, scatters, sorts and contractions stay with TensorFlow. */
const fusible = new Set([
  'Abs', 'Add', 'AddN', 'AddV2', 'BitwiseAnd', 'BitwiseOr', 'BitwiseXor', 'Bitcast', 'BroadcastTo', 'Cast', 'ConcatV2', 'Cos', 'Div', 'Equal', 'Erf', 'Exp',
  'ExpandDims', 'Expm1', 'Fill', 'Floor', 'Greater', 'GreaterEqual', 'IsFinite', 'LeftShift', 'Less', 'LessEqual', 'Log', 'Log1p', 'LogicalAnd',
  'LogicalNot', 'LogicalOr', 'Max', 'Maximum', 'Mean', 'Min', 'Minimum', 'Mul', 'Neg', 'NotEqual', 'OnesLike', 'Pack', 'Pow', 'Prod', 'RealDiv',
  'Reciprocal', 'Relu', 'ReluGrad', 'Reshape', 'RightShift', 'Rsqrt', 'Select', 'SelectV2', 'Sigmoid', 'Sign', 'Sin', 'Slice', 'Softmax', 'Sqrt',
  'Square', 'SquaredDifference', 'Squeeze', 'StridedSlice', 'Sub', 'Sum', 'Tanh', 'Tile', 'Transpose', 'Unpack', 'ZerosLike', 'All', 'Any',
]);
/** Alone these move no data or are as fast in TensorFlow: a cluster of nothing else does not pay. */
const trivial = new Set(['Const', 'Reshape', 'Cast', 'ExpandDims', 'Squeeze', 'Transpose', 'Slice', 'StridedSlice', 'ConcatV2', 'Pack', 'Fill', 'ZerosLike', 'OnesLike', 'Unpack']);
const dtypes = new Set<number>([TF.FLOAT, TF.INT32, TF.BOOL, TF.UINT32, TF.UINT64]);

export type Options = { readonly minimumNodes: number; readonly smallElements: number };

export function cluster(trace: Trace, options: Options = { minimumNodes: 2, smallElements: 1 }): Trace {
  const groups = assign(trace, options);
  return build(trace, groups);
}

/** The cluster of each node, or -1. */
function assign(trace: Trace, options: Options): Int32Array {
  const { nodes } = trace;
  const can = nodes.map((n) => isFusible(n));
  const isConst = nodes.map((n) => n.op === 'Const');
  const level = new Int32Array(nodes.length);
  const small = (ref: Ref) => sizeOf((nodes[ref.node]?.outputs[ref.output] as TensorType).shape) <= options.smallElements;
  /** Whether an edge joins its ends into one cluster when they have one level. */
  const joins = (from: Ref, to: number) => can[from.node] === true && can[to] === true && !small(from);
  for (const [i, node] of nodes.entries()) {
    for (const ref of node.inputs) {
      if (isConst[ref.node] === true || nodes[ref.node]?.op === 'Input') continue;
      level[i] = Math.max(level[i] as number, (level[ref.node] as number) + (joins(ref, i) ? 0 : 1));
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
    if (work.length >= 1 && list.length >= options.minimumNodes) for (const i of list) group[i] = root;
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
  const elements = (ref: Ref) => sizeOf((nodes[ref.node]?.outputs[ref.output] as TensorType).shape);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as TraceNode;
    const size = sizeOf((node.outputs[0] as TensorType).shape);
    const grows = node.inputs.every((ref) => elements(ref) <= size);
    const first = latest[i] as number;
    if (isFusible(node) && grows && !isOutput.has(i) && first < 2 ** 30) level[i] = Math.max(level[i] as number, first);
    for (const ref of node.inputs) {
      const bound = (level[i] as number) - (joins(ref, i) ? 0 : 1);
      latest[ref.node] = Math.min(latest[ref.node] as number, bound);
    }
  }
}

function isFusible(node: TraceNode): boolean {
  return fusible.has(node.op) && node.outputs.every((o) => dtypes.has(o.dtype));
}

/** Replaces each group by one node 'Cluster' at the place of its last member's inputs, in a fresh topological order. */
function build(trace: Trace, group: Int32Array): Trace {
  const { nodes } = trace;
  const outside = new Set<string>(trace.outputs.map(show));
  for (const [i, node] of nodes.entries()) {
    for (const ref of node.inputs) {
      const home = group[ref.node] as number;
      if (home >= 0 && home !== group[i]) outside.add(show(ref));
    }
  }
  const made: TraceNode[] = [];
  const map = new Map<string, Ref>();
  const done = new Set<number>();
  const byGroup = new Map<number, number[]>();
  for (const [i, g] of group.entries()) if (g >= 0) byGroup.set(g, [...(byGroup.get(g) ?? []), i]);

  // An explicit stack: a step's chain of nodes is deeper than the call stack.
  const place = (start: number) => {
    const stack = [start];
    while (stack.length > 0) {
      const i = stack.at(-1) as number;
      const g = group[i] as number;
      const id = g >= 0 ? -1 - g : i;
      if (done.has(id)) {
        stack.pop();
        continue;
      }
      const members = g >= 0 ? (byGroup.get(g) as number[]) : [i];
      const inside = new Set(members);
      const pending = members.flatMap((m) =>
        (nodes[m] as TraceNode).inputs
          .filter((ref) => !inside.has(ref.node) && !map.has(show(ref)))
          .map((ref) => ref.node),
      );
      if (pending.length > 0) {
        stack.push(...pending);
        continue;
      }
      done.add(id);
      stack.pop();
      if (g >= 0) placeCluster(members, inside);
      else {
        const node = nodes[i] as TraceNode;
        const at = made.push({ ...node, inputs: node.inputs.map((ref) => map.get(show(ref)) as Ref) }) - 1;
        for (const o of node.outputs.keys()) map.set(show({ node: i, output: o }), { node: at, output: o });
      }
    }
  };

  const placeCluster = (members: number[], inside: Set<number>) => {
    const body: TraceNode[] = [];
    const bodyInputs: number[] = [];
    const outerInputs: Ref[] = [];
    const local = new Map<string, Ref>();
    // arguments in the order of first use: the same chain in another layer gives the same body, and one compilation serves both
    for (const m of members) {
      for (const ref of (nodes[m] as TraceNode).inputs) {
        const key = show(ref);
        if (inside.has(ref.node) || local.has(key)) continue;
        const source = nodes[ref.node] as TraceNode;
        if (source.op === 'Const' && (source.bytes?.length ?? 0) <= 1024) continue;
        const at = body.push({ op: 'Input', attributes: {}, inputs: [], outputs: [source.outputs[ref.output] as TensorType] }) - 1;
        bodyInputs.push(at);
        outerInputs.push(map.get(key) as Ref);
        local.set(key, { node: at, output: 0 });
      }
    }
    for (const m of members) {
      const node = nodes[m] as TraceNode;
      for (const ref of node.inputs) {
        const key = show(ref);
        if (local.has(key)) continue;
        const at = body.push(nodes[ref.node] as TraceNode) - 1; // a small constant
        local.set(key, { node: at, output: 0 });
      }
      const at = body.push({ ...node, inputs: node.inputs.map((ref) => local.get(show(ref)) as Ref) }) - 1;
      for (const o of node.outputs.keys()) local.set(show({ node: m, output: o }), { node: at, output: o });
    }
    const leaving = members.flatMap((m) =>
      (nodes[m] as TraceNode).outputs
        .map((_, output) => ({ node: m, output }))
        .filter((ref) => outside.has(show(ref))),
    );
    const outputs = leaving.map((ref) => local.get(show(ref)) as Ref);
    const at = made.push({
      op: 'Cluster',
      attributes: {},
      inputs: outerInputs,
      outputs: leaving.map((ref) => (nodes[ref.node] as TraceNode).outputs[ref.output] as TensorType),
      body: { name: 'cluster', nodes: body, inputs: bodyInputs, outputs },
    }) - 1;
    for (const [o, ref] of leaving.entries()) map.set(show(ref), { node: at, output: o });
  };

  for (const i of trace.inputs) place(i);
  for (const i of nodes.keys()) place(i);
  return dropUnused({
    name: trace.name,
    nodes: made,
    inputs: trace.inputs.map((i) => (map.get(show({ node: i, output: 0 })) as Ref).node),
    outputs: trace.outputs.map((ref) => map.get(show(ref)) as Ref),
  });
}

const show = (ref: Ref) => `${ref.node}.${ref.output}`;
