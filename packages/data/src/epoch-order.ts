/** @file The order of the rows in an epoch. */
import { hostRandom, permutation } from '@dualbeat/core';
import { badEpoch, orderOptions } from './errors.ts';
import { balancedOrder } from './order/balanced-order.ts';
import { distinctOrder } from './order/distinct-order.ts';

/** A change of any order for the same arguments is a new version: it would change what a resumed or repeated run trains on. */
export const samplerVersion = 1;

export type EpochOrderOptions = {
  readonly seed: number;
  readonly epoch: number;
  readonly shuffle: boolean;
  /** No batch of `batchSize` has two rows of one subject; `subjects`: one number per row of `rows`. Only full batches come. */
  readonly distinct?: { readonly subjects: Int32Array; readonly batchSize: number };
  /** Every class comes equally often; `classes`: one per row of `rows`, -1 for a row that is never drawn. For training parts only. */
  readonly balance?: { readonly classes: Int32Array };
};

/**
 * `rows` in the order of an epoch: as given, or an order that depends on seed and epoch alone, so a resumed epoch goes on with
 * the rows it would have had. Errors: E_DATA_POSITION, E_ORDER_OPTIONS, E_ORDER_SUBJECTS.
 * @example epochOrder(rows, { seed: 0, epoch: 3, shuffle: true, distinct: { subjects: cohort.subjects(rows), batchSize: 256 } });
 */
export function epochOrder(rows: Int32Array, at: EpochOrderOptions): Int32Array {
  for (const [what, value] of [['the seed', at.seed] as const, ['the epoch', at.epoch] as const]) {
    if (!Number.isSafeInteger(value) || value < 0) throw badEpoch(what, value);
  }
  const { balance, distinct } = at;
  checkPerRow('classes', balance?.classes, rows);
  checkPerRow('subjects', distinct?.subjects, rows);
  if (!at.shuffle) {
    if (balance ?? distinct) throw orderOptions('rows that are not shuffled keep their order');
    return rows.slice();
  }
  // Streams of their own: with and without one of them, the rest is drawn alike.
  const random = (name: string) => hostRandom(at.seed, name, 0, at.epoch);
  let order =
    balance === undefined
      ? permutation(rows.length, random('data/order'))
      : balancedOrder(balance.classes, random('data/order/balance'));
  if (distinct !== undefined) {
    const { subjects, batchSize } = distinct;
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
      throw orderOptions(`a batch of ${batchSize} rows`);
    }
    order = distinctOrder(order, subjects, batchSize, random('data/order/distinct'));
  }
  return order.map((i) => rows[i] as number);
}

function checkPerRow(what: string, numbers: Int32Array | undefined, rows: Int32Array): void {
  if (numbers !== undefined && numbers.length !== rows.length) {
    throw orderOptions(`${numbers.length} ${what} for ${rows.length} rows`);
  }
}
