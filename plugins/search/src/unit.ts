/** @file An axis as the unit interval or as a list: where searches work. */
import type { Named, SearchAxis } from '@dualbeat/core';

type RangeAxis = Extract<SearchAxis, { readonly min: number }>;

export function isList(
  axis: SearchAxis,
): axis is Extract<SearchAxis, { readonly values: readonly unknown[] }> {
  return 'values' in axis;
}

/** 0 at `min`, 1 at `max`, by the axis's scale. */
export function toUnit({ min, max, scale }: RangeAxis, value: number): number {
  if (max === min) return 0;
  const u =
    scale === 'log' ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
  return Math.min(Math.max(u, 0), 1);
}

export function fromUnit({ min, max, scale, integer }: RangeAxis, u: number): number {
  const value = scale === 'log' ? min * (max / min) ** u : min + (max - min) * u;
  const bounded = Math.min(Math.max(value, min), max);
  return integer ? Math.round(bounded) : Number(bounded.toPrecision(12));
}

/** A point drawn evenly. */
export function drawPoint(axes: readonly SearchAxis[], random: () => number): Named<unknown> {
  return Object.fromEntries(
    axes.map((axis) => [
      axis.path,
      isList(axis)
        ? axis.values[Math.floor(random() * axis.values.length)]
        : fromUnit(axis, random()),
    ]),
  );
}
