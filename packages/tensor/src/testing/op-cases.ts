/** @file Every op that the project uses, with inputs: what ops.test.ts compares eager, compiled and in JavaScript. */
import type { Named, Ops, Tensor } from '@dualbeat/core';

export type OpCase = {
  readonly name: string;
  /** Shapes of float32 inputs, filled with a fixed sequence; differentiated unless `noGradient`. */
  readonly inputs: Named<readonly number[]>;
  readonly run: (tf: Ops, x: Named) => Tensor;
  readonly noGradient?: boolean;
  readonly positive?: boolean;
};
const x = (n: Named, name = 'x') => n[name] as Tensor;
const unary = (name: keyof Ops & string, of: Partial<OpCase> = {}): OpCase => ({
  name,
  inputs: { x: [3, 5] },
  run: (tf, n) => (tf[name] as (t: Tensor) => Tensor)(x(n)),
  ...of,
});
const binary = (name: keyof Ops & string, of: Partial<OpCase> = {}): OpCase => ({
  name,
  inputs: { x: [2, 3, 4], y: [3, 1] }, // broadcasts both ways: its gradient sums
  run: (tf, n) => (tf[name] as (a: Tensor, b: Tensor) => Tensor)(x(n), x(n, 'y')),
  ...of,
});
const key = (tf: Ops) =>
  [tf.tensor1d([7, 9], 'int32'), tf.scalar(3, 'int32'), tf.scalar(2, 'int32')] as const;
const same = { inputs: { x: [3, 4], y: [3, 4] } };

