/** @file Broken encoders and heads, for the checks of every module. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '@dualbeat/core';
import type { Context, Encoder, Head, Projector, Tensor } from '@dualbeat/core';
import { encoderSuite, headSuite, projectorSuite } from '../suites/modules.ts';
import { tinyEncoder, tinyHead } from '../stage/tiny.ts';
import { numbers } from '../support/arrays.ts';
import { inMemory } from './mutant.ts';
import type { Family, Mutant } from './mutant.ts';

const view = { shape: [3], dtype: 'float32' as const };
const targets = { y: numbers([0, 0], [1, 1]) };
const features = { x: view };

/** A suite of an encoder; `change` breaks it. */
const encoders = (change: (healthy: Encoder) => Encoder = (healthy) => healthy) =>
  encoderSuite(
    inMemory('encoder', ({ input }) => change(tinyEncoder(input, 4))),
    { id: 'kit/broken', cases: [{ from: { input: view } }], finiteDifferences: true },
  );
const heads = (change: (healthy: Head) => Head = (healthy) => healthy, golden?: string) =>
  headSuite(
    inMemory('head', ({ inputs, targets: of }) => change(tinyHead(inputs, of))),
    {
      id: 'kit/broken',
      cases: [{ from: { inputs: features, targets } }],
      finiteDifferences: true,
      ...(golden === undefined ? {} : { golden: { tolerance: 1e-5, file: golden } }),
    },
  );

/** Changes what goes in. */
const before =
  (change: (x: Tensor, ctx: Context) => Tensor) =>
  (head: Head): Head => ({
    ...head,
    apply: (vars, named, ctx) => head.apply(vars, { x: change(at(named, 'x'), ctx) }, ctx),
  });
/** Changes what comes out. */
const after =
  (change: (pooled: Tensor, ctx: Context) => Tensor) =>
  (encoder: Encoder): Encoder => ({
    ...encoder,
    apply(vars, inputs, ctx) {
      const { outputs, state } = encoder.apply(vars, inputs, ctx);
      return { outputs: { ...outputs, pooled: change(outputs.pooled, ctx) }, state };
    },
  });
const statistics = { shape: [4], decay: false, init: () => new Float32Array(4) };

/** A mean that moves where `moves` holds; training subtracts that of the batch. */
const normed =
  (moves: (ctx: Context) => boolean) =>
  (encoder: Encoder): Encoder => ({
    ...encoder,
    state: { mean: statistics },
    apply(vars, inputs, ctx) {
      const { tf } = ctx;
      const { pooled } = encoder.apply(vars, inputs, ctx).outputs;
      const weights = tf.reshape(tf.cast(inputs.present, 'float32'), [-1, 1]);
      const mean = tf.div(tf.sum(tf.mul(pooled, weights), 0), tf.maximum(tf.sum(weights), 1));
      const used = ctx.mode === 'train' ? mean : at(vars.state, 'mean');
      return {
        outputs: { pooled: tf.sub(pooled, used) },
        state: moves(ctx) ? { mean: tf.stopGradient(mean) } : {},
      };
    },
  });
/** Tokens of one value each; `obeys` is whether `keep` is looked at. */
const tokenised = (obeys: boolean): Encoder => ({
  input: view,
  width: 1,
  pooling: 'mean',
  tokens: { grid: [3], patch: [1], prefix: 0, droppable: true },
  params: { gain: { shape: [], decay: false, init: () => Float32Array.of(2) } },
  state: {},
  apply({ params }, { values, keep }, { tf }) {
    const rows = values.shape[0] as number;
    const all = tf.reshape(tf.mul(values, at(params, 'gain')), [rows, 3, 1]);
    const tokens = obeys && keep !== undefined ? tf.takeRows(all, keep) : all;
    return { outputs: { pooled: tf.mean(tokens, 1), tokens }, state: {} };
  },
});
const tokens = (obeys: boolean) =>
  encoderSuite(
    inMemory('encoder', () => tokenised(obeys)),
    { id: 'kit/broken', cases: [{ from: { input: view } }] },
  );

