/** @file The metric `zero-shot`: classes by the nearest prototype in the shared space, without a trained head. */
import { defineComponent } from '@dualbeat/core';
import type { HostMasked, Kinds, Metric, MetricBatch, MetricValue } from '@dualbeat/core';
import { auroc } from '@dualbeat/evaluation';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { nothingToScore, unknownEmbedding } from '../errors.ts';
import { report, rowOf } from './gather.ts';
import type { Column, RowValues } from './gather.ts';

export const zeroShotOptions = Type.Object(
  {
    query: Type.String({
      default: 'ecg',
      description: 'Embedding of the rows that are classified.',
    }),
    prototypes: Type.Optional(
      Type.String({
        description:
          'Embedding whose training rows make the prototypes, such as ed: then no ECG with its label is used; absent: the query.',
      }),
    ),
    target: Type.String({ minLength: 1, description: 'Target of labels or classes of the stage.' }),
  },
  { additionalProperties: false },
);

/** By name: the mean direction of the training rows with and without the label. */
type Prototypes = readonly {
  readonly with: readonly number[];
  readonly without: readonly number[];
}[];

/** A row of an embedding with length 1; nothing where it is absent. */
function unit(output: HostMasked, i: number): number[] | undefined {
  const row = rowOf(output, i);
  if (!row.there(0)) return undefined;
  const length = Math.hypot(...Array.from(row.values));
  return Array.from(row.values, (x) => x / Math.max(length, 1e-12));
}

const cosine = (a: readonly number[], b: readonly number[]): number => {
  const dot = a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
  return dot / Math.max(Math.hypot(...b), 1e-12);
};

/**
 * Score of a label: cosine with the mean unit embedding of the training rows that have it, less that of those that do
 * not; of a class likewise against the rest. `zero-shot-auroc.<name>` and the mean. Errors: E_METRIC_OUTPUTS,
 * E_METRIC_EMBEDDING.
 */
export function createZeroShot(
  options: Static<typeof zeroShotOptions>,
  { targets = {} }: Kinds['metric']['from'],
): Metric {
  const { query, target, prototypes = query } = options;
  const spec = targets[target];
  if (spec === undefined || (spec.type !== 'binary' && spec.type !== 'class'))
    throw nothingToScore('zero-shot', `target "${target}" of labels`, Object.keys(targets));
  const { names, type } = spec;
  /** 1 or 0 of each name; nothing where it is not known. */
  const labelsOf = (truth: RowValues): readonly (number | undefined)[] =>
    names.map((_, k) => {
      if (type === 'class') return truth.there(0) ? Number(truth.values[0] === k) : undefined;
      return truth.there(k) ? (truth.values[k] as number) : undefined;
    });
  function* rows(
    { outputs, ids }: MetricBatch,
    embedding: string,
  ): Generator<{ readonly z: number[]; readonly labels: readonly (number | undefined)[] }> {
    const [found, truth] = [outputs[embedding], outputs[`${target}/truth`]];
    if (found === undefined) throw unknownEmbedding(embedding, Object.keys(outputs));
    if (truth === undefined)
      throw nothingToScore('zero-shot', `truth of "${target}"`, Object.keys(outputs));
    for (let i = 0; i < ids.length; i++) {
      const z = unit(found, i);
      if (z !== undefined) yield { z, labels: labelsOf(rowOf(truth, i)) };
    }
  }
  return {
    async fit(training) {
      const sums = names.map(() => ({ with: [] as number[], without: [] as number[] }));
      for await (const batch of training) {
        for (const { z, labels } of rows(batch, prototypes)) {
          labels.forEach((label, k) => {
            if (label === undefined) return;
            const sum = (sums[k] as (typeof sums)[number])[label === 1 ? 'with' : 'without'];
            z.forEach((x, d) => (sum[d] = (sum[d] ?? 0) + x));
          });
        }
      }
      return sums;
    },
    async compute(batches, fitted) {
      const known = fitted as Prototypes;
      const columns = names.map((): Column => ({ truth: [], prediction: [] }));
      for await (const batch of batches) {
        for (const { z, labels } of rows(batch, query)) {
          labels.forEach((label, k) => {
            if (label === undefined) return;
            const of = known[k] as Prototypes[number];
            const column = columns[k] as Column;
            column.truth.push(label);
            column.prediction.push(
              (of.with.length === 0 ? 0 : cosine(z, of.with)) -
                (of.without.length === 0 ? 0 : cosine(z, of.without)),
            );
          });
        }
      }
      const scored = columns.map(({ truth, prediction }): MetricValue => auroc(truth, prediction));
      return report('zero-shot-auroc', [{ head: target, names, values: scored }]);
    },
  };
}

export const zeroShot = defineComponent({
  kind: 'metric',
  id: 'zero-shot',
  options: zeroShotOptions,
  create: createZeroShot,
});
