/** @file The callback `knn-monitor`: how well the nearest training rows predict a target, while training goes on. */
import { defineComponent } from '@dualbeat/core';
import type { Callback, Named, TargetSpec } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { gatherRows, scores, standardiser } from './feature-rows.ts';
import type { FeatureRow, Scored } from './feature-rows.ts';
import { monitorOptions, targetOf } from './monitor-options.ts';

export const knnMonitorOptions = Type.Object(
  {
    ...monitorOptions,
    k: Type.Integer({ minimum: 1, default: 20, description: 'Neighbours.' }),
  },
  { additionalProperties: false },
);

/**
 * Neighbours by the cosine of standardised features; numbers and binary targets: their mean, classes: the most frequent (of
 * several the lowest). '<split>/knn.r2', '.auroc' or '.accuracy', each also by target. Errors: E_CALLBACK_TARGET, E_CALLBACK_FEATURES.
 */
export function createKnnMonitor(
  options: Static<typeof knnMonitorOptions>,
  { targets }: { readonly targets: Named<TargetSpec> },
): Callback {
  const { split, every, maxRows, k } = options;
  const spec = targetOf('knn-monitor', options.target, targets);
  return {
    async on(event, _memory, random) {
      if (event.at === 'start' || (event.at !== 'end' && event.epoch % every !== 0)) return {};
      const of = { ...options, limit: maxRows };
      const training = await gatherRows(event, 'train', of, random);
      const scored = await gatherRows(event, split, of, random);
      if (training.length < 2 || scored.length === 0) return {};
      return { metrics: scores('knn', split, spec, nearest(training, scored, spec, k)) };
    },
  };
}

function nearest(
  training: readonly FeatureRow[],
  scored: readonly FeatureRow[],
  spec: TargetSpec,
  k: number,
): Scored[][] {
  const standard = standardiser(training);
  const unit = ({ features, targets }: FeatureRow) => {
    const x = standard(features);
    const norm = Math.hypot(...x) || 1;
    return { x: x.map((value) => value / norm), targets };
  };
  const known = training.map(unit);
  const asked = scored.map(unit);
  const columns = spec.type === 'class' ? 1 : (training[0]?.targets.length ?? 0);
  const result: Scored[][] = Array.from({ length: columns }, () => []);
  for (const { x, targets } of asked) {
    const order = known
      .map((row) => ({ row, cosine: row.x.reduce((sum, v, d) => sum + v * (x[d] as number), 0) }))
      .sort((a, b) => b.cosine - a.cosine);
    for (const [column, rows] of result.entries()) {
      const truth = targets[column] as number;
      const values = order
        .map(({ row }) => row.targets[column] as number)
        .filter((value) => !Number.isNaN(value))
        .slice(0, k);
      if (Number.isNaN(truth) || values.length === 0) continue;
      rows.push({ truth, prediction: spec.type === 'class' ? mode(values) : mean(values) });
    }
  }
  return result;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function mode(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [best] = [...counts].sort(([a, n], [b, m]) => m - n || a - b);
  return best?.[0] as number;
}

export const knnMonitor = defineComponent({
  kind: 'callback',
  id: 'knn-monitor',
  options: knnMonitorOptions,
  create: createKnnMonitor,
});
