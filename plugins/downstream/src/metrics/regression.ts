/** @file The metric `regression`: R2, Pearson's r and mean absolute error by target, and by group of targets. */
import { at, defineComponent } from '@dualbeat/core';
import type { Kinds, Metric, MetricValue, Named } from '@dualbeat/core';
import { mae, pearson, r2 } from '@dualbeat/evaluation';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { nothingToScore } from '../errors.ts';
import { addColumns, report } from './gather.ts';
import type { Column, Scored } from './gather.ts';

export const regressionOptions = Type.Object(
  {
    targets: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description: 'Targets that are scored; absent: all of numbers.',
      }),
    ),
    groups: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Groups of names to average over; absent: those that the target declares.',
      }),
    ),
  },
  { additionalProperties: false },
);

/**
 * Over the rows in which both are there, in the units of the target: `r2.<name>`, `pearson.<name>`, `mae.<name>`; means
 * over names `r2`, `pearson`, over a group `r2.<group>`, and over a head `r2.<head>` where there are several.
 * Errors: E_METRIC_OUTPUTS, E_NAME_UNKNOWN (a group).
 */
export function createRegression(
  options: Static<typeof regressionOptions>,
  { targets = {} }: Kinds['metric']['from'],
): Metric {
  const chosen = Object.entries(targets).filter(
    ([name, { type }]) => type === 'number' && (options.targets?.includes(name) ?? true),
  );
  if (chosen.length === 0)
    throw nothingToScore('regression', 'target of numbers', Object.keys(targets));
  for (const group of options.groups ?? [])
    at(Object.assign({}, ...chosen.map(([, { groups }]) => groups ?? {})) as Named<unknown>, group);
  return {
    async compute(batches) {
      const columns = chosen.map(([, { names }]) =>
        names.map((): Column => ({ truth: [], prediction: [] })),
      );
      for await (const batch of batches)
        chosen.forEach(([name], i) => addColumns(columns[i] as Column[], name, batch));
      const scored = (metric: (truth: number[], prediction: number[]) => MetricValue): Scored[] =>
        chosen.map(([head, { names, groups = {} }], i) => ({
          head,
          names,
          groups: asked(groups, options.groups),
          values: (columns[i] as Column[]).map(({ truth, prediction }) =>
            metric(truth, prediction),
          ),
        }));
      const absolute = Object.entries(report('mae', scored(mae)));
      return {
        ...report('r2', scored(r2)),
        ...report('pearson', scored(pearson)),
        // A mean over millilitres and grams says nothing.
        ...Object.fromEntries(absolute.filter(([name]) => isOfOne(name, scored(mae)))),
      };
    },
  };
}

function asked(
  groups: Named<readonly string[]>,
  names: readonly string[] | undefined,
): Named<readonly string[]> {
  return Object.fromEntries(
    Object.entries(groups).filter(([group]) => names?.includes(group) ?? true),
  );
}

/** Whether a reported name is that of one target. */
function isOfOne(reported: string, scored: readonly Scored[]): boolean {
  return scored.some(({ head, names }) =>
    names.some((name) => reported === `mae.${name}` || reported === `mae.${head}.${name}`),
  );
}

export const regression = defineComponent({
  kind: 'metric',
  id: 'regression',
  options: regressionOptions,
  create: createRegression,
});
