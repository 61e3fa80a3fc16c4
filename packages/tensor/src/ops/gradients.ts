/**
 * @file Gradients of tfjs that we replace, since these do not sum over broadcast axes there, and zero gradients for comparisons, which
 * tfjs lacks: `where(greater(x, 0), ...)` would throw.
 */
import type { Tensor } from '@dualbeat/core';
import type { TfjsCore } from '../tfjs.ts';

export function replaceGradients(tf: TfjsCore): void {
  type Partial = (dy: Tensor, a: Tensor, b: Tensor) => Tensor;
  const takes = (wins: (a: Tensor, b: Tensor) => Tensor): [Partial, Partial] => [
    (dy, a, b) => tf.mul(dy, tf.cast(wins(a, b), 'float32')),
    (dy, a, b) => tf.mul(dy, tf.sub(1, tf.cast(wins(a, b), 'float32'))),
  ];
  const partials: { [kernel: string]: [Partial, Partial] } = {
    Maximum: takes(tf.greaterEqual),
    Minimum: takes(tf.lessEqual),
    SquaredDifference: [
      (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(a, b))),
      (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(b, a))),
    ],
  };
  for (const [kernelName, [ofA, ofB]] of Object.entries(partials)) {
    tf.unregisterGradient(kernelName);
    tf.registerGradient({
      kernelName,
      inputsToSave: ['a', 'b'],
      gradFunc: (dy, saved) => {
        const [a, b] = saved as [Tensor, Tensor];
        return {
          a: () => sumTo(tf, ofA(dy as Tensor, a, b), a.shape),
          b: () => sumTo(tf, ofB(dy as Tensor, a, b), b.shape),
        };
      },
    });
  }
  replaceExtremes(tf);
  for (const kernelName of comparisons) {
    if (tf.getGradient(kernelName) !== undefined) tf.unregisterGradient(kernelName);
    tf.registerGradient({
      kernelName,
      inputsToSave: [...(unary.has(kernelName) ? ['x'] : ['a', 'b'])],
      gradFunc: (_, saved) => {
        const [first, second] = saved as [Tensor, Tensor?];
        const zeros = (of: Tensor) => () => tf.zeros(of.shape);
        return second === undefined ? { x: zeros(first) } : { a: zeros(first), b: zeros(second) };
      },
    });
  }
}

/**
 * Max and Min: tfjs finds the winner by comparing x with the result. Compiled, x may be computed twice with different rounding, no
 * place is equal, and the gradient is lost. By index instead; among equals the first gets all.
 */
function replaceExtremes(tf: TfjsCore): void {
  const winners = { Max: tf.argMax, Min: tf.argMin };
  for (const [kernelName, winner] of Object.entries(winners)) {
    tf.unregisterGradient(kernelName);
    tf.registerGradient({
      kernelName,
      inputsToSave: ['x'],
      gradFunc: (dy, saved, attrs) => {
        const [x] = saved as [Tensor];
        // tfjs names the axes of the two differently
        const of = attrs as unknown as { [name: string]: number | number[] };
        const over = of[kernelName === 'Max' ? 'reductionIndices' : 'axis'] as number | number[];
        const axes = tf.util.parseAxisParam(over, x.shape);
        const order = [...x.shape.keys()].filter((i) => !axes.includes(i)).concat(axes);
        const moved = order.map((i) => x.shape[i] as number);
        const count = axes.reduce((n, i) => n * (x.shape[i] as number), 1);
        return {
          x: () => {
            const rows = tf.reshape(tf.transpose(x, order), [x.size / count, count]);
            const first = tf.cast(tf.oneHot(winner(rows, 1), count), 'float32');
            const spread = tf.mul(first, tf.reshape(dy as Tensor, [x.size / count, 1]));
            const back = order.map((_, i) => order.indexOf(i));
            return tf.transpose(tf.reshape(spread, moved), back);
          },
        };
      },
    });
  }
}

const comparisons = [
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'Equal',
  'NotEqual',
  'LogicalAnd',
  'LogicalOr',
  'LogicalNot',
  'IsFinite',
  'IsNan',
  'IsInf',
];
const unary = new Set(['LogicalNot', 'IsFinite', 'IsNan', 'IsInf']);

function sumTo(tf: TfjsCore, x: Tensor, shape: number[]): Tensor {
  const axes = tf.backend_util.getReductionAxes(shape, x.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(x, axes) : x, shape);
}
