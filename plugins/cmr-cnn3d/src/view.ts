/** @file The view of these encoders: [slices, height, width, channels]. */
import type { ArraySpec } from '@dualbeat/core';
import type { Axes3 } from '@dualbeat/nn';
import { viewShape } from './errors.ts';

export type View = { readonly size: Axes3; readonly channels: number };

/** Error: E_CNN_VIEW. */
export function viewOf(encoder: string, { shape, dtype }: ArraySpec): View {
  const [slices, height, width, channels, ...more] = shape;
  if (
    channels === undefined ||
    more.length > 0 ||
    dtype !== 'float32' ||
    shape.some((size) => size < 1)
  )
    throw viewShape(encoder, shape, dtype);
  return { size: [slices, height, width] as unknown as Axes3, channels };
}
