/** @file Norms of gradients, all together and by module, and clipping by the norm of all. */
import { at } from '@dualbeat/core';
import type { Named, Ops, Tensor } from '@dualbeat/core';
import { mapNamed } from './named.ts';

/** The parameter group of a name: its module, 'encoders/ecg', 'heads/decoder', 'loss'. */
export function groupOf(name: string): string {
  return name.startsWith('loss/') ? 'loss' : name.split('/').slice(0, 2).join('/');
}

/**
 * `total`: the norm of all values together (scalar, float32). `report`: it as 'gradientNorm', and, where there is more than
 * one module, each one's as 'gradientNorm.<module>'.
 */
export function gradientNorms(
  tf: Ops,
  grads: Named,
  as = 'gradientNorm',
): { readonly total: Tensor; readonly report: Named } {
  const squares = squaresByGroup(tf, grads);
  const groups = Object.entries(squares);
  const total = groups.length === 0 ? tf.scalar(0) : tf.sqrt(tf.addN(groups.map(([, sum]) => sum)));
  const each = groups.length < 2 ? [] : groups;
  const byGroup = each.map(([group, sum]) => [`${as}.${group}`, tf.sqrt(sum)] as const);
  return { total, report: { [as]: total, ...Object.fromEntries(byGroup) } };
}

/** Scales all gradients by min(1, limit / norm); without a limit they are as they were. */
export function clipTo(tf: Ops, grads: Named, norm: Tensor, limit?: number): Named {
  if (limit === undefined) return grads;
  const factor = tf.minimum(
    tf.scalar(1),
    tf.div(tf.scalar(limit), tf.maximum(norm, tf.scalar(1e-12))),
  );
  return mapNamed(grads, (g) => tf.mul(g, factor));
}

/** Sums of squares by module. */
function squaresByGroup(tf: Ops, values: Named): Named {
  // Summed by name: records are built in different orders before and after a resume, and sums must not tell.
  const names = Object.keys(values).sort();
  const groups = new Map<string, Tensor[]>();
  for (const name of names) {
    const square = tf.sum(tf.square(at(values, name)));
    groups.set(groupOf(name), [...(groups.get(groupOf(name)) ?? []), square]);
  }
  return Object.fromEntries([...groups].map(([group, parts]) => [group, tf.addN(parts)]));
}
