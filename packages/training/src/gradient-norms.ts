/** @file Gradient clipping by the norm of all gradients together. */
import { at } from '@dualbeat/core';
import type { Named, Ops, Tensor } from '@dualbeat/core';

/** Scales all gradients by min(1, limit / norm); without a limit only measures the norm (scalar, float32). */
export function clipByGlobalNorm(
  tf: Ops,
  grads: Named,
  limit?: number,
): { readonly clipped: Named; readonly norm: Tensor } {
  // Summed by name: records are built in different orders before and after a resume, and sums must not tell.
  const names = Object.keys(grads).sort();
  const squares = names.map((name) => tf.sum(tf.square(at(grads, name))));
  const norm = squares.length === 0 ? tf.scalar(0) : tf.sqrt(tf.addN(squares));
  if (limit === undefined) return { clipped: grads, norm };
  const factor = tf.minimum(
    tf.scalar(1),
    tf.div(tf.scalar(limit), tf.maximum(norm, tf.scalar(1e-12))),
  );
  const scaled = Object.entries(grads).map(([name, g]) => [name, tf.mul(g, factor)] as const);
  return { clipped: Object.fromEntries(scaled), norm };
}
