/** @file Which tokens of an encoder a local loss compares. */
import type { Encoder, Ops, Tensor } from '@dualbeat/core';
import { encoderWithoutTokens, tokenAxis } from '../errors.ts';

/** Tokens [B, prefix + N, D] -> [B, N, D], or [B, size of the axis, D]. */
export type TokenPlan = (tf: Ops, tokens: Tensor) => Tensor;

/** Leaves the prefix (cls) out and averages over all axes of the grid but `axis`. Errors: E_ALIGN_TOKENS, E_ALIGN_AXIS. */
export function tokenPlan(
  embedding: string,
  view: string,
  { tokens }: Encoder,
  axis?: number,
): TokenPlan {
  if (tokens === undefined) throw encoderWithoutTokens(embedding, view);
  const { grid, prefix } = tokens;
  if (axis !== undefined && axis >= grid.length) throw tokenAxis(embedding, axis, grid);
  const count = grid.reduce((a, b) => a * b, 1);
  return (tf, all) => {
    const [rows, , width] = all.shape as [number, number, number];
    const own = prefix === 0 ? all : tf.slice(all, [0, prefix, 0], [rows, count, width]);
    if (axis === undefined) return own;
    const others = grid.flatMap((_, i) => (i === axis ? [] : [i + 1]));
    const onGrid = tf.reshape(own, [rows, ...grid, width]);
    return others.length === 0 ? own : tf.mean(onGrid, others);
  };
}
