/** @file An epoch in which every class comes equally often. */
import { permutation } from '@dualbeat/core';
import type { HostRandom } from '@dualbeat/core';

/**
 * As many positions as `classes` has rows with a class (-1: none, never drawn), each class with its equal share: rows of a rare class
 * come again and again, each once before any comes twice; of a frequent class some do not come in this epoch.
 */
export function balancedOrder(classes: Int32Array, random: HostRandom): Int32Array {
  const byClass = new Map<number, number[]>();
  classes.forEach((one, position) => {
    if (one < 0) return;
    const own = byClass.get(one);
    if (own === undefined) byClass.set(one, [position]);
    else own.push(position);
  });
  const lists = [...byClass].sort(([a], [b]) => a - b).map(([, list]) => list);
  const total = lists.reduce((sum, list) => sum + list.length, 0);
  const share = lists.length === 0 ? 0 : Math.floor(total / lists.length);
  // What does not divide goes to classes that the epoch draws.
  const extra = new Set(
    permutation(lists.length, random).subarray(0, total - share * lists.length),
  );
  const drawn: number[] = [];
  lists.forEach((list, i) => {
    const want = share + (extra.has(i) ? 1 : 0);
    for (let got = 0; got < want;) {
      const round = permutation(list.length, random);
      for (let k = 0; k < round.length && got < want; k++, got++) {
        drawn.push(list[round[k] as number] as number);
      }
    }
  });
  return permutation(drawn.length, random).map((i) => drawn[i] as number);
}
