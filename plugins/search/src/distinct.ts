/** @file Points that were not tried yet. */
import { canonicalJson } from '@dualbeat/core';
import type { Named, SearchAxis } from '@dualbeat/core';
import { isList } from './unit.ts';

type Wanted = {
  readonly axes: readonly SearchAxis[];
  readonly count: number;
  readonly tried: readonly Named<unknown>[];
};

/** Draws before what is left of a space of lists is counted out. */
const draws = 200;
/** Spaces of more points are not: there, what draws do not find counts as used up. */
const countable = 100_000;

/**
 * Up to `count` points of `draw` that are neither in `tried` nor drawn twice; fewer where the space is used up. A density may
 * hardly ever draw the last points of a space of lists: these come in random order.
 */
export function distinctPoints(
  { axes, count, tried }: Wanted,
  draw: () => Named<unknown>,
  random: () => number,
): readonly Named<unknown>[] {
  const seen = new Set(tried.map((point) => canonicalJson(point)));
  const found: Named<unknown>[] = [];
  for (let i = 0; i < draws * count && found.length < count; i++) {
    const point = draw();
    const key = canonicalJson(point);
    if (seen.has(key)) continue;
    seen.add(key);
    found.push(point);
  }
  if (found.length === count) return found;
  const left = pointsOf(axes).filter((point) => !seen.has(canonicalJson(point)));
  while (found.length < count && left.length > 0)
    found.push(...left.splice(Math.floor(random() * left.length), 1));
  return found;
}

/** Every point of a space of lists; none where it has ranges or is too large. */
function pointsOf(axes: readonly SearchAxis[]): Named<unknown>[] {
  let points: Named<unknown>[] = [{}];
  for (const axis of axes) {
    if (!isList(axis) || points.length * axis.values.length > countable) return [];
    points = points.flatMap((point) =>
      axis.values.map((value) => ({ ...point, [axis.path]: value })),
    );
  }
  return points;
}
