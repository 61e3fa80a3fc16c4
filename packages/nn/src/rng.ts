/** @file Traced random numbers: streams by name path over the runtime's Philox op. */
import { streamOf } from '@dualbeat/core';
import type { Ops, Rng, Tensor } from '@dualbeat/core';
import { rngShape } from './errors.ts';

/** How many draws each path has had so far; handed on, a second trace goes on where the first one stood. */
export type RngCalls = Map<string, number>;
/** Traced inputs of a step: key int32 [2] of the seed, step and first row of the slice as int32 scalars. */
export type RngAt = { readonly key: Tensor; readonly step: Tensor; readonly firstRow: Tensor };

/**
 * The random numbers of one trace. A stream is the hash of `<path>#<n>`, n counting the calls at that path within the
 * trace from 0, so a second call in one step draws anew; `fold` appends `/name` to the path. Row i of the result
 * depends on the row's number in the whole batch alone, whatever the slice.
 * @param path name of the root stream, for example 'train'
 */
export function makeRng(tf: Ops, at: RngAt, path: string, calls: RngCalls = new Map()): Rng {
  return rngOf(tf, at, path, calls);
}

function rngOf(tf: Ops, at: RngAt, path: string, calls: RngCalls): Rng {
  /** Uniforms [rows, elements] of the next stream at this path. */
  function draw(shape: readonly number[], perElement: number): Tensor {
    const [rows, ...rest] = shape;
    if (rows === undefined) throw rngShape(path, shape);
    const n = calls.get(path) ?? 0;
    calls.set(path, n + 1);
    const elements = rest.reduce((a, b) => a * b, 1) * perElement;
    return tf.philoxUniform(at.key, at.step, at.firstRow, {
      stream: streamOf(`${path}#${n}`),
      rows,
      elements,
    });
  }
  return {
    fold: (name) => rngOf(tf, at, `${path}/${name}`, calls),
    uniform: (shape) => tf.reshape(draw(shape, 1), [...shape]),
    // Box-Muller; 1 - u lies in (0, 1], so that the logarithm is finite.
    normal(shape) {
      const [radius, angle] = tf.split(draw(shape, 2), 2, 1) as [Tensor, Tensor];
      const length = tf.sqrt(tf.mul(tf.log(tf.sub(1, radius)), -2));
      return tf.reshape(tf.mul(length, tf.cos(tf.mul(angle, 2 * Math.PI))), [...shape]);
    },
  };
}
