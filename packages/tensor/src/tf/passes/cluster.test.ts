import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TF } from '../dtypes.ts';
import type { Trace, TraceNode } from '../trace.ts';
import { cluster } from './cluster.ts';

const type = { dtype: TF.FLOAT, shape: [4, 4] };
const node = (op: string, ...inputs: number[]): TraceNode => ({
  op,
  attributes: {},
  inputs: inputs.map((n) => ({ node: n, output: 0 })),
  outputs: [type],
});

test('elementwise nodes between two contractions are one cluster', () => {
  const trace: Trace = {
    name: 't',
    nodes: [
      node('Input'),
      node('MatMul', 0, 0),
      node('Exp', 1),
      node('Mul', 2, 1),
      node('MatMul', 3, 3),
      node('Add', 4, 0),
      node('Neg', 5),
    ],
    inputs: [0],
    outputs: [{ node: 6, output: 0 }],
  };
  const out = cluster(trace);
  expect(out.nodes.map((n) => n.op)).toEqual(['Input', 'MatMul', 'Cluster', 'MatMul', 'Cluster']);
  expect(out.nodes[2]?.body?.nodes.map((n) => n.op)).toEqual(['Input', 'Exp', 'Mul']);
});

test('what the backward pass recomputes moves there', () => {
  // 2 = Exp of a saved value, used only after the contraction 3: it joins its user 4
  const trace: Trace = {
    name: 't',
    nodes: [node('Input'), node('Neg', 0), node('Exp', 1), node('MatMul', 1, 1), node('Mul', 3, 2)],
    inputs: [0],
    outputs: [{ node: 4, output: 0 }],
  };
  const last = cluster(trace).nodes.at(-1);
  expect(last?.body?.nodes.map((n) => n.op)).toEqual(['Input', 'Input', 'Exp', 'Mul']);
});

/** A small interpreter, so that a clustered trace can be compared with its source. */
function run(trace: Trace, inputs: readonly number[]): number[] {
  const values = new Map<string, number>();
  const get = (r: { node: number; output: number }) => {
    const v = values.get(`${r.node}.${r.output}`);
    if (v === undefined) throw new Error(`node ${r.node} is used before it is made`);
    return v;
  };
  for (const [i, n] of trace.nodes.entries()) {
    const [a, b] = n.inputs.map(get);
    if (n.op === 'Input') values.set(`${i}.0`, inputs[trace.inputs.indexOf(i)] as number);
    else if (n.body !== undefined)
      for (const [o, v] of run(n.body, n.inputs.map(get)).entries()) values.set(`${i}.${o}`, v);
    else if (n.op === 'Neg') values.set(`${i}.0`, -(a as number));
    else if (n.op === 'Add') values.set(`${i}.0`, (a as number) + (b as number));
    else values.set(`${i}.0`, ((a as number) * 31 + (b as number) * 17) % 1009);
  }
  return trace.outputs.map(get);
}

test('property: clustering any graph keeps its order and its results', () => {
  const graphs = fc.array(fc.tuple(fc.constantFrom('Neg', 'Add', 'MatMul'), fc.nat(), fc.nat()), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(graphs, fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), (ops, picks) => {
      const nodes = [node('Input'), node('Input')];
      for (const [op, a, b] of ops)
        nodes.push(node(op, a % nodes.length, ...(op === 'Neg' ? [] : [b % nodes.length])));
      const outputs = picks.map((p) => ({ node: p % nodes.length, output: 0 }));
      const trace: Trace = { name: 'p', nodes, inputs: [0, 1], outputs };
      expect(run(cluster(trace), [3, 5])).toEqual(run(trace, [3, 5]));
    }),
    { numRuns: 500 },
  );
});
