/**
 * @file Which results of a compiled function take the place of its donated arguments. Such a pair is kept in one TensorFlow variable, so
 * that a step never holds two copies of parameters and optimiser state.
 */
import type { Tree } from '@dualbeat/core';
import type { Structure } from '../tree.ts';
import type { Trace } from './trace.ts';
import { isTensor } from '../tree.ts';

/** Index among the function's inputs, index among its outputs. */
export type Alias = { readonly input: number; readonly output: number };

/** Pairs a donated input with the output of its type whose path ends in its own: `params/w` with `train/params/w`. */
export function findAliases(
  trace: Trace,
  args: readonly Tree[],
  donate: readonly number[],
  result: Structure,
): Alias[] {
  const outputs = paths(result).map((path, output) => ({ path, output }));
  const taken = new Set<number>();
  const aliases: Alias[] = [];
  let input = 0;
  for (const [i, arg] of args.entries()) {
    for (const path of treePaths(arg)) {
      const type = trace.nodes[trace.inputs[input] as number]?.outputs[0];
      const match =
        !donate.includes(i) || path === ''
          ? undefined
          : outputs.find(({ path: p, output }) => {
              const ref = trace.outputs[output];
              const made =
                ref === undefined ? undefined : trace.nodes[ref.node]?.outputs[ref.output];
              const fits =
                made?.dtype === type?.dtype && String(made?.shape) === String(type?.shape);
              return !taken.has(output) && fits && (p === path || p.endsWith(`\0${path}`));
            });
      if (match !== undefined) {
        taken.add(match.output);
        aliases.push({ input, output: match.output });
      }
      input++;
    }
  }
  return aliases;
}

// NUL separates names: a parameter's own name holds slashes
function paths(structure: Structure, prefix = ''): string[] {
  if (structure === null) return [prefix];
  return Object.entries(structure).flatMap(([name, child]) =>
    paths(child, prefix === '' ? name : `${prefix}\0${name}`),
  );
}

function treePaths(tree: Tree, prefix = ''): string[] {
  if (isTensor(tree)) return [prefix];
  return Object.keys(tree)
    .sort()
    .flatMap((n) => treePaths(tree[n] as Tree, prefix === '' ? n : `${prefix}\0${n}`));
}
