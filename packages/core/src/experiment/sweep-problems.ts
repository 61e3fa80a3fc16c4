/** @file What is wrong with a sweep: its axes under every variant that they apply to, strategy, comparison. */
import { closest } from '../closest.ts';
import { shown } from '../host/schema-problems.ts';
import { axisPathProblems, axisValueProblems } from './axis-problems.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Problem } from './errors.ts';
import { type Places, placeOf } from './places.ts';
import { ownStrategies } from './sweep-schema.ts';
import type { RangeAxis, ResolvedExperiment, Sweep, SweepAxis } from './types.ts';
import type { CheckFrom } from './variant-problems.ts';

type Say = (path: readonly string[], cause: string, fix: string, code?: string) => void;

/** `resolved` is the file as it stands, and holds. */
export function sweepProblems(
  from: CheckFrom,
  resolved: ResolvedExperiment,
  places: Places,
): Problem[] {
  const { sweep } = resolved;
  if (sweep === undefined) return [];
  const problems: Problem[] = [];
  const say: Say = (path, cause, fix, code = 'E_EXPERIMENT_SWEEP') => {
    const at = ['sweep', ...path];
    problems.push({ code, path: at, place: placeOf(places, at), cause, fix });
  };
  const variants = sweep.variants ?? Object.keys(resolved.variants);
  for (const [name, axis] of Object.entries(sweep.axes))
    checkAxis(name, axis, sweep, resolved, say);
  checkStrategy(sweep, say);
  checkComparison(sweep, resolved, variants, say);
  if (problems.length > 0) return problems;
  const paths = axisPathProblems(from, sweep, variants, places);
  return paths.length > 0 ? paths : axisValueProblems(from, sweep, variants, places);
}

export function isRange(axis: SweepAxis): axis is RangeAxis {
  return 'min' in axis;
}

function checkAxis(
  name: string,
  axis: SweepAxis,
  { axes, strategy, variants: chosen }: Sweep,
  { variants }: ResolvedExperiment,
  say: Say,
): void {
  const path = ['axes', name];
  if (isRange(axis)) checkRange(path, axis, strategy.use, say);
  else {
    const texts = axis.values.map(canonicalJson);
    const twice = texts.findIndex((text, i) => texts.indexOf(text) !== i);
    if (twice >= 0)
      say(
        [...path, 'values', String(twice)],
        `the value ${shown(axis.values[twice])} is there twice`,
        'leave one of them out',
      );
  }
  for (const other of Object.keys(axes))
    if (name.startsWith(`${other}.`))
      say(
        path,
        `it lies below the axis '${other}', which replaces it whole`,
        'leave one of them out',
      );
  const known = chosen ?? Object.keys(variants);
  for (const [i, variant] of (axis.when?.variant ?? []).entries())
    if (!known.includes(variant))
      say(
        [...path, 'when', 'variant', String(i)],
        `there is no variant '${variant}' in the sweep; there is: ${known.join(', ') || 'none'}`,
        nearest(variant, known),
        'E_EXPERIMENT_REFERENCE',
      );
  for (const [other, values] of Object.entries(axis.when?.axes ?? {})) {
    const at = [...path, 'when', 'axes', other];
    const of = Object.hasOwn(axes, other) ? axes[other] : undefined;
    const others = Object.keys(axes).filter((one) => one !== name);
    if (of === undefined || other === name) {
      say(
        at,
        `there is no other axis '${other}'; there is: ${others.join(', ') || 'none'}`,
        nearest(other, others),
        'E_EXPERIMENT_REFERENCE',
      );
      continue;
    }
    if (of.when?.axes !== undefined)
      say(at, `the axis '${other}' is itself conditional on another`, 'condition both on that one');
    if (isRange(of)) continue;
    const all = of.values.map(canonicalJson);
    for (const [i, value] of values.entries())
      if (!all.includes(canonicalJson(value)))
        say(
          [...at, String(i)],
          `${shown(value)} is no value of the axis '${other}'; they are: ${of.values.map(shown).join(', ')}`,
          'use one of these',
        );
  }
}

