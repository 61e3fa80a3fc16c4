/** @file Augmentation: contrast, brightness and gamma of the whole volume. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { shapeOf } from './volume-view.ts';

const id = 'cmr-intensity-jitter';
const most = (value: number, description: string) =>
  Type.Number({ minimum: 0, maximum: 0.9, default: value, description });

/** In the range of the volume itself: for values of any scale. Error: E_TRANSFORM_VIEW. */
export const intensityJitter = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      contrast: most(0.2, 'Largest relative change of the distance from the mean, either way.'),
      brightness: most(0.1, 'Largest shift, as a share of the range, either way.'),
      gamma: most(0, 'Largest change of the exponent 1 that the relative brightness has.'),
    },
    { additionalProperties: false },
  ),
  create({ contrast, brightness, gamma }, { input }) {
    shapeOf(input, id);
    return {
      output: input,
      when: 'train',
      apply(x, _fitted, random) {
        const between = (limit: number) => (2 * random() - 1) * limit;
        const factor = 1 + between(contrast);
        const shift = between(brightness);
        const exponent = 1 + between(gamma);
        let [low, high, sum] = [Infinity, -Infinity, 0];
        for (const value of x) {
          if (value < low) low = value;
          if (value > high) high = value;
          sum += value;
        }
        const range = high - low;
        if (!(range > 0)) return x.slice();
        const mean = sum / x.length;
        return x.map((value) => {
          const bent = exponent === 1 ? value : low + range * ((value - low) / range) ** exponent;
          return mean + (bent - mean) * factor + shift * range;
        });
      },
    };
  },
});
