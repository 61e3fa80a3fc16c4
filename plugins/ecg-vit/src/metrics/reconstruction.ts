/** @file Metric `reconstruction`: how well hidden patches were filled in, beside three baselines. */
import { at, defineComponent } from '@dualbeat/core';
import type { HostMasked, Metric, MetricValue, Named, ViewSpec } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { interpolated, visibleMean } from './baselines.ts';
import { viewUnfit } from './errors.ts';
import { emptyCovariance, withRecord } from './lead-covariance.ts';
import type { LeadCovariance } from './lead-covariance.ts';
import { leadRegression } from './lead-regression.ts';
import type { LeadRegression } from './lead-regression.ts';
import { addLead, correlationOf, emptyScore, nmseOf, recordMean, sumScores } from './score.ts';
import type { Score } from './score.ts';
import { tokenRecords } from './token-grid.ts';
import type { TokenRecord } from './token-grid.ts';

const options = Type.Object(
  {
    view: Type.String({ default: 'ecg', description: 'The view that was masked.' }),
    patch: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 2,
        maxItems: 2,
        description:
          'Leads and samples of one token; without it, one lead and as many samples as a token has values.',
      }),
    ),
    ridge: Type.Number({
      default: 1e-4,
      exclusiveMinimum: 0,
      description: 'Added to the variances of the regression baseline, as a share of their mean.',
    }),
  },
  { additionalProperties: false },
);

/** What predicts hidden samples, by the part of the metric's name; '' is the model. */
const predictors = [
  '',
  'baseline-lead-mean',
  'baseline-interpolation',
  'baseline-regression',
] as const;

/**
 * Over the hidden tokens of a split: `nmse` and `correlation`, over all leads and per lead (`nmse.V1`), of the model and
 * of three baselines (`nmse.baseline-regression`, `nmse.baseline-regression.V1`): the mean of the lead's visible
 * samples; linear interpolation in time; linear regression from the leads visible at that time, fitted on the training
 * records. Reads `outputs.original` {values [B, N, P], present [B, N]} and `outputs.reconstruction` of the same shape,
 * whose `present` is 1 where the token was hidden. Errors: E_RECONSTRUCTION_OUTPUT, E_RECONSTRUCTION_VIEW.
 */
export const reconstruction = defineComponent({
  kind: 'metric',
  id: 'reconstruction',
  options,
  create: (set, from) => createMetric(set, at(from.views, set.view, 'view')),
});

function createMetric(set: Static<typeof options>, view: ViewSpec): Metric {
  const [leads, samples] = view.shape;
  if (view.shape.length !== 2 || !leads || !samples) throw viewUnfit(set.view, view.shape);
  const names = leadNames(view, leads);
  const records = (outputs: Named<HostMasked>) =>
    tokenRecords(outputs, { leads, samples }, set.patch);
  return {
    async fit(training) {
      let fitted = emptyCovariance(leads);
      for await (const { outputs } of training) {
        for (const record of records(outputs)) fitted = withRecord(fitted, record);
      }
      return fitted;
    },
    async compute(batches, fitted) {
      const known = fitted as LeadCovariance | null | undefined; // what fit() gave, perhaps through JSON
      const regression = known && known.samples > 0 ? leadRegression(known, set.ridge) : undefined;
      const scores = predictors.map(() => names.map(emptyScore));
      for await (const { outputs } of batches) {
        for (const record of records(outputs)) addRecord(scores, record, known, regression);
      }
      return results(scores, names, regression !== undefined);
    },
  };
}

function addRecord(
  scores: readonly (readonly Score[])[],
  record: TokenRecord,
  fitted: LeadCovariance | null | undefined,
  regression: LeadRegression | undefined,
): void {
  const means = record.original.map((_, lead) =>
    visibleMean(record, lead, fitted?.mean[lead] ?? 0),
  );
  const regressed = regression?.(record, means);
  record.original.forEach((values, lead) => {
    const centre = recordMean(record, lead);
    const mean = means[lead] as number;
    const predictions = [
      record.reconstruction[lead] as Float32Array,
      new Float32Array(values.length).fill(mean),
      interpolated(record, lead, mean),
      regressed?.[lead],
    ];
    predictions.forEach((prediction, k) => {
      const score = (scores[k] as readonly Score[])[lead] as Score;
      if (prediction) addLead(score, record, lead, prediction, centre);
    });
  });
}

function results(
  scores: readonly (readonly Score[])[],
  names: readonly string[],
  hasRegression: boolean,
): Named<MetricValue> {
  const out: Record<string, MetricValue> = {};
  const whole: string[] = [];
  for (const [metric, valueOf] of [
    ['nmse', nmseOf],
    ['correlation', correlationOf],
  ] as const) {
    predictors.forEach((predictor, k) => {
      const byLead = scores[k] as readonly Score[];
      const missing = predictor === 'baseline-regression' && !hasRegression;
      const value = (score: Score): MetricValue =>
        missing
          ? { undefinedBecause: 'the regression was not fitted: no training record was given' }
          : valueOf(score);
      const name = predictor === '' ? metric : `${metric}.${predictor}`;
      out[name] = value(sumScores(byLead));
      whole.push(name);
      names.forEach((lead, i) => (out[`${name}.${lead}`] = value(byLead[i] as Score)));
    });
  }
  // Whole-split values first: they are what a reader of the table looks for.
  const rest = Object.keys(out).filter((name) => !whole.includes(name));
  return Object.fromEntries([...whole, ...rest].map((name) => [name, out[name] as MetricValue]));
}

/** Lead labels of the view; numbers from 1 where it has none. */
function leadNames(view: ViewSpec, leads: number): string[] {
  const labels = view.axes[0]?.labels;
  return Array.from({ length: leads }, (_, i) => labels?.[i] ?? `lead-${i + 1}`);
}
