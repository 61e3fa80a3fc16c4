/** @file How checks compare arrays and name what differs. */
import type { HostArray, Named } from '@dualbeat/core';
import { distance } from './support/arrays.ts';

/** Rows of every check: a batch with a middle, a first and a last row. */
export const rows = 5;
/** Float32 sums in another order. */
export const roundOff = 2e-4;

const largest = (values: ArrayLike<number>): number => {
  let worst = 0;
  for (let i = 0; i < values.length; i++) worst = Math.max(worst, Math.abs(values[i] as number));
  return worst;
};

/** The first entry that differs by more than `tolerance` of the largest value, as words; undefined: none. */
export function differing(
  found: Named<HostArray>,
  expected: Named<HostArray>,
  tolerance: number,
): string | undefined {
  for (const [name, { data }] of Object.entries(expected)) {
    const got = found[name];
    if (got === undefined) return `"${name}" is missing`;
    const apart = distance(got.data, data);
    if (apart > tolerance * Math.max(1, largest(data)))
      return `"${name}" differs by ${apart.toPrecision(3)}`;
  }
  return undefined;
}

/** The first entry whose bits differ, as words. */
export function bitsDiffering(
  found: Named<HostArray>,
  expected: Named<HostArray>,
): string | undefined {
  for (const [name, { data }] of Object.entries(expected)) {
    const got = found[name]?.data;
    if (got === undefined) return `"${name}" is missing`;
    if (Buffer.compare(bytesOf(got), bytesOf(data)) !== 0) return `"${name}" differs`;
  }
  return undefined;
}
const bytesOf = (data: HostArray['data']) =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** The first entry with a number that is not finite, as words. */
export function notFinite(named: Named<HostArray>): string | undefined {
  for (const [name, { data }] of Object.entries(named)) {
    const at = (data as Float32Array).findIndex((x) => !Number.isFinite(x));
    if (at >= 0) return `"${name}" is ${data[at]} at ${at}`;
  }
  return undefined;
}
