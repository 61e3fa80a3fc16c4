/**
 * @file The runtimes of this process, opened once each. tfjs has one active backend, so asking for one makes it the
 * active one; tensors of another must be gone by then.
 */
import type { Runtime, Tensor, Tree } from '@dualbeat/core';
import { availableRuntimes, openRuntime } from '@dualbeat/tensor';
import type { Mode } from './check.ts';

/** Names for `openRuntime`: those of this machine, or DUALBEAT_TEST_RUNTIMES=js,tf. */
export const runtimeNames: readonly string[] =
  process.env['DUALBEAT_TEST_RUNTIMES']?.split(',') ?? (await availableRuntimes());

const native = runtimeNames.includes('tf');
export const modes: readonly { readonly mode: Mode; readonly there: boolean }[] = [
  { mode: 'js', there: runtimeNames.includes('js') },
  { mode: 'tf', there: native },
  { mode: 'tf eager', there: native },
];

const opened = new Map<string, Promise<Runtime>>();

/** The runtime of a mode, active. It stays open until the process ends. */
export async function runtimeOf(mode: Mode): Promise<Runtime> {
  const use = mode === 'js' ? 'js' : 'tf';
  const found = opened.get(use) ?? openRuntime({ use });
  opened.set(use, found);
  const runtime = await found;
  void runtime.tf.setBackend(use === 'js' ? 'cpu' : 'tensorflow');
  return mode === 'tf eager' ? eagerOf(runtime) : runtime;
}

/** The same runtime, op by op: `compile` only tidies. Results are the caller's, donated arguments are consumed. */
export function eagerOf(runtime: Runtime): Runtime {
  const { tf } = runtime;
  return {
    ...runtime,
    name: `${runtime.name} eager`,
    compile:
      (_name, fn, options) =>
      (...args) => {
        const given = new Set(args.flatMap(tensorsOf));
        const result = tf.tidy(() => own(fn(...args), given, tf.clone) as never);
        for (const i of options?.donate ?? []) tf.dispose(tensorsOf(args[i] as Tree));
        return result as never;
      },
  };
}

/** A result that shares no tensor with the arguments or with itself. */
function own(tree: Tree, taken: Set<Tensor>, clone: (t: Tensor) => Tensor): Tree {
  if (isTensor(tree)) {
    const mine = taken.has(tree) || tree.kept ? clone(tree) : tree;
    taken.add(mine);
    return mine;
  }
  return Object.fromEntries(
    Object.entries(tree).map(([name, part]) => [name, own(part, taken, clone)]),
  );
}
const isTensor = (tree: Tree): tree is Tensor =>
  typeof (tree as { dataId?: unknown }).dataId === 'object';
export function tensorsOf(tree: Tree): Tensor[] {
  return isTensor(tree) ? [tree] : Object.values(tree).flatMap(tensorsOf);
}
