/** @file Temperature: fixed, or learnt within bounds. */
import { at } from '@dualbeat/core';
import type { Named, Ops, Tensor, VariableSpec } from '@dualbeat/core';
import { Type } from 'typebox';
import { temperatureOutside } from './errors.ts';

export type TemperatureOptions = {
  readonly temperature: number;
  readonly learnTemperature: boolean;
  readonly temperatureRange: readonly number[];
};

/** Options of a loss with a temperature. */
export const temperatureOptions = (temperature: number, learnt = false) => ({
  temperature: Type.Number({
    exclusiveMinimum: 0,
    default: temperature,
    description: 'Similarities are divided by it; where it starts, if it is learnt.',
  }),
  learnTemperature: Type.Boolean({
    default: learnt,
    description: 'Learns it, as the parameter loss/logScale = ln(1 / temperature).',
  }),
  temperatureRange: Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
    minItems: 2,
    maxItems: 2,
    default: [0.01, 1],
    description: 'Smallest and largest value that a learnt temperature takes.',
  }),
});

export type Temperature = {
  readonly params: Named<VariableSpec>;
  /** Scalar 1 / temperature. */
  scale(tf: Ops, params: Named): Tensor;
};

/** Error: E_TEMPERATURE_RANGE. */
export function makeTemperature(loss: string, options: TemperatureOptions): Temperature {
  const { temperature, learnTemperature, temperatureRange } = options;
  if (!learnTemperature) return { params: {}, scale: (tf) => tf.scalar(1 / temperature) };
  const [coldest, warmest] = temperatureRange as readonly [number, number];
  if (!(coldest < warmest && coldest <= temperature && temperature <= warmest))
    throw temperatureOutside(loss, temperature, temperatureRange);
  return {
    params: { logScale: constant(Math.log(1 / temperature)) },
    scale: (tf, params) =>
      tf.exp(
        within(tf, at(params, 'logScale', 'parameter'), -Math.log(warmest), -Math.log(coldest)),
      ),
  };
}

/** A scalar that starts at `value` and does not decay. */
export function constant(value: number): VariableSpec {
  return { shape: [], decay: false, init: () => Float32Array.of(value) };
}

/**
 * x inside [low, high]; mirrored at the bounds outside. A clipped value has no gradient beyond its bound and would stay
 * there for good; a mirrored one is led back.
 */
function within(tf: Ops, x: Tensor, low: number, high: number): Tensor {
  const above = tf.add(tf.abs(tf.sub(x, low)), low);
  const inside = tf.sub(high, tf.abs(tf.sub(high, above)));
  return tf.maximum(inside, low); // however far a single step went
}