let instances = 0;
/** Adds up over calls: state that nobody saves. */
const counting = (encoder: Encoder): Encoder => {
  let calls = 0;
  return after((pooled, { tf }) => tf.mul(pooled, 1 + ++calls / 10))(encoder);
};
/** Counts instances: what a fresh one starts with. */
const hidden = (encoder: Encoder): Encoder => {
  const own = ++instances;
  return after((pooled, { tf }) => tf.add(pooled, own))(encoder);
};
const backwards =
  (scale: number) =>
  (x: Tensor, { tf }: Context): Tensor =>
    tf.customGrad((y: unknown) => ({
      value: tf.clone(y as Tensor),
      gradFunc: (dy: Tensor) => [tf.mul(dy, scale)],
    }))(x) as Tensor;
const frozenStopsAll = (head: Head): Head => ({
  ...head,
  apply(vars, named, ctx) {
    const names = Object.keys(head.params);
    const any = names.some(ctx.frozen) && !names.every(ctx.frozen);
    const stopped = Object.fromEntries(
      names.map((name) => [
        name,
        any ? ctx.tf.stopGradient(at(vars.params, name)) : at(vars.params, name),
      ]),
    );
    return head.apply({ ...vars, params: stopped }, named, ctx);
  },
});

/** A golden file of the healthy head; made by the first that asks. */
export const goldenPath = join(mkdtempSync(join(tmpdir(), 'dualbeat-golden-')), 'head.safetensors');
export const removeGolden = (): void => rmSync(join(goldenPath, '..'), { recursive: true });
export const healthyWithGolden = heads(undefined, goldenPath);

export const encoderFamily: Family = {
  healthy: encoders(),
  mutants: [
    {
      check: 'declared-outputs',
      what: 'declares a width that is not true',
      suite: encoders((encoder) => ({ ...encoder, width: 5 })),
    },
    {
      check: 'seeded',
      what: 'keeps a count between calls',
      suite: encoders(counting),
    },
    {
      check: 'seeded',
      what: 'draws in eval',
      suite: encoders(
        after((pooled, { tf, rng }) => tf.add(pooled, rng.uniform([...pooled.shape]))),
      ),
    },
    {
      check: 'seeded',
      what: 'draws and does not use it',
      suite: encoders(
        after((pooled, { tf, rng, mode }) =>
          mode === 'eval' ? pooled : tf.add(pooled, tf.mul(rng.uniform([...pooled.shape]), 0)),
        ),
      ),
    },
    {
      check: 'eval-state',
      what: 'moves its mean in eval',
      suite: encoders(normed(() => true)),
    },
    {
      check: 'absent-rows',
      what: 'takes the mean over padding rows',
      suite: encoders(
        after((pooled, { tf, mode }) =>
          mode === 'eval' ? pooled : tf.sub(pooled, tf.mean(pooled, 0, true)),
        ),
      ),
    },
    {
      check: 'row-independent',
      what: 'subtracts the mean of the batch in eval',
      suite: encoders(after((pooled, { tf }) => tf.sub(pooled, tf.mean(pooled, 0, true)))),
    },
    {
      check: 'micro-batches',
      what: 'draws for the whole batch at once',
      suite: encoders(
        after((pooled, { tf, rng, mode }) =>
          mode === 'eval'
            ? pooled
            : tf.add(pooled, tf.reshape(rng.uniform([1, pooled.size]), [...pooled.shape])),
        ),
      ),
    },
    {
      check: 'no-growth',
      what: 'keeps a tensor at each call',
      suite: encoders(after((pooled, { tf }) => tf.add(pooled, tf.keep(tf.scalar(1))))),
    },
    {
      check: 'save-load',
      what: 'holds a value beside its variables',
      suite: encoders(hidden),
    },
    {
      check: 'stable-variables',
      what: 'names parameters by instance',
      suite: encoders((encoder) => ({
        ...encoder,
        params: { [`weight${++instances}`]: statistics },
      })),
    },
    {
      check: 'compiled-as-eager',
      what: 'counts calls on the host',
      suite: encoders(counting),
      on: 'tf',
    },
    { check: 'resume', what: 'counts steps on the host', suite: encoders(counting) },
    { check: 'kept-tokens', what: 'ignores what is kept', suite: tokens(false) },
  ],
};

