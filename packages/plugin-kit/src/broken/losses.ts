/** @file Broken losses. */
import { at } from '@dualbeat/core';
import type { Context, Loss, LossInput, Named, Tensor } from '@dualbeat/core';
import { lossSuite } from '../suites/modules.ts';
import type { LossSuite } from '../suites/modules.ts';
import { inMemory } from './mutant.ts';
import type { Family } from './mutant.ts';

const spec = { shape: [3], dtype: 'float32' as const };
const from = { values: { a: spec, b: spec }, targets: {} };

type Terms = (input: LossInput, ctx: Context) => Named;
/** Mean over rows present in both of the squared distance of a and b; `row` changes the distance of a row. */
const distances =
  (row: (squares: Tensor, ctx: Context) => Tensor = (squares) => squares): Terms =>
  ({ values }, ctx) => {
    const { tf } = ctx;
    const [a, b] = [at(values, 'a'), at(values, 'b')];
    const weights = tf.cast(tf.logicalAnd(a.present, b.present), 'float32');
    const squares = tf.mean(tf.squaredDifference(a.values, b.values), 1);
    const total = tf.sum(tf.mul(row(squares, ctx), weights));
    return { distance: tf.div(total, tf.maximum(tf.sum(weights), 1)) };
  };
const lossOf = (terms: Terms, shown: (parts: Named) => Named = (parts) => parts): Loss => ({
  params: {},
  state: {},
  uses: ['a', 'b'],
  positives: 'row',
  apply(_vars, input, ctx) {
    const parts = terms(input, ctx);
    const loss = ctx.tf.addN(Object.values(parts));
    return { outputs: { loss, parts: shown(parts), report: {} }, state: {} };
  },
});
/** In doubles. */
const reference: NonNullable<LossSuite['reference']> = ({ values }) => {
  const [a, b] = [at(values, 'a'), at(values, 'b')];
  let [total, count] = [0, 0];
  for (let row = 0; row < a.present.data.length; row++) {
    if (a.present.data[row] === 0 || b.present.data[row] === 0) continue;
    count++;
    for (let i = 3 * row; i < 3 * row + 3; i++)
      total += ((a.values.data[i] as number) - (b.values.data[i] as number)) ** 2 / 3;
  }
  return total / Math.max(count, 1);
};
const losses = (loss: Loss, of: Partial<LossSuite> = {}) =>
  lossSuite(
    inMemory('loss', () => loss),
    {
      id: 'kit/broken',
      cases: [{ from }],
      reference,
      symmetric: [['a', 'b']],
      pairing: 'a',
      ...of,
    },
  );

export const lossFamily: Family = {
  healthy: losses(lossOf(distances())),
  mutants: [
    {
      check: 'reference',
      what: 'is one per cent too large',
      suite: losses(lossOf(distances((squares, { tf }) => tf.mul(squares, 1.01)))),
    },
    {
      check: 'reference',
      what: 'comes without a reference',
      suite: lossSuite(
        inMemory('loss', () => lossOf(distances())),
        { id: 'kit/broken', cases: [{ from }] },
      ),
    },
    {
      check: 'absent-rows',
      what: 'counts rows that are absent',
      suite: losses(
        lossOf(({ values }, { tf }) => ({
          distance: tf.mean(tf.squaredDifference(at(values, 'a').values, at(values, 'b').values)),
        })),
      ),
    },
    {
      check: 'parts-add-up',
      what: 'tells half of its loss',
      suite: losses(
        lossOf(
          (input, ctx) => ({ ...distances()(input, ctx), more: ctx.tf.scalar(1) }),
          ({ distance }) => ({ distance: distance as Tensor }),
        ),
      ),
    },
    {
      check: 'row-order',
      what: 'weighs rows by their place',
      suite: losses(
        lossOf(
          distances((squares, { tf }) => tf.mul(squares, tf.range(0, squares.shape[0] as number))),
        ),
      ),
    },
    {
      check: 'symmetric',
      what: 'looks at one side more',
      suite: losses(
        lossOf((input, ctx) => ({
          ...distances()(input, ctx),
          size: ctx.tf.mean(ctx.tf.square(at(input.values, 'a').values)),
        })),
      ),
    },
    {
      check: 'pairing',
      what: 'compares each row with the next one',
      suite: losses(
        lossOf(({ values }, { tf }) => {
          const a = at(values, 'a').values;
          const rows = a.shape[0] as number;
          const order = Int32Array.from({ length: rows }, (_, i) => (i + 1) % rows);
          const next = tf.gather(a, tf.tensor1d(order, 'int32'));
          return { distance: tf.mean(tf.squaredDifference(next, at(values, 'b').values)) };
        }),
      ),
    },
    {
      check: 'limits',
      what: 'misses its limit',
      suite: losses(lossOf(distances()), {
        limits: [{ name: 'no scale', options: { scale: 0 }, expected: () => 0 }],
      }),
    },
  ],
};
