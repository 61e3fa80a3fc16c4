/** @file An order whose batches never hold two rows of one subject. */
import type { HostRandom } from '@dualbeat/core';
import { subjectsTooFew } from '../errors.ts';

/**
 * `order` (positions in `subjects`) arranged so that every `batchSize` in a row are of different subjects, in as many full batches as
 * there can be; the rows that are left over (fewer than a batch, or a subject's rows beyond one per batch) have no place in this
 * epoch, and others are left over in the next. A subject's rows go to batches drawn among the emptiest, so that all fill up evenly.
 * Errors: E_ORDER_SUBJECTS.
 */
export function distinctOrder(
  order: Int32Array,
  subjects: Int32Array,
  batchSize: number,
  random: HostRandom,
): Int32Array {
  const bySubject = new Map<number, number[]>();
  for (const position of order) {
    const subject = subjects[position] as number;
    const own = bySubject.get(subject);
    if (own === undefined) bySubject.set(subject, [position]);
    else own.push(position);
  }
  const lists = [...bySubject.values()];
  const batches = batchCount(
    lists.map((list) => list.length),
    order.length,
    batchSize,
  );
  if (batches === 0) throw subjectsTooFew(batchSize, lists.length);

  const filled: number[][] = Array.from({ length: batches }, () => []);
  // Batches with the fewest rows, and those with one more; there are no others.
  let low = filled.map((_, i) => i);
  let high: number[] = [];
  let room = batches * batchSize;
  const take = (pool: number[]): number => {
    const at = Math.floor(random() * pool.length);
    const batch = pool[at] as number;
    pool[at] = pool.at(-1) as number;
    pool.pop();
    return batch;
  };
  for (const list of lists) {
    const placed = Math.min(list.length, batches, room);
    const chosen: number[] = [];
    while (chosen.length < placed && low.length > 0) chosen.push(take(low));
    const fromLow = chosen.length;
    while (chosen.length < placed) chosen.push(take(high));
    chosen.forEach((batch, i) => filled[batch]?.push(list[i] as number));
    high.push(...chosen.slice(0, fromLow));
    if (low.length === 0) {
      low = high;
      high = chosen.slice(fromLow);
    }
    room -= placed;
  }
  // Within a batch rows would come by subject in the order of the epoch; that order is as good as any.
  return Int32Array.from(filled.flat());
}

/** The most batches b that can be filled: the subjects have min(rows, b) each to give. */
function batchCount(counts: readonly number[], rows: number, batchSize: number): number {
  const fits = (b: number) =>
    counts.reduce((sum, count) => sum + Math.min(count, b), 0) >= b * batchSize;
  // Fits are monotone: what b batches can be filled with, b - 1 can.
  let [yes, no] = [0, Math.floor(rows / batchSize) + 1];
  while (no - yes > 1) {
    const middle = (yes + no) >> 1;
    if (fits(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
