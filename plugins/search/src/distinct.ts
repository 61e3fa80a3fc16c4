/** @file Points that were not tried yet. */
import { canonicalJson } from '@dualbeat/core';
import type { Named } from '@dualbeat/core';

/** Draws before a space of lists counts as used up. */
const draws = 200;

/** Up to `count` points of `draw` that are neither in `tried` nor drawn twice; fewer where the space is used up. */
export function distinctPoints(
  count: number,
  tried: readonly Named<unknown>[],
  draw: () => Named<unknown>,
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
  return found;
}
