/** @file Trials that a search component asks for, from the results of those that are done. */
import { at, canonicalJson, hostRandom } from '@dualbeat/core';
import type { Named, OpenExperiment, SearchAxis, SearchTrial, Sweep } from '@dualbeat/core';
import { resultOf } from './curves.ts';
import { trialsInvalid } from './errors.ts';
import { planned, trialPoint, variantsOf } from './plan-sweep.ts';
import type { PlannedTrial } from './plan-sweep.ts';
import { applies } from './points.ts';
import type { Point } from './points.ts';
import type { SweepState } from './scheduler.ts';

/**
 * Asks the search for one more point of the variant that has the fewest, and plans it with every seed. A point's value is the mean
 * over its seeds; points whose trials run are told without a value. Same results, same points.
 */
export async function proposer(
  opened: OpenExperiment,
  sweep: Sweep,
  of: { readonly runsRoot: string },
): Promise<(state: SweepState) => Promise<readonly PlannedTrial[]>> {
  const { strategy } = sweep;
  const search = await opened.host.create('search', strategy, null, 'sweep.strategy');
  const count = strategy.count ?? 1;
  const watch = strategy.watch ?? { metric: 'val/loss', mode: 'min' as const };
  const { name: experiment } = opened.base.resolved;

  return async ({ trials, jobs, records }) => {
    const variants = variantsOf(sweep, opened).map((variant) => {
      const own = trials.filter((trial) => trial.variant === (variant ?? null));
      const points = new Map(own.map(({ values }) => [canonicalJson(values), values]));
      return { variant, own, points };
    });
    const next = variants.toSorted((a, b) => a.points.size - b.points.size)[0];
    if (next === undefined || next.points.size >= count) return [];
    const over = (trial: PlannedTrial): boolean =>
      jobs.some(
        ({ id, trial: name }) =>
          name === trial.name && id === `trial-${name}` && records[id]?.state === 'done',
      );
    const done: SearchTrial[] = [...next.points.values()].map((point) => {
      const same = next.own.filter(({ values }) => canonicalJson(values) === canonicalJson(point));
      const values = same.map((trial) =>
        over(trial) ? resultOf(of.runsRoot, experiment, trial, watch.metric) : null,
      );
      const known = values.filter((value) => value !== null);
      const whole = known.length === same.length && known.length > 0;
      return { point, value: whole ? known.reduce((a, b) => a + b, 0) / known.length : null };
    });
    const axes = axesOf(sweep, next.variant);
    const random = hostRandom(strategy.seed, `search/${next.variant ?? ''}`, next.points.size);
    const [point] = search.next({ axes, done, mode: watch.mode, count: 1 }, random);
    if (point === undefined) return [];
    const points = sweep.seeds.map((seed) =>
      trialPoint(next.variant, applicable(sweep, next.variant, point), seed),
    );
    const { trials: more, faults } = await planned(opened, points);
    if (faults.length > 0) throw trialsInvalid(opened.file, points.length, faults);
    return more.filter(({ name }) => !trials.some((trial) => trial.name === name));
  };
}

function axesOf(sweep: Sweep, variant: string | undefined): readonly SearchAxis[] {
  return Object.entries(sweep.axes)
    .filter(
      ([, { when }]) =>
        when?.variant === undefined || (variant !== undefined && when.variant.includes(variant)),
    )
    .map(([path, axis]) => {
      if ('values' in axis) return { path, values: axis.values };
      const { min, max, scale, integer } = axis;
      return { path, min, max, scale, integer };
    });
}

/** Without the axes whose conditions the point itself does not meet. */
function applicable(sweep: Sweep, variant: string | undefined, point: Named<unknown>): Point {
  return Object.fromEntries(
    Object.entries(point).filter(([path]) => applies(at(sweep.axes, path, 'axis'), variant, point)),
  );
}
