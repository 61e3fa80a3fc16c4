/** @file Intensities of a volume to numbers that compare between scanners. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import * as errors from '../errors.ts';
import { scaleByMoments, scaleByPercentile } from '../volume/scale-intensity.ts';
import { shapeOf } from './volume-view.ts';

const id = 'cmr-intensity';
const pair = (first: number, second: number, description: string) =>
  Type.Array(Type.Number(), {
    minItems: 2,
    maxItems: 2,
    default: [first, second],
    description,
  });

/** `percentile` with [0, 100] is minimum and maximum, the paper's scaling. Errors: E_TRANSFORM_VIEW, _RANGE. */
export const intensity = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      by: Type.Enum(['percentile', 'z-score'], {
        default: 'percentile',
        description: 'Percentiles of the volume to a range, or mean 0 and standard deviation 1.',
      }),
      percentiles: pair(1, 99, 'Percentiles that become the ends of the range; beyond is cut.'),
      to: pair(-1, 1, 'The two ends of the range, the lower one first.'),
    },
    { additionalProperties: false },
  ),
  create({ by, percentiles, to }, { input }) {
    shapeOf(input, id);
    const range = (name: string, list: readonly number[]) => {
      const [low, high] = list;
      if (low === undefined || high === undefined || !(low < high))
        throw errors.badRange(id, name, list);
      return [low, high] as const;
    };
    const from = range('percentiles', percentiles);
    if (from[0] < 0 || from[1] > 100) throw errors.badRange(id, 'percentiles', percentiles);
    const onto = range('to', to);
    return {
      output: { ...input, unit: '1' },
      when: 'always',
      apply: (x) => (by === 'z-score' ? scaleByMoments(x) : scaleByPercentile(x, from, onto)),
    };
  },
});
