/** @file Minimum and maximum of a record to a fixed range; for any float32 view, images too. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { affine } from '../signal/affine.ts';
import { badRange } from './errors.ts';

/** A record of one value throughout becomes the middle of the range. Error: E_TRANSFORM_RANGE. */
export const rescale = defineComponent({
  kind: 'transform',
  id: 'rescale',
  options: Type.Object(
    {
      to: Type.Array(Type.Number(), {
        minItems: 2,
        maxItems: 2,
        default: [-1, 1],
        description: 'The two ends of the range, the lower one first.',
      }),
    },
    { additionalProperties: false },
  ),
  create({ to }, { input }) {
    const [low, high] = to;
    if (low === undefined || high === undefined || !(low < high)) throw badRange('rescale', to);
    return {
      output: { ...input, unit: '1' },
      when: 'always',
      apply(x) {
        let min = Infinity;
        let max = -Infinity;
        for (let i = 0; i < x.length; i++) {
          const value = x[i] as number;
          if (value < min) min = value;
          if (value > max) max = value;
        }
        if (min === max) return new Float32Array(x.length).fill((low + high) / 2);
        return affine(x, min, (high - low) / (max - min), low);
      },
    };
  },
});
