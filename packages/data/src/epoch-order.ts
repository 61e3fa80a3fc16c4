/** @file The order of the rows in an epoch. */
import { hostRandom, permutation } from '@dualbeat/core';
import { badEpoch } from './errors.ts';

/**
 * `rows` in the order of an epoch: as given, or a permutation that depends on seed and epoch alone, so a resumed epoch
 * goes on with the rows it would have had. Errors: E_DATA_POSITION.
 */
export function epochOrder(
  rows: Int32Array,
  at: { readonly seed: number; readonly epoch: number; readonly shuffle: boolean },
): Int32Array {
  for (const [what, value] of [['the seed', at.seed] as const, ['the epoch', at.epoch] as const]) {
    if (!Number.isSafeInteger(value) || value < 0) throw badEpoch(what, value);
  }
  if (!at.shuffle) return rows.slice();
  const order = permutation(rows.length, hostRandom(at.seed, 'data/order', 0, at.epoch));
  return order.map((i) => rows[i] as number);
}
