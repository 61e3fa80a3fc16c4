/** @file The passes over a trace, in order; DUALBEAT_XLA_CLUSTERS=0 leaves out the clustering, for comparisons. */
import { createHash } from 'node:crypto';
import type { Tf } from '../tf-library.ts';
import { toFunction, type Library } from '../to-function.ts';
import type { Trace, TraceNode } from '../trace.ts';
import { clean } from './clean.ts';
import { cluster } from './cluster.ts';

export function optimise(trace: Trace, tf: Tf, library: Library): Trace {
  const cleaned = clean(trace);
  const clustered = process.env['DUALBEAT_XLA_CLUSTERS'] === '0' ? cleaned : cluster(cleaned);
  return callBodies(clustered, tf, library);
}

/** Registers the bodies of clusters and calls as functions; bodies of one content share one function, so XLA compiles it once. */
function callBodies(trace: Trace, tf: Tf, library: Library): Trace {
  const nodes = trace.nodes.map((node): TraceNode => {
    if (node.body === undefined) return node;
    const { body, ...call } = node;
    const inner = callBodies(body, tf, library);
    const name = `dualbeat_${body.name}_${digest(inner)}`;
    if (!library.has(name)) toFunction(tf, name, inner, library);
    const compiled = { _XlaMustCompile: { kind: 'bool', value: true } } as const;
    return { ...call, op: name, attributes: node.op === 'Cluster' ? compiled : {} };
  });
  return { ...trace, nodes };
}

function digest(body: Trace): string {
  const hash = createHash('sha256');
  for (const n of body.nodes) {
    hash.update(JSON.stringify([n.op, n.attributes, n.inputs, n.outputs, n.after]));
    if (n.bytes !== undefined) hash.update(n.bytes);
  }
  return hash
    .update(JSON.stringify([body.inputs, body.outputs]))
    .digest('hex')
    .slice(0, 16);
}