function checkRange(
  path: readonly string[],
  { min, max, scale, integer, steps }: RangeAxis,
  strategy: string,
  say: Say,
): void {
  if (min >= max) say([...path, 'max'], `${max} is not above min, ${min}`, 'exchange them');
  if (scale === 'log' && min <= 0)
    say([...path, 'min'], `${min} has no logarithm`, 'use a value > 0, or scale: linear');
  if (integer && !(Number.isInteger(min) && Number.isInteger(max)))
    say(
      path,
      `min ${min} and max ${max} are not both whole numbers`,
      'round them, or drop integer',
    );
  if (strategy === 'grid' && steps === undefined)
    say(
      path,
      'a grid needs to know how many values of a range it takes',
      "add 'steps:', or use 'values'",
    );
}

function checkStrategy({ strategy, axes }: Sweep, say: Say): void {
  const { use, options, count, points, watch } = strategy;
  const own = (ownStrategies as readonly string[]).includes(use);
  const at = ['strategy'];
  if (own && Object.keys(options).length > 0)
    say([...at, 'options'], `the strategy '${use}' has no options`, 'remove them');
  const counted = use !== 'grid' && use !== 'list';
  if (counted && count === undefined)
    say(at, `the strategy '${use}' needs to know how many points to take`, "add 'count:'");
  if (!counted && count !== undefined)
    say(
      [...at, 'count'],
      `the strategy '${use}' takes every point`,
      "remove 'count', or limit budget.trials",
    );
  if (counted && Object.keys(axes).length === 0)
    say(at, `the strategy '${use}' has no axes to draw from`, "add 'sweep.axes'");
  if (use === 'list' && points === undefined) say(at, 'a list needs its points', "add 'points:'");
  if (use === 'list' && Object.keys(axes).length > 0)
    say(
      ['axes'],
      'the strategy list takes its points, so axes are never read',
      "move them to 'points'",
    );
  if (use !== 'list' && points !== undefined)
    say([...at, 'points'], `the strategy '${use}' takes no points`, "use 'list', or remove them");
  if (!own && watch === undefined)
    say(at, `the search '${use}' needs to know what is better`, "add 'watch: { metric, mode }'");
  if (own && watch !== undefined)
    say([...at, 'watch'], `the strategy '${use}' looks at no results`, "remove 'watch'");
}

function checkComparison(
  { compare, earlyStop, strategy }: Sweep,
  { stages, result }: ResolvedExperiment,
  variants: readonly string[],
  say: Say,
): void {
  for (const [i, name] of (compare?.baselines ?? []).entries())
    if (!variants.includes(name))
      say(
        ['compare', 'baselines', String(i)],
        `the baseline '${name}' is not in the sweep; there is: ${variants.join(', ') || 'none'}`,
        nearest(name, variants),
        'E_EXPERIMENT_REFERENCE',
      );
  const splits = stages[result]?.evaluate.splits ?? [];
  for (const [i, metric] of (compare?.metrics ?? []).entries())
    checkMetric(['compare', 'metrics', String(i)], metric, splits, result, say);
  const trained = ['train', 'val'];
  if (earlyStop !== undefined)
    checkMetric(['earlyStop', 'metric'], earlyStop.metric, trained, result, say);
  if (strategy.watch !== undefined)
    checkMetric(
      ['strategy', 'watch', 'metric'],
      strategy.watch.metric,
      [...trained, ...splits],
      result,
      say,
    );
}

function checkMetric(
  path: readonly string[],
  metric: string,
  splits: readonly string[],
  result: string,
  say: Say,
): void {
  const [split = '', ...rest] = metric.split('/');
  if (rest.length === 0 || rest.some((part) => part === ''))
    say(path, `${shown(metric)} is no metric's name`, "write '<split>/<metric>', like test/r2");
  else if (!splits.includes(split))
    say(
      path,
      `the stage '${result}' gives no metric of the split '${split}'; it has: ${[...new Set(splits)].join(', ')}`,
      `use one of these, or add '${split}' to stages.${result}.evaluate.splits`,
    );
}

function nearest(name: string, names: readonly string[]): string {
  const near = closest(name, names);
  return near === undefined ? 'use one of these' : `did you mean '${near}'?`;
}
