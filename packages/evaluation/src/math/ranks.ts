/** @file Ranks with ties. */
import type { Values } from '../values.ts';

/** Indices of `values` in ascending order; equal values keep their order. */
export function ascending(values: Values): Int32Array {
  const order = Array.from({ length: values.length }, (_, i) => i);
  order.sort((a, b) => (values[a] as number) - (values[b] as number));
  return Int32Array.from(order);
}

/** Ranks from 1; equal values share the mean of their ranks. */
export function ranks(values: Values): Float64Array {
  const order = ascending(values);
  const out = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number])
      end++;
    for (let i = start; i < end; i++) out[order[i] as number] = (start + end + 1) / 2;
    start = end;
  }
  return out;
}
