/** @file Numbers in characters: a histogram on one line, a signal on one line, a slice in shades. */
import type { HostArray, ViewSpec } from '@dualbeat/core';

const blocks = ' ▁▂▃▄▅▆▇█';
const shades = ' .:-=+*#%@';
const columns = 72;
const rowsOfSlice = 24;

/** Counts as blocks; a count that is not 0 is seen. */
export function spark(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  return counts
    .map((n) => blocks[n === 0 ? 0 : Math.max(1, Math.round((n / most) * 8))] as string)
    .join('');
}

/** A view of two axes: a line per position of the first. Of more: the middle of the first axis, in shades. Lines. */
export function drawView({ shape, axes }: ViewSpec, data: HostArray['data']): string[] {
  if (shape.length <= 2) {
    const [rows, length] = shape.length === 2 ? (shape as [number, number]) : [1, shape[0] ?? 0];
    const labels = shape.length === 2 ? axes[0]?.labels : undefined;
    const width = Math.max(0, ...(labels ?? []).map((label) => label.length));
    return Array.from({ length: rows }, (_, row) => {
      const own = data.subarray(row * length, (row + 1) * length);
      const [min, max] = rangeOf(own);
      const range = `${Number(min.toPrecision(3))} to ${Number(max.toPrecision(3))}`;
      return `${(labels?.[row] ?? '').padEnd(width)} ${line(own, min, max)} ${range}`.trimStart();
    });
  }
  const [slices, height, width] = shape as [number, number, number];
  const depth = shape.slice(3).reduce((a, b) => a * b, 1);
  const slice = slices >> 1;
  const own = data.subarray(slice * height * width * depth, (slice + 1) * height * width * depth);
  const [min, max] = rangeOf(own);
  const high = Math.min(rowsOfSlice, height);
  // A character is twice as high as wide.
  const wide = Math.min(columns, Math.max(1, Math.round((2 * high * width) / height)));
  return Array.from({ length: high }, (_, y) =>
    Array.from({ length: wide }, (__, x) => {
      const at = Math.floor((y * height) / high) * width + Math.floor((x * width) / wide);
      const level = max > min ? ((own[at * depth] as number) - min) / (max - min) : 0;
      return shades[Math.min(9, Math.floor(level * 10))] as string;
    })
      .join('')
      .trimEnd(),
  );
}

/** The value farthest from the middle of each piece: peaks stay. */
function line(values: HostArray['data'], min: number, max: number): string {
  const middle = (min + max) / 2;
  const pieces = Math.min(columns, values.length);
  return Array.from({ length: pieces }, (_, i) => {
    const piece = values.subarray(
      Math.floor((i * values.length) / pieces),
      Math.floor(((i + 1) * values.length) / pieces),
    );
    let far = piece[0] ?? 0;
    for (const value of piece) if (Math.abs(value - middle) > Math.abs(far - middle)) far = value;
    const level = max > min ? (far - min) / (max - min) : 0.5;
    return blocks[1 + Math.min(7, Math.floor(level * 8))] as string;
  }).join('');
}

function rangeOf(values: HostArray['data']): [number, number] {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return [min, max];
}
