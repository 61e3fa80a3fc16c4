/** @file Builds a new trace from an old one, node by node, mapping references; unused nodes fall away at the end. */
import type { Ref, TensorType, Trace, TraceNode } from '../trace.ts';

export class Rewriter {
  readonly nodes: TraceNode[] = [];
  readonly #trace: Trace;
  readonly #map = new Map<string, Ref>();
  readonly #inputs: number[] = [];
  constructor(trace: Trace) {
    this.#trace = trace;
  }

  push(node: TraceNode): number {
    return this.nodes.push(node) - 1;
  }
  node(ref: Ref): TraceNode {
    return this.nodes[ref.node] as TraceNode;
  }
  typeOf(ref: Ref): TensorType {
    return this.node(ref).outputs[ref.output] as TensorType;
  }
  map(ref: Ref): Ref {
    return this.#map.get(`${ref.node}.${ref.output}`) as Ref;
  }
  set(old: Ref, now: Ref): void {
    this.#map.set(`${old.node}.${old.output}`, now);
  }

  /** Calls `rewrite` for each node but inputs, with mapped inputs; it gives the reference of the first output. */
  visit(rewrite: (node: TraceNode, inputs: readonly Ref[]) => Ref): void {
    for (const [i, node] of this.#trace.nodes.entries()) {
      if (node.op === 'Input') {
        const made = this.push(node);
        this.#inputs.push(made);
        this.set({ node: i, output: 0 }, { node: made, output: 0 });
        continue;
      }
      const first = rewrite(
        node,
        node.inputs.map((ref) => this.map(ref)),
      );
      this.set({ node: i, output: 0 }, first);
      for (let o = 1; o < node.outputs.length; o++)
        this.set({ node: i, output: o }, { node: first.node, output: o });
    }
  }

  finish(): Trace {
    return dropUnused({
      name: this.#trace.name,
      nodes: this.nodes,
      inputs: this.#inputs,
      outputs: this.#trace.outputs.map((ref) => this.map(ref)),
    });
  }
}

/** The trace without the nodes that no output needs; inputs stay. */
export function dropUnused(trace: Trace): Trace {
  const used = new Uint8Array(trace.nodes.length);
  for (const i of trace.inputs) used[i] = 1;
  for (const ref of trace.outputs) used[ref.node] = 1;
  for (let i = trace.nodes.length - 1; i >= 0; i--) {
    if (used[i] === 1) for (const ref of (trace.nodes[i] as TraceNode).inputs) used[ref.node] = 1;
  }
  const place = new Int32Array(trace.nodes.length).fill(-1);
  const nodes: TraceNode[] = [];
  const moved = (ref: Ref): Ref => ({ node: place[ref.node] as number, output: ref.output });
  for (const [i, node] of trace.nodes.entries()) {
    if (used[i] === 0) continue;
    place[i] = nodes.push({ ...node, inputs: node.inputs.map(moved) }) - 1;
  }
  return {
    name: trace.name,
    nodes,
    inputs: trace.inputs.map((i) => place[i] as number),
    outputs: trace.outputs.map(moved),
  };
}