export const tokenFamily: Family = { healthy: tokens(true), mutants: [] };
export const normFamily: Family = {
  healthy: encoders(normed(({ mode }) => mode === 'train')),
  mutants: [],
};

export const headFamily: Family = {
  healthy: heads(),
  mutants: [
    {
      check: 'finite-outputs',
      what: 'divides by the sum of its inputs',
      suite: heads(before((x, { tf }) => tf.div(x, tf.sum(tf.abs(x), 1, true)))),
    },
    {
      check: 'finite-gradients',
      what: 'bounds a root instead of what is under it',
      suite: heads(
        before((x, { tf }) => tf.div(x, tf.maximum(tf.sqrt(tf.sum(tf.square(x), 1, true)), 1e-8))),
      ),
    },
    {
      check: 'trainable-parameters',
      what: 'declares a parameter that it does not use',
      suite: heads((head) => ({ ...head, params: { ...head.params, surplus: statistics } })),
    },
    {
      check: 'trainable-parameters',
      what: 'multiplies a parameter by zero',
      suite: heads((head) => ({
        ...head,
        params: {
          ...head.params,
          zero: { ...statistics, shape: [], init: () => new Float32Array(1) },
        },
        apply(vars, named, ctx) {
          const { outputs, state } = head.apply(vars, named, ctx);
          const nothing = ctx.tf.mul(at(vars.params, 'zero'), 0);
          return { outputs: { y: ctx.tf.add(at(outputs, 'y'), nothing) }, state };
        },
      })),
    },
    {
      check: 'finite-differences',
      what: 'halves a gradient',
      suite: heads(before(backwards(0.5))),
    },
    {
      check: 'apply-touches-nothing',
      what: 'asks Math.random',
      suite: heads(before((x, { tf }) => tf.add(x, 0 * randomOfTheHost()))),
    },
    {
      check: 'golden',
      what: 'gives other numbers than last year',
      suite: heads(
        before((x, { tf }) => tf.mul(x, 1.01)),
        goldenPath,
      ),
    },
    { check: 'freezing', what: 'freezes all with one', suite: heads(frozenStopsAll) },
    {
      check: 'learns',
      what: 'turns its gradients round',
      suite: heads((head) => ({
        ...head,
        apply(vars, named, ctx) {
          const { outputs, state } = head.apply(vars, named, ctx);
          return { outputs: { y: backwards(-1)(at(outputs, 'y'), ctx) }, state };
        },
      })),
    },
    {
      check: 'create-touches-nothing',
      what: 'asks the clock when it is made',
      suite: heads((head) => (clockOfTheHost() > 0 ? head : head)),
    },
    {
      check: 'reference',
      what: 'differs from its reference',
      suite: headSuite(
        inMemory('head', ({ inputs, targets: of }) => tinyHead(inputs, of)),
        {
          id: 'kit/broken',
          cases: [{ from: { inputs: features, targets } }],
          reference: () => ({ y: new Float32Array(10) }),
        },
      ),
    },
  ],
};

/** Under other names: these are what the lint rules of the project forbid. */
const hostMath: { random(): number } = Math;
const hostDate: { now(): number } = Date;
export const randomOfTheHost = (): number => hostMath.random();
export const clockOfTheHost = (): number => hostDate.now();

const projector = (width: number): Projector => {
  const encoder = tinyEncoder({ shape: [width], dtype: 'float32' }, 2);
  return {
    width: 2,
    params: encoder.params,
    state: {},
    apply(vars, inputs, ctx) {
      const { outputs, state } = encoder.apply(vars, inputs, ctx);
      return { outputs: outputs.pooled, state };
    },
  };
};
const projectors = (change: (healthy: Projector) => Projector = (healthy) => healthy) =>
  projectorSuite(
    inMemory('projector', ({ width }) => change(projector(width))),
    { id: 'kit/broken', cases: [{ from: { width: 3 } }] },
  );
const wide: Mutant = {
  check: 'declared-outputs',
  what: 'declares a width that is not true',
  suite: projectors((healthy) => ({ ...healthy, width: 7 })),
};
export const projectorFamily: Family = { healthy: projectors(), mutants: [wide] };
