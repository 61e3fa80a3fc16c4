/** @file Metrics of splits while a stage trains. */
import { at } from '@dualbeat/core';
import type { Metric, Named } from '@dualbeat/core';
import type { During, StageRun } from '@dualbeat/training';
import { evaluateSplit, fitMetrics } from './evaluate-stage.ts';
import type { StageContext } from './run-stage.ts';

/** Undefined where the stage asks for none. Values that are undefined for a split are left out. */
export async function metricsDuring(
  { job, stage, host }: Pick<StageContext, 'job' | 'stage' | 'host'>,
  from: Parameters<typeof host.create<'metric'>>[2],
): Promise<StageRun['during']> {
  const { evaluate } = at(job.spec.resolved.stages, stage.name, 'stage').train;
  if (evaluate === undefined) return undefined;
  const where = `stages.${stage.name}.train.evaluate.metrics`;
  const metrics: readonly Metric[] = await Promise.all(
    evaluate.metrics.map((use, i) => host.create('metric', use, from, `${where}[${i}]`)),
  );
  const run: During = async (pass) => {
    const fitted = await fitMetrics(metrics, () => pass('train'));
    const found: { [name: string]: number } = {};
    for (const split of evaluate.splits) {
      const { values, rows } = await evaluateSplit(fitted, split, pass(split));
      if (rows === 0) return null;
      Object.assign(found, numbersOf(values));
    }
    return found;
  };
  return { every: evaluate.every, run };
}

function numbersOf(values: Named<unknown>): Named<number> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  );
}
