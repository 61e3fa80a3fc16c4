/** @file Fewer points for the same line. */

/**
 * Indices of the points to keep so that no point is farther than `tolerance` from the drawn line (Ramer, Douglas and
 * Peucker). Points that are not finite are kept: they are the gaps. Peaks move by less than the tolerance.
 */
export function keptPoints(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  tolerance: number,
): number[] {
  const keep = new Uint8Array(x.length);
  for (let start = 0; start < x.length;) {
    let end = start;
    while (end < x.length && Number.isFinite(y[end])) end++;
    if (end < x.length) keep[end] = 1;
    if (end > start) markKept(keep, x, y, start, end - 1, tolerance);
    start = end + 1;
  }
  return Array.from(keep.keys()).filter((i) => keep[i] === 1);
}

function markKept(
  keep: Uint8Array,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  first: number,
  last: number,
  tolerance: number,
): void {
  keep[first] = keep[last] = 1;
  const open: [number, number][] = [[first, last]];
  for (let span = open.pop(); span; span = open.pop()) {
    const [a, b] = span;
    const dx = (x[b] as number) - (x[a] as number);
    const dy = (y[b] as number) - (y[a] as number);
    const length = Math.hypot(dx, dy) || 1;
    let farthest = a;
    let most = tolerance;
    for (let i = a + 1; i < b; i++) {
      const distance =
        Math.abs(
          dy * ((x[i] as number) - (x[a] as number)) - dx * ((y[i] as number) - (y[a] as number)),
        ) / length;
      if (distance > most) [most, farthest] = [distance, i];
    }
    if (farthest === a) continue;
    keep[farthest] = 1;
    open.push([a, farthest], [farthest, b]);
  }
}
