/** @file The plan of a sweep: every trial with its point and the ids of its stages, all of it validated from specs. */
import { createHash } from 'node:crypto';
import { at, canonicalJson, hostRandom, isCoded } from '@dualbeat/core';
import type { Named, OpenExperiment, Sweep, TrialPoint } from '@dualbeat/core';
import { planRun } from '@dualbeat/experiment';
import { noSweep, sweepTooLarge, trialsInvalid } from './errors.ts';
import { pointsOf } from './points.ts';
import type { Point } from './points.ts';

export type PlannedTrial = {
  /** Name of its folder: '<variant>-s<seed>-<id>'. */
  readonly name: string;
  readonly variant: string | null;
  readonly seed: number;
  readonly values: Point;
  /** Stage name to id, in the order in which they run. */
  readonly stages: Named<string>;
  /** Stages that each stage starts from, by name. */
  readonly needs: Named<readonly string[]>;
  /** The stage whose metrics are the trial's. */
  readonly result: string;
  /** Values of all modules, of the largest stage. */
  readonly parameters: number;
};
export type SweepPlan = {
  readonly id: string;
  readonly experiment: string;
  /** The experiment file. */
  readonly file: string;
  readonly sets: readonly string[];
  readonly trials: readonly PlannedTrial[];
  /** Distinct stages, and how many trials use each. */
  readonly stages: Named<{ readonly name: string; readonly trials: number }>;
  /** A search component chooses further trials from results; those here are the first. */
  readonly adaptive: boolean;
};

/** More would not be looked at by anyone; a budget can be set. */
const mostTrials = 20_000;

/**
 * Errors: E_SWEEP_NONE, E_SWEEP_SIZE, E_SWEEP_TRIALS (each bad trial with its own message, before anything runs).
 */
export async function planSweep(
  opened: OpenExperiment,
  sets: readonly string[] = [],
): Promise<SweepPlan> {
  const { resolved } = opened.base;
  const sweep = sweepOf(opened);
  const points = allPoints(sweep, opened);
  if (points.length > mostTrials) throw sweepTooLarge(opened.file, points.length, mostTrials);
  const limit = sweep.budget?.trials ?? points.length;
  const taken = points.slice(0, limit);
  const { trials, faults } = await planned(opened, taken);
  if (faults.length > 0) throw trialsInvalid(opened.file, taken.length, faults);
  return {
    id: sweepId(opened, sets),
    experiment: resolved.name,
    file: opened.file,
    sets,
    trials,
    stages: stagesOf(trials),
    adaptive: isAdaptive(sweep),
  };
}

/** What makes it this sweep: the file's own content, not where it lies nor what code it runs. */
export function sweepId(opened: OpenExperiment, sets: readonly string[]): string {
  const { resolved } = opened.base;
  return createHash('sha256').update(canonicalJson({ resolved, sets })).digest('hex').slice(0, 8);
}

export function sweepOf(opened: OpenExperiment): Sweep {
  const { sweep, variants } = opened.base.resolved;
  if (sweep !== undefined) return sweep;
  if (Object.keys(variants).length === 0) throw noSweep(opened.file);
  const { seed } = opened.base.resolved;
  return { seeds: [seed], axes: {}, strategy: { use: 'grid', options: {}, seed: 0 } };
}

export function isAdaptive(sweep: Sweep): boolean {
  return !['grid', 'random', 'latin-hypercube', 'list'].includes(sweep.strategy.use);
}

/** The variants of the sweep; undefined: the file as it stands. */
export function variantsOf(sweep: Sweep, opened: OpenExperiment): readonly (string | undefined)[] {
  const all = sweep.variants ?? opened.variants;
  return all.length === 0 ? [undefined] : all;
}

/** Seeds outermost: after the first round each variant has been seen once. */
function allPoints(sweep: Sweep, opened: OpenExperiment): readonly TrialPoint[] {
  const { seed: drawSeed } = sweep.strategy;
  const ofVariant = variantsOf(sweep, opened).map((variant) => {
    const random = hostRandom(drawSeed, `sweep/${variant ?? ''}`);
    return { variant, points: isAdaptive(sweep) ? [] : pointsOf(sweep, variant, random) };
  });
  return sweep.seeds.flatMap((seed) =>
    ofVariant.flatMap(({ variant, points }) =>
      points.map((values) => trialPoint(variant, values, seed)),
    ),
  );
}

export function trialPoint(variant: string | undefined, values: Point, seed: number): TrialPoint {
  return { ...(variant === undefined ? {} : { variant }), values, seed };
}

/** Plans these points; two points that come to the same trial are one. */
export async function planned(
  opened: OpenExperiment,
  points: readonly TrialPoint[],
): Promise<{ readonly trials: readonly PlannedTrial[]; readonly faults: readonly string[] }> {
  const trials = new Map<string, PlannedTrial>();
  const faults: string[] = [];
  for (const point of points) {
    try {
      const loaded = opened.trial(point);
      const { trial: name, stages, needs } = await planRun(loaded);
      const counts = stages.map(({ parameters }) =>
        Object.values(parameters).reduce((a, b) => a + b, 0),
      );
      trials.set(name, {
        name,
        variant: point.variant ?? null,
        seed: point.seed as number,
        values: point.values ?? {},
        stages: Object.fromEntries(stages.map((stage) => [stage.name, stage.id])),
        needs,
        result: loaded.resolved.result,
        parameters: Math.max(...counts),
      });
    } catch (error) {
      if (!isCoded(error)) throw error;
      faults.push(`${labelOf(point)}: ${error.message}`);
    }
  }
  return { trials: [...trials.values()], faults };
}

function labelOf({ variant, seed, values }: TrialPoint): string {
  const set = Object.entries(values ?? {}).map(
    ([path, value]) => `${path}=${JSON.stringify(value)}`,
  );
  return [variant ?? 'base', `seed ${seed}`, ...set].join(', ');
}

function stagesOf(trials: readonly PlannedTrial[]): SweepPlan['stages'] {
  const found: { [id: string]: { name: string; trials: number } } = {};
  for (const { stages } of trials) {
    for (const [name, id] of Object.entries(stages)) {
      found[id] = { name, trials: (found[id]?.trials ?? 0) + 1 };
    }
  }
  return found;
}

/** Its ids, in order. */
export function stageIds(trial: PlannedTrial): readonly string[] {
  return Object.keys(trial.stages).map((name) => at(trial.stages, name));
}
