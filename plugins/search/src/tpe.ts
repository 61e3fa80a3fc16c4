/**
 * @file Tree-structured Parzen estimators (Bergstra et al. 2011, section 4): the points so far are split into good and others, each
 * part is a density over every axis, and of points drawn from the good density the one with the greatest ratio is next.
 */
import { canonicalJson, defineComponent } from '@dualbeat/core';
import type { Named, SearchAxis, SearchTrial } from '@dualbeat/core';
import { Type } from 'typebox';
import { distinctPoints } from './distinct.ts';
import { listDensity, rangeDensity } from './parzen.ts';
import type { Density } from './parzen.ts';
import { drawPoint, fromUnit, isList, toUnit } from './unit.ts';

export const tpe = defineComponent({
  kind: 'search',
  id: 'tpe',
  options: Type.Object(
    {
      startup: Type.Integer({
        minimum: 1,
        default: 10,
        description: 'Points drawn evenly before results count.',
      }),
      good: Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        default: 0.25,
        description: 'Share of the results that counts as good.',
      }),
      candidates: Type.Integer({
        minimum: 1,
        default: 24,
        description: 'Points drawn from the good density for each choice.',
      }),
    },
    { additionalProperties: false },
  ),
  create: (options) => ({
    next({ axes, done, mode, count }, random) {
      const known = done.filter(
        (trial): trial is SearchTrial & { readonly value: number } =>
          trial.value !== null && Number.isFinite(trial.value),
      );
      const wanted = { axes, count, tried: done.map(({ point }) => point) };
      if (known.length < options.startup) {
        return distinctPoints(wanted, () => drawPoint(axes, random), random);
      }
      const order = known.toSorted((a, b) =>
        mode === 'min' ? a.value - b.value : b.value - a.value,
      );
      const cut = Math.max(1, Math.ceil(options.good * order.length));
      // Trials under way count as bad: the next point should not be where one is being tried already.
      const pending = done.filter(({ value }) => value === null).map(({ point }) => point);
      const good = densities(
        axes,
        order.slice(0, cut).map(({ point }) => point),
      );
      const bad = densities(axes, [...order.slice(cut).map(({ point }) => point), ...pending]);
      return distinctPoints(
        wanted,
        () => best(axes, good, bad, options.candidates, random),
        random,
      );
    },
  }),
});

/** One density per axis: the axes are taken as independent. */
function densities(
  axes: readonly SearchAxis[],
  points: readonly Named<unknown>[],
): readonly Density[] {
  return axes.map((axis) => {
    const values = points
      .filter((point) => Object.hasOwn(point, axis.path))
      .map((point) => point[axis.path]);
    if (!isList(axis)) return rangeDensity(values.map((value) => toUnit(axis, value as number)));
    const keys = axis.values.map((value) => canonicalJson(value));
    return listDensity(
      values.map((value) => keys.indexOf(canonicalJson(value))),
      axis.values.length,
    );
  });
}

function best(
  axes: readonly SearchAxis[],
  good: readonly Density[],
  bad: readonly Density[],
  candidates: number,
  random: () => number,
): Named<unknown> {
  let chosen: readonly number[] = [];
  let greatest = -Infinity;
  for (let i = 0; i < candidates; i++) {
    const point = good.map((density) => density.draw(random));
    const ratio = point.reduce(
      (sum, x, axis) =>
        sum + Math.log((good[axis] as Density).at(x)) - Math.log((bad[axis] as Density).at(x)),
      0,
    );
    if (ratio > greatest) {
      greatest = ratio;
      chosen = point;
    }
  }
  return Object.fromEntries(
    axes.map((axis, i) => {
      const x = chosen[i] as number;
      return [axis.path, isList(axis) ? axis.values[x] : fromUnit(axis, x)];
    }),
  );
}
