/** @file The metric `survival`: concordance of risks with times to events. */
import { defineComponent } from '@dualbeat/core';
import type { Kinds, Metric } from '@dualbeat/core';
import { concordance } from '@dualbeat/evaluation';
import { Type } from 'typebox';
import { nothingToScore } from '../errors.ts';
import { report, rowOf } from './gather.ts';

export const survivalOptions = Type.Object({}, { additionalProperties: false });

type Times = { readonly time: number[]; readonly event: number[]; readonly risk: number[] };

/** Probability of an event within all intervals, from the logits of their hazards; a single value is a risk as it is. */
function riskOf(values: readonly number[]): number {
  if (values.length === 1) return values[0] as number;
  return 1 - values.reduce((alive, logit) => alive / (1 + Math.exp(logit)), 1);
}

/** Harrell's C per name, `c-index.<name>`, and the mean, for the heads `cox` and `discrete-time`. Error: E_METRIC_OUTPUTS. */
export function createSurvival(
  _options: object,
  { targets = {} }: Kinds['metric']['from'],
): Metric {
  const chosen = Object.entries(targets).filter(([, { type }]) => type === 'survival');
  if (chosen.length === 0)
    throw nothingToScore('survival', 'target of times to events', Object.keys(targets));
  return {
    async compute(batches) {
      const columns = chosen.map(([, { names }]) =>
        names.map((): Times => ({ time: [], event: [], risk: [] })),
      );
      for await (const { outputs, ids } of batches) {
        for (const [n, [name, { names }]] of chosen.entries()) {
          const [predicted, truth] = [outputs[name], outputs[`${name}/truth`]];
          if (predicted === undefined || truth === undefined) continue;
          ids.forEach((_id, i) => {
            const [p, t] = [rowOf(predicted, i), rowOf(truth, i)];
            const each = p.values.length / names.length;
            (columns[n] as Times[]).forEach((column, k) => {
              if (!p.there(k * each) || !t.there(2 * k)) return;
              column.risk.push(riskOf(Array.from(p.values).slice(k * each, (k + 1) * each)));
              column.time.push(t.values[2 * k] as number);
              column.event.push(t.values[2 * k + 1] as number);
            });
          });
        }
      }
      const scored = chosen.map(([head, { names }], n) => ({
        head,
        names,
        values: (columns[n] as Times[]).map(({ time, event, risk }) =>
          concordance(time, event, risk),
        ),
      }));
      return report('c-index', scored);
    },
  };
}

export const survival = defineComponent({
  kind: 'metric',
  id: 'survival',
  options: survivalOptions,
  create: createSurvival,
});
