/** @file What the transforms of volumes share: the view that they take. */
import type { Transform, ViewSpec } from '@dualbeat/core';
import type { Spacing, Volume } from '../cine-volume.ts';
import * as errors from '../errors.ts';

export type VolumeShape = {
  readonly slices: number;
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
};

/** Error: E_TRANSFORM_VIEW. */
export function shapeOf(view: ViewSpec, transform: string): VolumeShape {
  const named = view.axes.map(({ name }) => name).join();
  if (view.dtype !== 'float32' || named !== 'slice,row,column,channel')
    throw errors.notAVolume(transform, view);
  const [slices, rows, columns, channels] = view.shape as [number, number, number, number];
  return { slices, rows, columns, channels };
}

/** Error: E_TRANSFORM_SPACING. */
export function spacingOf(view: ViewSpec, transform: string): Spacing {
  const [slice, row, column] = view.axes.slice(0, 3).map(({ name, spacing, unit }) => {
    if (spacing === undefined || !(spacing > 0) || unit !== 'mm')
      throw errors.noSpacing(transform, name);
    return spacing;
  }) as [number, number, number];
  return { slice, row, column };
}

/** A transform of each channel by itself. */
export function perChannel(
  { slices, rows, columns, channels }: VolumeShape,
  spacing: Spacing,
  use: (volume: Volume, random: () => number) => Float32Array,
): Transform['apply'] {
  return (x, _fitted, random) => {
    if (channels === 1) return use({ slices, rows, columns, spacing, values: x }, random);
    // All channels of a row are moved alike: they share what is drawn.
    const drawn: number[] = [];
    const parts = Array.from({ length: channels }, (_, channel) => {
      let next = 0;
      const shared = () => (drawn[next++] ??= random());
      const values = Float32Array.from(
        { length: x.length / channels },
        (_v, i) => x[i * channels + channel] as number,
      );
      return use({ slices, rows, columns, spacing, values }, shared);
    });
    const length = parts[0]?.length ?? 0;
    const out = new Float32Array(length * channels);
    parts.forEach((part, channel) => {
      for (let i = 0; i < length; i++) out[i * channels + channel] = part[i] as number;
    });
    return out;
  };
}

/** Spacing where distances do not matter. */
export const unitSpacing: Spacing = { slice: 1, row: 1, column: 1 };
