/** @file Evaluation at the end of a stage: metrics and figures of the best checkpoint, one pass per split. */
import { dirname, resolve } from 'node:path';
import { at } from '@dualbeat/core';
import type { Figure, Metric, MetricValue, Named, Split, TargetSpec, Use } from '@dualbeat/core';
import { writeFigure } from '@dualbeat/report';
import { evaluateRows, meanOf, openSession } from '@dualbeat/training';
import type { EvaluatedBatch, StageRun } from '@dualbeat/training';
import type { OpenView } from '../data/open-data.ts';
import { metricDuplicate } from '../errors.ts';
import { broadcast } from './broadcast.ts';
import { checkLeak } from './check-leak.ts';
import type { StageContext } from './run-stage.ts';

type FittedMetric = { readonly metric: Metric; readonly fitted: unknown };

/** False where a stop came first. Files go to `figures`. */
export async function evaluateStage(
  context: StageContext,
  run: StageRun,
  views: Named<OpenView>,
  targets: Named<TargetSpec>,
  figures: string,
): Promise<boolean> {
  const { job, stage, host, cohort, hooks } = context;
  const { evaluate, train } = at(job.spec.resolved.stages, stage.name, 'stage');
  const where = `stages.${stage.name}.evaluate`;
  const specs = Object.fromEntries(Object.entries(views).map(([name, view]) => [name, view.spec]));
  const from = {
    views: specs,
    targets,
    resolve: (path: string) => resolve(dirname(job.spec.file), path),
  };
  const create = (use: Use, i: number) =>
    host.create('metric', use, from, `${where}.metrics[${i}]`);
  const metrics = await Promise.all(evaluate.metrics.map(create));
  const drawers = await Promise.all(
    evaluate.figures.map((use, i) => host.create('figure', use, null, `${where}.figures[${i}]`)),
  );

  const best = run.checkpoints.best();
  const { params, state } = best.checkpoint;
  const session = openSession({
    ...run,
    stage: run.name,
    from: { params, state, optimizer: {} },
    step: best.checkpoint.progress.step,
  });
  const batchSize = evaluate.batchSize ?? train.batchSize;
  const pass = (split: Split, rows: Int32Array): AsyncGenerator<EvaluatedBatch> =>
    counted(context, split, rows.length, {
      ...run,
      session,
      rows,
      batchSize,
      progress: 1,
      outputs: true,
    });
  const stopped = (): boolean => hooks.stop.requested;
  try {
    const fitted = await fitMetrics(metrics, () => pass('train', run.rows.train));
    if (stopped()) return false;
    const values: { [name: string]: MetricValue } = {};
    for (const split of evaluate.splits) {
      const rows = await cohort.rows(split);
      const { subjects } = best.checkpoint;
      const of = { stage: stage.name, checkpoint: best.name, split, rows, subjects };
      const shared = checkLeak(cohort, { ...of, allow: job.allowLeak === true });
      if (shared > 0) {
        values[`${split}/leakedSubjects`] = shared;
        const text = `${split} holds ${shared} subjects that the model was fitted on (--allow-leak)`;
        run.emit({ type: 'note', stage: stage.name, level: 'warning', text });
      }
      const found = await evaluateSplit(fitted, split, pass(split, rows));
      if (stopped()) return false;
      for (const [name, value] of Object.entries(found.values)) {
        if (Object.hasOwn(values, name)) throw metricDuplicate(stage.name, name);
        values[name] = value;
      }
      const view = at(specs, Object.keys(specs)[0] ?? '', 'view');
      await drawFigures(context, drawers, split, found.first, view, figures);
    }
    hooks.tell({ kind: 'metrics', stage: stage.name, checkpoint: best.name, metrics: values });
    return true;
  } catch (error) {
    if (stopped()) return false; // half a pass may be too little for a metric
    throw error;
  } finally {
    session.close();
  }
}

/** One pass over the training part where a metric wants it. */
export async function fitMetrics(
  metrics: readonly Metric[],
  training: () => AsyncIterable<EvaluatedBatch>,
): Promise<FittedMetric[]> {
  const wanting = metrics.filter((metric) => metric.fit !== undefined);
  if (wanting.length === 0) return metrics.map((metric) => ({ metric, fitted: null }));
  const results = await broadcast(
    training(),
    wanting.map(
      (metric) => (items: AsyncIterable<EvaluatedBatch>) => metric.fit?.(items) as Promise<unknown>,
    ),
  );
  return metrics.map((metric) => ({ metric, fitted: results[wanting.indexOf(metric)] ?? null }));
}

/** Scalars and metrics of one split as '<split>/<name>', and its first batch for the figures. */
export async function evaluateSplit(
  metrics: readonly FittedMetric[],
  split: Split,
  batches: AsyncIterable<EvaluatedBatch>,
): Promise<{ values: Named<MetricValue>; first: EvaluatedBatch | null; rows: number }> {
  const mean = meanOf(split);
  let first: EvaluatedBatch | null = null;
  const gather = async (items: AsyncIterable<EvaluatedBatch>): Promise<Named<MetricValue>> => {
    for await (const batch of items) {
      first ??= batch;
      mean.add(batch);
    }
    return mean.values();
  };
  const compute =
    ({ metric, fitted }: FittedMetric) =>
    async (items: AsyncIterable<EvaluatedBatch>): Promise<Named<MetricValue>> => {
      const found = await metric.compute(items, fitted);
      const named = Object.entries(found).map(
        ([name, value]) => [`${split}/${name}`, value] as const,
      );
      return Object.fromEntries(named);
    };
  const results = await broadcast(batches, [gather, ...metrics.map(compute)]);
  const values: { [name: string]: MetricValue } = {};
  for (const [name, value] of results.flatMap((result) => Object.entries(result))) {
    if (Object.hasOwn(values, name)) throw metricDuplicate(split, name);
    values[name] = value;
  }
  return { values, first, rows: mean.rows() };
}

async function drawFigures(
  { stage, hooks }: StageContext,
  drawers: readonly Figure[],
  split: Split,
  first: EvaluatedBatch | null,
  view: OpenView['spec'],
  folder: string,
): Promise<void> {
  if (first === null) return;
  for (const drawer of drawers) {
    for (const file of await drawer.draw({ outputs: first.outputs, ids: first.ids, view })) {
      const figure = { ...file, name: `${split}-${file.name}`, title: `${file.title} (${split})` };
      await writeFigure(folder, figure);
      hooks.tell({ kind: 'figure', stage: stage.name, name: figure.name, title: figure.title });
    }
  }
}

/** The batches of a pass, told to the supervisor as they come. */
async function* counted(
  { stage, hooks }: StageContext,
  split: Split,
  rows: number,
  pass: Parameters<typeof evaluateRows>[0],
): AsyncGenerator<EvaluatedBatch> {
  let done = 0;
  for await (const batch of evaluateRows(pass)) {
    done += batch.rows.length;
    hooks.tell({ kind: 'evaluating', stage: stage.name, split, rows, done });
    yield batch;
  }
}