export const opCases: readonly OpCase[] = [
  ...(
    [
      'square',
      'exp',
      'neg',
      'relu',
      'cos',
      'sin',
      'erf',
      'tanh',
      'sigmoid',
      'expm1',
      'abs',
    ] as const
  ).map((n) => unary(n)),
  ...(['sqrt', 'rsqrt', 'log', 'log1p', 'reciprocal'] as const).map((n) =>
    unary(n, { positive: true }),
  ),
  unary('floor', { noGradient: true }),
  unary('isFinite', { noGradient: true }),
  unary('isNaN', { noGradient: true }),
  unary('zerosLike', { noGradient: true }),
  unary('onesLike', { noGradient: true }),
  ...(['add', 'sub', 'mul', 'maximum', 'minimum', 'squaredDifference'] as const).map((n) =>
    binary(n),
  ),
  binary('div', { positive: true }),
  binary('pow', { positive: true }),
  ...(['greater', 'greaterEqual', 'less', 'lessEqual', 'equal', 'notEqual'] as const).map((n) =>
    binary(n, { noGradient: true }),
  ),
  { name: 'addN', ...same, run: (tf, n) => tf.addN([x(n), x(n, 'y'), x(n)]) },
  { name: 'matMul', inputs: { x: [3, 4], y: [4, 5] }, run: (tf, n) => tf.matMul(x(n), x(n, 'y')) },
  {
    name: 'matMul transposed',
    inputs: { x: [2, 4, 3], y: [2, 5, 4] },
    run: (tf, n) => tf.matMul(x(n), x(n, 'y'), true, true),
  },
  { name: 'reshape', inputs: { x: [4, 3] }, run: (tf, n) => tf.reshape(x(n), [2, 6]) },
  { name: 'transpose', inputs: { x: [2, 3, 4] }, run: (tf, n) => tf.transpose(x(n), [2, 0, 1]) },
  { name: 'sum', inputs: { x: [2, 3, 4] }, run: (tf, n) => tf.sum(x(n), [0, 2], true) },
  { name: 'mean', inputs: { x: [2, 3, 4] }, run: (tf, n) => tf.mean(x(n), 1) },
  { name: 'max', inputs: { x: [2, 5] }, run: (tf, n) => tf.max(x(n), -1) },
  { name: 'min', inputs: { x: [2, 5] }, run: (tf, n) => tf.min(x(n), -1) },
  { name: 'max over two axes', inputs: { x: [3, 4, 5] }, run: (tf, n) => tf.max(x(n), [0, 2]) },
  { name: 'min, kept', inputs: { x: [3, 4, 5] }, run: (tf, n) => tf.min(x(n), 1, true) },
  { name: 'softmax', inputs: { x: [2, 5] }, run: (tf, n) => tf.softmax(x(n)) },
  {
    name: 'concat',
    inputs: { x: [2, 3], y: [2, 2] },
    run: (tf, n) => tf.concat([x(n), x(n, 'y')], 1),
  },
  { name: 'stack', ...same, run: (tf, n) => tf.stack([x(n), x(n, 'y')], 1) },
  { name: 'unstack', inputs: { x: [3, 4] }, run: (tf, n) => tf.unstack(x(n), 0)[1] as Tensor },
  { name: 'split', inputs: { x: [2, 6] }, run: (tf, n) => tf.split(x(n), 3, 1)[2] as Tensor },
  { name: 'slice', inputs: { x: [4, 5] }, run: (tf, n) => tf.slice(x(n), [1, 2], [2, 3]) },
  { name: 'tile', inputs: { x: [2, 3] }, run: (tf, n) => tf.tile(x(n), [2, 2]) },
  {
    name: 'pad',
    inputs: { x: [2, 3] },
    run: (tf, n) =>
      tf.pad(x(n), [
        [1, 0],
        [0, 2],
      ]),
  },
  { name: 'broadcastTo', inputs: { x: [1, 3] }, run: (tf, n) => tf.broadcastTo(x(n), [4, 3]) },
  { name: 'expandDims', inputs: { x: [2, 3] }, run: (tf, n) => tf.expandDims(x(n), 1) },
  { name: 'squeeze', inputs: { x: [2, 1, 3] }, run: (tf, n) => tf.squeeze(x(n), [1]) },
  {
    name: 'gather',
    inputs: { x: [4, 3] },
    run: (tf, n) => tf.gather(x(n), tf.tensor1d([2, 0, 2], 'int32')),
  },
  { name: 'where', ...same, run: (tf, n) => tf.where(tf.greater(x(n), 0), x(n), x(n, 'y')) },
  {
    name: 'cast',
    inputs: { x: [5] },
    run: (tf, n) => tf.cast(tf.cast(x(n), 'int32'), 'float32'),
    noGradient: true,
  },
  {
    name: 'logicalAnd',
    ...same,
    run: (tf, n) => tf.logicalAnd(tf.greater(x(n), 0), tf.less(x(n, 'y'), 0)),
    noGradient: true,
  },
  {
    name: 'logicalOr',
    ...same,
    run: (tf, n) => tf.logicalOr(tf.greater(x(n), 0), tf.less(x(n, 'y'), 0)),
    noGradient: true,
  },
  {
    name: 'logicalNot',
    inputs: { x: [4] },
    run: (tf, n) => tf.logicalNot(tf.greater(x(n), 0)),
    noGradient: true,
  },
  {
    name: 'all',
    inputs: { x: [4] },
    run: (tf, n) => tf.all(tf.greater(x(n), -5)),
    noGradient: true,
  },
  {
    name: 'any',
    inputs: { x: [4] },
    run: (tf, n) => tf.any(tf.greater(x(n), 0.9)),
    noGradient: true,
  },
  { name: 'range', inputs: { x: [4] }, run: (tf, n) => tf.mul(tf.range(0, 4, 1, 'float32'), x(n)) },
  { name: 'zeros', inputs: { x: [4] }, run: (tf, n) => tf.add(tf.zeros([4]), x(n)) },
  { name: 'ones', inputs: { x: [4] }, run: (tf, n) => tf.add(tf.ones([4]), x(n)) },
  { name: 'fill', inputs: { x: [4] }, run: (tf, n) => tf.mul(tf.fill([4], 2.5), x(n)) },
  { name: 'scalar', inputs: { x: [4] }, run: (tf, n) => tf.mul(tf.scalar(3), x(n)) },
  { name: 'tensor', inputs: { x: [4] }, run: (tf, n) => tf.mul(tf.tensor([1, 2, 3, 4]), x(n)) },
  { name: 'tensor1d', inputs: { x: [4] }, run: (tf, n) => tf.mul(tf.tensor1d([1, 2, 3, 4]), x(n)) },
  {
    name: 'oneHot',
    inputs: { x: [2, 3] },
    run: (tf, n) =>
      tf.matMul(x(n), tf.cast(tf.oneHot(tf.tensor1d([0, 2, 1], 'int32'), 3), 'float32')),
  },
  { name: 'cumsum', inputs: { x: [2, 4] }, run: (tf, n) => tf.cumsum(x(n), 1) },
  {
    name: 'conv3d',
    inputs: { x: [1, 3, 5, 5, 2], y: [2, 3, 3, 2, 3] },
    run: (tf, n) => tf.conv3d(x(n) as never, x(n, 'y') as never, [1, 2, 2], 'same'),
  },
  {
    name: 'conv2d',
    inputs: { x: [1, 5, 5, 2], y: [3, 3, 2, 3] },
    run: (tf, n) => tf.conv2d(x(n) as never, x(n, 'y') as never, [2, 2], 'same'),
  },
  {
    name: 'conv2d over slices',
    inputs: { x: [2, 4, 5, 2], y: [3, 1, 2, 3] },
    run: (tf, n) => tf.conv2d(x(n) as never, x(n, 'y') as never, [1, 1], 'same'),
  },
  {
    name: 'conv2dTranspose',
    inputs: { x: [2, 4, 5, 3], y: [3, 1, 2, 3] },
    run: (tf, n) =>
      tf.conv2dTranspose(x(n) as never, x(n, 'y') as never, [2, 4, 5, 2], [1, 1], 'same'),
    noGradient: true, // it stands in a gradient itself
  },
  {
    name: 'conv3d unpadded',
    inputs: { x: [1, 4, 6, 6, 2], y: [3, 3, 3, 2, 2] },
    run: (tf, n) => tf.conv3d(x(n) as never, x(n, 'y') as never, [1, 2, 2], 'valid'),
  },
  {
    name: 'maxPool',
    inputs: { x: [2, 5, 6, 3] },
    run: (tf, n) => tf.maxPool(x(n) as never, [3, 3], [2, 2], 'valid'),
  },
  {
    name: 'maxPool padded',
    inputs: { x: [2, 4, 5, 3] },
    run: (tf, n) => tf.maxPool(x(n) as never, [3, 1], [2, 1], 'same'),
  },
  {
    name: 'gather along the second axis',
    inputs: { x: [2, 4, 3] },
    run: (tf, n) => tf.gather(x(n), tf.tensor1d([3, 0, 2], 'int32'), 1),
  },
  // the project's own
  unary('gelu'),
  unary('stopGradient', { noGradient: true }),
  {
    name: 'layerNorm',
    inputs: { x: [3, 6], g: [6], b: [6] },
    run: (tf, n) => tf.layerNorm(x(n), x(n, 'g'), x(n, 'b'), 1e-6),
  },
  {
    name: 'attention',
    inputs: { x: [3, 5, 24] },
    run: (tf, n) => tf.attention(x(n), { heads: 2, scale: 0.5 }),
  },
  {
    name: 'attentionWeights',
    inputs: { x: [2, 5, 24] },
    run: (tf, n) => tf.attentionWeights(x(n), { heads: 2, scale: 0.5 }),
  },
  { name: 'argsort', inputs: { x: [2, 9] }, run: (tf, n) => tf.argsort(x(n)), noGradient: true },
  {
    name: 'takeRows',
    inputs: { x: [2, 4, 3] },
    run: (tf, n) =>
      tf.takeRows(
        x(n),
        tf.tensor2d(
          [
            [3, 0],
            [1, 1],
          ],
          [2, 2],
          'int32',
        ),
      ),
  },
  {
    name: 'philox',
    inputs: { x: [1] },
    run: (tf) => tf.philox(...key(tf), { stream: 3_000_000_000, rows: 3, elements: 6 }),
    noGradient: true,
  },
  {
    name: 'philoxUniform',
    inputs: { x: [1] },
    run: (tf) => tf.philoxUniform(...key(tf), { stream: 11, rows: 2, elements: 9 }),
    noGradient: true,
  },
];
