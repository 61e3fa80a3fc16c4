/** @file Baselines that need the record alone: the mean of the lead's visible samples, and interpolation in time. */
import { meanWhere } from './score.ts';
import { VISIBLE } from './token-grid.ts';
import type { TokenRecord } from './token-grid.ts';

/** Mean of the visible samples of a lead; `otherwise` where none is visible. */
export function visibleMean(record: TokenRecord, lead: number, otherwise: number): number {
  const mean = meanWhere(record, lead, (state) => state === VISIBLE);
  return Number.isNaN(mean) ? otherwise : mean;
}

/**
 * The lead [T'] with straight lines between the visible samples on both sides of a gap; the nearest visible sample
 * before the first and after the last; `otherwise` where none is visible.
 */
export function interpolated(record: TokenRecord, lead: number, otherwise: number): Float32Array {
  const { samples, windows } = record.grid;
  const out = Float32Array.from(record.original[lead] as Float32Array);
  const state = record.state[lead] as Uint8Array;
  for (let start = 0; start < windows;) {
    if (state[start] === VISIBLE) {
      start++;
      continue;
    }
    let end = start;
    while (end < windows && state[end] !== VISIBLE) end++;
    const from = start * samples;
    const to = end * samples;
    const left = start > 0 ? (out[from - 1] as number) : undefined;
    const right = end < windows ? (out[to] as number) : undefined;
    const a = left ?? right ?? otherwise;
    const b = right ?? left ?? otherwise;
    for (let i = from; i < to; i++) out[i] = a + ((b - a) * (i - from + 1)) / (to - from + 1);
    start = end;
  }
  return out;
}
