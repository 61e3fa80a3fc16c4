/**
 * @file Clusters everything but contractions into functions that XLA compiles: TensorFlow's executor is level with PyTorch in matrix
 * products and convolutions, and loses on the elementwise and normalising chains between them, which XLA fuses.
 *
 * A node's level is how many contractions lie before it; a cluster is a connected set of clusterable nodes of one level. A path that
 * leaves a cluster through any other node raises the level, so clusters never form a cycle.
 */
import { typeOf, type Ref, type TensorType, type Trace, type TraceNode } from '../trace.ts';
import { assignClusters, type ClusterOptions } from './assign-clusters.ts';
import { dropUnused } from './rewriter.ts';

export function cluster(
  trace: Trace,
  options: ClusterOptions = { minimumNodes: 2, smallElements: 1 },
): Trace {
  return build(trace, assignClusters(trace, options));
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
        const at =
          made.push({ ...node, inputs: node.inputs.map((ref) => map.get(show(ref)) as Ref) }) - 1;
        for (const o of node.outputs.keys())
          map.set(show({ node: i, output: o }), { node: at, output: o });
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
        const at =
          body.push({
            op: 'Input',
            attributes: {},
            inputs: [],
            outputs: [source.outputs[ref.output] as TensorType],
          }) - 1;
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
      const at =
        body.push({ ...node, inputs: node.inputs.map((ref) => local.get(show(ref)) as Ref) }) - 1;
      for (const o of node.outputs.keys())
        local.set(show({ node: m, output: o }), { node: at, output: o });
    }
    const leaving = members.flatMap((m) =>
      (nodes[m] as TraceNode).outputs
        .map((_, output) => ({ node: m, output }))
        .filter((ref) => outside.has(show(ref))),
    );
    const outputs = leaving.map((ref) => local.get(show(ref)) as Ref);
    const at =
      made.push({
        op: 'Cluster',
        attributes: {},
        inputs: outerInputs,
        outputs: leaving.map((ref) => typeOf(trace, ref)),
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
