/** @file The metric `classification`: AUROC and average precision of yes-or-no targets and of classes. */
import { defineComponent } from '@dualbeat/core';
import type { Kinds, Metric, MetricBatch, MetricValue } from '@dualbeat/core';
import { auroc, averagePrecision, mean } from '@dualbeat/evaluation';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { nothingToScore } from '../errors.ts';
import { addColumns, report, rowOf } from './gather.ts';
import type { Column, Scored } from './gather.ts';

export const classificationOptions = Type.Object(
  {
    targets: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description: 'Targets that are scored; absent: all that are binary or a class.',
      }),
    ),
  },
  { additionalProperties: false },
);

/**
 * By name (of a label, or of a class against the rest): `auroc.<name>`, `average-precision.<name>` and `prevalence.<name>`
 * (what average precision is by chance), their means without a name; `accuracy.<head>` of class targets. Over the rows as
 * they are: nothing is balanced. Error: E_METRIC_OUTPUTS.
 */
export function createClassification(
  options: Static<typeof classificationOptions>,
  { targets = {} }: Kinds['metric']['from'],
): Metric {
  const chosen = Object.entries(targets).filter(
    ([name, { type }]) =>
      (type === 'binary' || type === 'class') && (options.targets?.includes(name) ?? true),
  );
  if (chosen.length === 0)
    throw nothingToScore('classification', 'target of labels or classes', Object.keys(targets));
  return {
    async compute(batches) {
      const columns = chosen.map(([, { names }]) =>
        names.map((): Column => ({ truth: [], prediction: [] })),
      );
      const right = chosen.map((): number[] => []);
      for await (const batch of batches) {
        chosen.forEach(([name, { type }], i) => {
          if (type === 'binary') addColumns(columns[i] as Column[], name, batch);
          else addClasses(columns[i] as Column[], right[i] as number[], name, batch);
        });
      }
      const scored = (metric: (column: Column) => MetricValue): Scored[] =>
        chosen.map(([head, { names }], i) => ({
          head,
          names,
          values: (columns[i] as Column[]).map(metric),
        }));
      const classes = chosen.flatMap(([head, { type }], i) =>
        type === 'class' ? [{ head, names: [head], values: [mean(right[i] as number[])] }] : [],
      );
      return {
        ...report(
          'auroc',
          scored(({ truth, prediction }) => auroc(truth, prediction)),
        ),
        ...report(
          'average-precision',
          scored(({ truth, prediction }) => averagePrecision(truth, prediction)),
        ),
        ...report(
          'prevalence',
          scored(({ truth }) => mean(truth)),
        ),
        ...(classes.length === 0 ? {} : report('accuracy', classes)),
      };
    },
  };
}

/** One column a class: its probability, and 1 where it is the row's. */
function addClasses(
  columns: readonly Column[],
  right: number[],
  name: string,
  { outputs, ids }: MetricBatch,
): void {
  const [predicted, truth] = [outputs[name], outputs[`${name}/truth`]];
  if (predicted === undefined || truth === undefined) return;
  ids.forEach((_id, i) => {
    const [logits, known] = [rowOf(predicted, i), rowOf(truth, i)];
    if (!logits.there(0) || !known.there(0)) return;
    const values = Array.from(logits.values);
    const top = Math.max(...values);
    const total = values.reduce((sum, value) => sum + Math.exp(value - top), 0);
    const own = known.values[0] as number;
    right.push(Number(values.indexOf(top) === own));
    columns.forEach((column, k) => {
      column.prediction.push(Math.exp((values[k] as number) - top) / total);
      column.truth.push(Number(k === own));
    });
  });
}

export const classification = defineComponent({
  kind: 'metric',
  id: 'classification',
  options: classificationOptions,
  create: createClassification,
});
