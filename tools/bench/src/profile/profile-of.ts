/** @file Where a compiled step's time goes, by op. */
import type { Runtime } from '@dualbeat/core';

/** All nodes of one op in one step; `contraction`: matrix products and the like. */
export type ProfileRow = {
  readonly op: string;
  readonly count: number;
  readonly ms: number;
  readonly contraction: boolean;
};
type NodeTime = { readonly op: string; readonly ms: number };
type Profiling = { profile(during: () => void): readonly NodeTime[] };

/** The rows of a step, slowest first; none where the runtime cannot tell. */
export function profileOf(runtime: Runtime, step: () => void): readonly ProfileRow[] {
  if (!('profile' in runtime)) return [];
  return byOp((runtime as Runtime & Profiling).profile(step));
}

export function byOp(nodes: readonly NodeTime[]): readonly ProfileRow[] {
  const rows = new Map<string, { count: number; ms: number }>();
  for (const { op, ms } of nodes) {
    const name = nameOf(op);
    const row = rows.get(name) ?? { count: 0, ms: 0 };
    rows.set(name, { count: row.count + 1, ms: row.ms + ms });
  }
  return [...rows]
    .map(([op, row]) => ({ op, ...row, contraction: /MatMul|Einsum|Conv\d/.test(op) }))
    .sort((a, b) => b.ms - a.ms);
}

/** Each cluster is a function of its own, named by its content; here they are one. */
const nameOf = (op: string): string => (/cluster/i.test(op) ? clusters : op);
const clusters = 'XLA clusters (all but contractions)';
