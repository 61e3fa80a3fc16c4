/** @file Trees of tensors: flattening in a fixed order (sorted names), rebuilding, and their signature. */
import type { Tensor, Tree } from '@dualbeat/core';

export type Structure = null | { readonly [name: string]: Structure };

export function isTensor(tree: Tree): tree is Tensor {
  return typeof (tree as { dataId?: unknown }).dataId === 'object';
}

/** The tensors of a tree, by sorted name, depth first. */
export function flatten(tree: Tree, out: Tensor[] = []): Tensor[] {
  if (isTensor(tree)) out.push(tree);
  else for (const name of Object.keys(tree).sort()) flatten(tree[name] as Tree, out);
  return out;
}

export function structureOf(tree: Tree): Structure {
  if (isTensor(tree)) return null;
  return Object.fromEntries(
    Object.keys(tree)
      .sort()
      .map((n) => [n, structureOf(tree[n] as Tree)]),
  );
}

/** Rebuilds the tree of `structure` from its flat tensors. */
export function unflatten(structure: Structure, tensors: readonly Tensor[]): Tree {
  let next = 0;
  const build = (s: Structure): Tree => {
    if (s === null) return tensors[next++] as Tensor;
    return Object.fromEntries(Object.entries(s).map(([n, child]) => [n, build(child)]));
  };
  return build(structure);
}

/** Names, dtypes and shapes: what a compiled function is cached by. */
export function signatureOf(tree: Tree): string {
  if (isTensor(tree)) return `${tree.dtype}[${tree.shape.join(',')}]`;
  const parts = Object.keys(tree)
    .sort()
    .map((n) => `${n}:${signatureOf(tree[n] as Tree)}`);
  return `{${parts.join(',')}}`;
}
