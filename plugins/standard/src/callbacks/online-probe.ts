/** @file The callback `online-probe`: how much of a target a linear model reads from detached features, while training goes on. */
import { defineComponent } from '@dualbeat/core';
import type { Callback, Named, TargetSpec } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { gatherRows, scores, standardiser } from './feature-rows.ts';
import type { FeatureRow, Scored } from './feature-rows.ts';
import { monitorOptions, targetOf } from './monitor-options.ts';
import { solveRidge } from './solve-ridge.ts';

export const onlineProbeOptions = Type.Object(
  {
    ...monitorOptions,
    ridge: Type.Number({
      exclusiveMinimum: 0,
      default: 1e-3,
      description: 'Penalty on the squared weights, per row.',
    }),
  },
  { additionalProperties: false },
);

/**
 * Fits ridge regressions on the training part and scores the other one: '<split>/probe.r2' for numbers, '.auroc' for binary
 * targets, '.accuracy' for classes, each also by target. Nothing flows back. Errors: E_CALLBACK_TARGET, E_CALLBACK_FEATURES.
 */
export function createOnlineProbe(
  options: Static<typeof onlineProbeOptions>,
  { targets }: { readonly targets: Named<TargetSpec> },
): Callback {
  const { split, every, maxRows, ridge } = options;
  const spec = targetOf('online-probe', options.target, targets);
  return {
    async on(event, _memory, random) {
      if (event.at === 'start' || (event.at !== 'end' && event.epoch % every !== 0)) return {};
      const of = { ...options, limit: maxRows };
      const training = await gatherRows(event, 'train', of, random);
      const scored = await gatherRows(event, split, { ...of, limit: Infinity }, random);
      if (training.length < 2 || scored.length === 0) return {};
      return { metrics: scores('probe', split, spec, probe(training, scored, spec, ridge)) };
    },
  };
}

/** Truth and prediction by column. */
function probe(
  training: readonly FeatureRow[],
  scored: readonly FeatureRow[],
  spec: TargetSpec,
  ridge: number,
): Scored[][] {
  const standard = standardiser(training);
  const columns = spec.type === 'class' ? 1 : (training[0]?.targets.length ?? 0);
  return Array.from({ length: columns }, (_, k) => {
    const known = training.filter(({ targets }) => !Number.isNaN(targets[k]));
    const asked = scored.filter(({ targets }) => !Number.isNaN(targets[k]));
    if (known.length < 2) return [];
    const x = known.map(({ features }) => standard(features));
    const y = known.map(({ targets }) => targets[k] as number);
    // One model for each class, the highest wins; else one model.
    const labels = spec.type === 'class' ? [...new Set(y)] : [null];
    const models = labels.map((label) =>
      solveRidge(x, label === null ? y : y.map((value) => (value === label ? 1 : 0)), ridge),
    );
    return asked.map(({ features, targets }) => {
      const row = standard(features);
      const values = models.map(({ weights, bias }) =>
        row.reduce((sum, value, d) => sum + value * (weights[d] as number), bias),
      );
      const best = labels[values.indexOf(Math.max(...values))];
      return { truth: targets[k] as number, prediction: best ?? (values[0] as number) };
    });
  });
}

export const onlineProbe = defineComponent({
  kind: 'callback',
  id: 'online-probe',
  options: onlineProbeOptions,
  create: createOnlineProbe,
});
