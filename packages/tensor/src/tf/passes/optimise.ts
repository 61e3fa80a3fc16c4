/** @file The passes over a trace, in order; DUALBEAT_XLA_CLUSTERS=0 leaves out the clustering, for comparisons. */
import { createHash } from 'node:crypto';
import type { Tf } from '../tf-library.ts';
import { toFunction, type Library } from '../to-function.ts';
import type { Trace, TraceNode } from '../trace.ts';
import { clean } from './clean.ts';
import { cluster } from './cluster.ts';

export function optimise(trace: Trace, tf: Tf, library: Library): Trace {
  const cleaned = clean(trace);
  if (process.env['DUALBEAT_XLA_CLUSTERS'] === '0') return cleaned;
  return callClusters(cluster(cleaned), tf, library);
}

/** Registers each cluster's body as a function and calls it; bodies of the same content share one function, so XLA compiles it once. */
function callClusters(trace: Trace, tf: Tf, library: Library): Trace {
  const nodes = trace.nodes.map((node): TraceNode => {
    if (node.body === undefined) return node;
    const name = `dualbeat_cluster_${digest(node.body)}`;
    if (!library.has(name)) toFunction(tf, name, node.body, library);
    const { body: _, ...call } = node;
    return { ...call, op: name, attributes: { _XlaMustCompile: { kind: 'bool', value: true } } };
  });
  return { ...trace, nodes };
}

function digest(body: Trace): string {
  const hash = createHash('sha256');
  for (const n of body.nodes) {
    hash.update(JSON.stringify([n.op, n.attributes, n.inputs, n.outputs]));
    if (n.bytes !== undefined) hash.update(n.bytes);
  }
  return hash
    .update(JSON.stringify([body.inputs, body.outputs]))
    .digest('hex')
    .slice(0, 16);
}
