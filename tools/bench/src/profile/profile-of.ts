/** @file Where a compiled step's time goes, by op. */
import type { Runtime } from '@dualbeat/core';

/** All nodes of one op in one step; `contraction`: matrix products, alone or inside (attention). */
export type ProfileRow = {
  readonly op: string;
  readonly count: number;
  readonly ms: number;
  readonly contraction: boolean;
  /** Of the clusters: the slowest kinds, by what they hold. */
  readonly parts?: readonly ProfilePart[];
};
export type ProfilePart = {
  readonly contents: string;
  readonly count: number;
  readonly ms: number;
};
type NodeTime = { readonly op: string; readonly ms: number; readonly contents?: string };
type Profiling = { profile(during: () => void): readonly NodeTime[] };

/** The rows of a step, slowest first; none where the runtime cannot tell. */
export function profileOf(runtime: Runtime, step: () => void): readonly ProfileRow[] {
  if (!('profile' in runtime)) return [];
  return byOp((runtime as Runtime & Profiling).profile(step));
}

export function byOp(nodes: readonly NodeTime[]): readonly ProfileRow[] {
  return grouped(nodes, (node) => nameOf(node.op)).map(([op, of]) => {
    const contraction = of.some((node) => isContraction(node.op + (node.contents ?? '')));
    const row = { op, count: of.length, ms: sumMs(of), contraction };
    return op === clusters ? { ...row, parts: partsOf(of) } : row;
  });
}

/** Generated functions are called dualbeat_<what>_<digest>. */
function nameOf(op: string): string {
  const what = /^dualbeat_(.+)_[0-9a-f]+$/.exec(op)?.[1];
  if (what === undefined) return op;
  return what === 'cluster' ? clusters : `${what.replaceAll('_', ' ')} (function)`;
}
const clusters = 'XLA clusters (all but contractions)';
const isContraction = (text: string): boolean => /MatMul|Einsum|Conv\d/.test(text);
const sumMs = (of: readonly NodeTime[]): number => of.reduce((sum, node) => sum + node.ms, 0);

/** Kinds of clusters that are told apart. */
const partLines = 6;

function partsOf(nodes: readonly NodeTime[]): readonly ProfilePart[] {
  return grouped(nodes, (node) => node.contents ?? 'unknown')
    .map(([contents, of]) => ({ contents, count: of.length, ms: sumMs(of) }))
    .slice(0, partLines);
}

/** Slowest group first. */
function grouped(nodes: readonly NodeTime[], key: (node: NodeTime) => string) {
  const groups = new Map<string, NodeTime[]>();
  for (const node of nodes) groups.set(key(node), [...(groups.get(key(node)) ?? []), node]);
  return [...groups].sort(([, a], [, b]) => sumMs(b) - sumMs(a));
}
