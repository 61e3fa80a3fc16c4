/** @file Zero mean and unit standard deviation: the paper's two forms and its predecessor's. */
import { defineComponent } from '@dualbeat/core';
import type { Transform, ViewSpec } from '@dualbeat/core';
import { Type } from 'typebox';
import { affine } from '../signal/affine.ts';
import { moments } from '../signal/moments.ts';
import { leadGroups } from './lead-groups.ts';
import { leadTime } from './lead-time.ts';
import { samplesOf } from './signal-view.ts';

const id = 'standardize';

/** The paper's second form: one mean and standard deviation of the whole record. */
function wholeRecord(output: ViewSpec, epsilon: number): Transform {
  return {
    output,
    when: 'always',
    apply(x) {
      const { mean, std } = moments(x);
      return affine(x, mean, 1 / (std + epsilon));
    },
  };
}

/** The predecessor's form: one mean and standard deviation per lead group of the record. Golden values: paper.md 5.8. */
export function normalizeGroups(
  x: Float32Array | Float64Array,
  groups: readonly (readonly number[])[],
  samples: number,
  epsilon: number,
): Float64Array {
  const out = Float64Array.from(x);
  for (const rows of groups) {
    const parts = rows.map((row) => moments(x, row * samples, (row + 1) * samples));
    const mean = parts.reduce((sum, p) => sum + p.mean, 0) / parts.length;
    const variance =
      parts.reduce((sum, p) => sum + p.std ** 2 + (p.mean - mean) ** 2, 0) / parts.length;
    const scale = 1 / Math.sqrt(variance + epsilon * epsilon);
    for (const row of rows) {
      for (let i = row * samples; i < (row + 1) * samples; i++) {
        out[i] = ((out[i] as number) - mean) * scale;
      }
    }
  }
  return out;
}

/**
 * The result has no unit ('1'). Errors: E_TRANSFORM_VIEW; E_TRANSFORM_LEAD (`lead-groups`, a lead outside the twelve);
 * E_TRANSFORM_FIT (`lead-time` without fitted values).
 */
export const standardize = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      over: Type.Union(
        [Type.Literal('record'), Type.Literal('lead-groups'), Type.Literal('lead-time')],
        {
          default: 'record',
          description:
            'record: one mean and standard deviation per record. lead-groups: per record and group I-III, aVR-aVF, V1-V6. lead-time: per lead and sample over the training records.',
        },
      ),
      epsilon: Type.Number({
        minimum: 0,
        default: 1e-5,
        description:
          'Added to the standard deviation (lead-groups: its square to the variance), so that a flat record gives zeros.',
      }),
    },
    { additionalProperties: false },
  ),
  create({ over, epsilon }, { input }) {
    const samples = samplesOf(input, id);
    const output: ViewSpec = { ...input, unit: '1' };
    if (over === 'record') return wholeRecord(output, epsilon);
    if (over === 'lead-time') return leadTime(id, output, epsilon);
    const groups = leadGroups(input, id);
    return {
      output,
      when: 'always',
      apply: (x) => Float32Array.from(normalizeGroups(x, groups, samples, epsilon)),
    };
  },
});
