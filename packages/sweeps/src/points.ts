/** @file The points of a sweep: which values its axes take, per variant. Pure; randomness is an argument. */
import { canonicalJson } from '@dualbeat/core';
import type { Named, Sweep, SweepAxis } from '@dualbeat/core';

/** Values by path of an axis; axes that do not apply are absent. */
export type Point = Named<unknown>;
/** A drawn share of an axis, 0 <= u < 1, as a value. */
type Draw = (axis: string, u: number) => unknown;

/** The points of a strategy that does not look at results, without repeats. `random` is drawn anew for each variant by the caller. */
export function pointsOf(
  sweep: Sweep,
  variant: string | undefined,
  random: () => number,
): readonly Point[] {
  const { use, count = 1, points = [] } = sweep.strategy;
  const made =
    use === 'list'
      ? points
      : use === 'random'
        ? drawn(sweep, variant, uniformShares(Object.keys(sweep.axes), count, random))
        : use === 'latin-hypercube'
          ? drawn(sweep, variant, stratifiedShares(Object.keys(sweep.axes), count, random))
          : grid(sweep, variant);
  return distinct(made);
}

/** Every combination; an axis whose condition does not hold is left out, so its values do not multiply. */
export function grid(sweep: Sweep, variant: string | undefined): readonly Point[] {
  let points: Point[] = [{}];
  for (const path of inOrder(sweep.axes)) {
    const axis = sweep.axes[path] as SweepAxis;
    points = points.flatMap((point) =>
      applies(axis, variant, point)
        ? gridValues(axis).map((value) => ({ ...point, [path]: value }))
        : [point],
    );
  }
  return points;
}

/** Values that a grid takes of an axis. */
export function gridValues(axis: SweepAxis): readonly unknown[] {
  if ('values' in axis) return axis.values;
  const steps = axis.steps ?? 5;
  const all = Array.from({ length: steps }, (_, i) => scaled(axis, i / (steps - 1)));
  return [...new Set(all)];
}

/** A share of an axis as a value: of a list its item, of a range by its scale. */
export function valueAt(axis: SweepAxis, u: number): unknown {
  if ('values' in axis)
    return axis.values[Math.min(Math.floor(u * axis.values.length), axis.values.length - 1)];
  return scaled(axis, u);
}

function scaled(axis: Extract<SweepAxis, { readonly min: number }>, u: number): number {
  const { min, max, scale, integer } = axis;
  const value = scale === 'log' ? min * (max / min) ** u : min + (max - min) * u;
  const bounded = Math.min(Math.max(value, min), max);
  return integer ? Math.round(bounded) : Number(bounded.toPrecision(12));
}

/** Does the axis apply to this variant, with these values of the other axes? */
export function applies(axis: SweepAxis, variant: string | undefined, point: Point): boolean {
  const { when } = axis;
  if (when?.variant !== undefined && (variant === undefined || !when.variant.includes(variant)))
    return false;
  return Object.entries(when?.axes ?? {}).every(
    ([path, allowed]) =>
      Object.hasOwn(point, path) &&
      allowed.some((value) => canonicalJson(value) === canonicalJson(point[path])),
  );
}

/** Axes after those that their conditions name. */
function inOrder(axes: Named<SweepAxis>): readonly string[] {
  const order: string[] = [];
  const visit = (path: string, above: readonly string[]): void => {
    if (order.includes(path) || above.includes(path) || !Object.hasOwn(axes, path)) return;
    for (const other of Object.keys(axes[path]?.when?.axes ?? {})) visit(other, [...above, path]);
    order.push(path);
  };
  for (const path of Object.keys(axes)) visit(path, []);
  return order;
}

function drawn(
  sweep: Sweep,
  variant: string | undefined,
  shares: readonly Named<number>[],
): readonly Point[] {
  const draw: Draw = (path, u) => valueAt(sweep.axes[path] as SweepAxis, u);
  return shares.map((share) => {
    let point: Point = {};
    for (const path of inOrder(sweep.axes)) {
      if (!applies(sweep.axes[path] as SweepAxis, variant, point)) continue;
      point = { ...point, [path]: draw(path, share[path] as number) };
    }
    return point;
  });
}

function uniformShares(
  paths: readonly string[],
  count: number,
  random: () => number,
): Named<number>[] {
  return Array.from({ length: count }, () =>
    Object.fromEntries(paths.map((path) => [path, random()])),
  );
}

/** One draw in each of `count` equal strata of every axis, the strata in an order drawn per axis. */
function stratifiedShares(
  paths: readonly string[],
  count: number,
  random: () => number,
): Named<number>[] {
  const columns = paths.map((path) => {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    return [path, order.map((stratum) => (stratum + random()) / count)] as const;
  });
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(columns.map(([path, shares]) => [path, shares[i] as number])),
  );
}

function distinct(points: readonly Point[]): readonly Point[] {
  const seen = new Set<string>();
  return points.filter((point) => {
    const key = canonicalJson(point);
    return seen.has(key) ? false : (seen.add(key), true);
  });
}
