/** @file Runs a trace node by node and times each: where a compiled step's time goes, by op. Slower in sum than the compiled function. */
import type { Pointer } from './c-api.ts';
import type { Binding } from './binding.ts';
import { showTensor } from './dtypes.ts';
import type { Library } from './to-function.ts';
import { typeOf, type Trace } from './trace.ts';

export type NodeTime = {
  readonly op: string;
  readonly shapes: string;
  readonly ms: number;
  /** Of a function: its ops by count. */
  readonly contents?: string;
};

/** The median time of each node over `repeats` runs; `inputs` are handles that stay the caller's. */
export function profileTrace(
  binding: Binding,
  trace: Trace,
  library: Library,
  inputs: readonly Pointer[],
  repeats = 3,
): NodeTime[] {
  const uses = new Map<number, number>();
  for (const n of trace.nodes)
    for (const r of n.inputs) uses.set(r.node, (uses.get(r.node) ?? 0) + 1);
  const values = new Map<string, number>();
  const out: NodeTime[] = [];
  for (const [i, node] of trace.nodes.entries()) {
    const key = (output: number) => `${i}.${output}`;
    if (node.op === 'Input') {
      values.set(key(0), binding.adopt(inputs[trace.inputs.indexOf(i)] as Pointer));
      continue;
    }
    if (node.bytes !== undefined) {
      values.set(key(0), binding.adopt(binding.upload(node.outputs[0] as never, node.bytes)));
      continue;
    }
    const handles = node.inputs.map((r) =>
      binding.handleOf(values.get(`${r.node}.${r.output}`) as number),
    );
    const times: number[] = [];
    for (let k = 0; k < repeats; k++) {
      const start = performance.now();
      const results = binding.execute(node.op, node.attributes, handles, node.outputs.length);
      times.push(performance.now() - start);
      for (const [o, handle] of results.entries()) {
        const old = values.get(key(o));
        if (old !== undefined) binding.deleteTensor(old);
        values.set(key(o), binding.adopt(handle));
      }
    }
    times.sort((a, b) => a - b);
    const contents = library.get(node.op)?.contents;
    out.push({
      op: node.op,
      ...(contents === undefined ? {} : { contents }),
      shapes: `${node.inputs
        .slice(0, 4)
        .map((r) => showTensor(typeOf(trace, r)))
        .join(' ')} -> ${node.outputs.slice(0, 4).map(showTensor).join(' ')}`,
      ms: times[Math.floor(repeats / 2)] as number,
    });
    for (const r of node.inputs) {
      const left = (uses.get(r.node) as number) - 1;
      uses.set(r.node, left);
      if (left === 0 && trace.nodes[r.node]?.op !== 'Input') {
        for (const o of trace.nodes[r.node]?.outputs.keys() ?? []) {
          const id = values.get(`${r.node}.${o}`);
          if (id !== undefined) binding.deleteTensor(id);
          values.delete(`${r.node}.${o}`);
        }
      }
    }
  }
  for (const [k, id] of values)
    if (trace.nodes[Number(k.split('.')[0])]?.op !== 'Input') binding.deleteTensor(id);
  return out;
}
