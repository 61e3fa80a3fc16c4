/** @file What the tests of training share: runtimes, and a small two-view alignment with everything that a step must get right. */
import { at, hostRandom, normalFrom } from '@dualbeat/core';
import type {
  Encoder,
  HostMasked,
  Loss,
  Masked,
  Named,
  Optimizer,
  Projector,
  Runtime,
  Task,
  Tensor,
} from '@dualbeat/core';
import {
  batchNorm,
  batchNormSpecs,
  dropout,
  linear,
  linearSpecs,
  prefixed,
  scope,
} from '@dualbeat/nn';
import { availableRuntimes, openRuntime } from '@dualbeat/tensor';
import type { HostRows, StageModules } from '../src/index.ts';

/** Names for `openRuntime`: those of this machine, or DUALBEAT_TEST_RUNTIMES=js,tf. */
export const runtimeNames: readonly string[] =
  process.env['DUALBEAT_TEST_RUNTIMES']?.split(',') ?? (await availableRuntimes());
export const open = (name: string): Promise<Runtime> => openRuntime({ use: name });

const WIDTH = 6;
const INPUT = 5;

/** Linear, gelu, dropout; with `norm` a batch normalisation inside. */
function encoder(norm: boolean, rate: number): Encoder {
  const bn = batchNormSpecs(WIDTH);
  return {
    input: { shape: [INPUT], dtype: 'float32' },
    width: WIDTH,
    pooling: 'none',
    params: {
      ...prefixed(linearSpecs({ in: INPUT, out: WIDTH }), 'blocks/0'),
      ...(norm ? prefixed(bn.params, 'norm') : {}),
    },
    state: norm ? prefixed(bn.state, 'norm') : {},
    apply(vars, { values }, ctx) {
      const { tf } = ctx;
      const y = tf.gelu(linear(tf, scope(vars.params, 'blocks/0'), values));
      if (!norm) return { outputs: { pooled: dropout(ctx, y, rate) }, state: {} };
      const own = { params: scope(vars.params, 'norm'), state: scope(vars.state, 'norm') };
      const frozen = (name: string): boolean => ctx.frozen(`norm/${name}`);
      const normed = batchNorm({ ...ctx, frozen }, own, y, { epsilon: 1e-5, momentum: 0.1 });
      return {
        outputs: { pooled: dropout(ctx, normed.outputs, rate) },
        state: prefixed(normed.state, 'norm'),
      };
    },
  };
}

/** Linear and batch normalisation over the rows that are there: the objective sees the whole batch. */
function projector(): Projector {
  const bn = batchNormSpecs(4);
  return {
    width: 4,
    params: {
      ...prefixed(linearSpecs({ in: WIDTH, out: 4, bias: false }), 'linear'),
      ...prefixed(bn.params, 'norm'),
    },
    state: prefixed(bn.state, 'norm'),
    apply(vars, { values, present }, ctx) {
      const y = linear(ctx.tf, scope(vars.params, 'linear'), dropout(ctx, values, 0.2));
      const own = { params: scope(vars.params, 'norm'), state: scope(vars.state, 'norm') };
      const frozen = (name: string): boolean => ctx.frozen(`norm/${name}`);
      const options = { epsilon: 1e-5, momentum: 0.1 };
      const normed = batchNorm({ ...ctx, frozen }, own, y, options, present);
      return { outputs: normed.outputs, state: prefixed(normed.state, 'norm') };
    },
  };
}

/** Cross-entropy from 'a' to 'b' over the rows that have both; the temperature is learnt. */
const pairLoss: Loss = {
  uses: ['a', 'b'],
  positives: 'row',
  params: { scale: { shape: [], decay: false, init: () => Float32Array.of(1.5) } },
  state: {},
  apply(vars, { values }, { tf }) {
    const [a, b] = [at(values, 'a'), at(values, 'b')];
    const unit = (x: Tensor): Tensor =>
      tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-6)));
    const both = tf.cast(tf.logicalAnd(a.present, b.present), 'float32');
    const cosines = tf.matMul(unit(a.values), unit(b.values), false, true);
    const logits = tf.add(
      tf.mul(cosines, at(vars.params, 'scale')),
      tf.mul(tf.sub(tf.expandDims(both, 0), 1), 1e9),
    );
    const own = tf.sum(tf.mul(logits, tf.eye(logits.shape[0] as number)), 1);
    const each = tf.mul(tf.sub(tf.logSumExp(logits, 1), own), both);
    const loss = tf.div(tf.sum(each), tf.maximum(tf.sum(both), 1));
    return { outputs: { loss, parts: { pair: loss }, report: { rows: tf.sum(both) } }, state: {} };
  },
};

/** Mean squared distance of the two embeddings: a mean over rows. */
const meanLoss: Loss = {
  ...pairLoss,
  params: {},
  apply(_vars, { values }, { tf }) {
    const gap = tf.sub(at(values, 'a').values, at(values, 'b').values);
    const loss = tf.mean(tf.square(gap));
    return { outputs: { loss, parts: {}, report: {} }, state: {} };
  },
};

const align: Task = {
  accepts: () => true,
  encode: (model, batch, ctx) => ({
    a: model.encode('a', at(batch.views, 'a')).pooled,
    b: model.encode('b', at(batch.views, 'b')).pooled,
    // drawn by the task itself, and no gradient through integers
    noise: ctx.rng.fold('noise').uniform([batch.subject.shape[0] as number, 1]),
    subject: batch.subject,
  }),
  objective(model, encoded, batch, { tf, rng }) {
    const jitter = tf.mul(rng.fold('noise').uniform([batch.subject.shape[0] as number, 1]), 0.01);
    const value = (view: string): Masked => ({
      values: model.project(view, {
        values: tf.add(at(encoded, view), tf.mul(tf.add(at(encoded, 'noise'), jitter), 0.1)),
        present: at(batch.views, view).present,
      }),
      present: at(batch.views, view).present,
    });
    const values = { a: value('a'), b: value('b') };
    const result = model.loss({ values, targets: batch.targets, subject: batch.subject });
    return { ...result, outputs: values };
  },
};

/** As `align`, without projectors and without noise: every row's loss stands for itself. */
const rowwise: Task = {
  ...align,
  objective(model, encoded, batch) {
    const value = (view: string): Masked => ({
      values: at(encoded, view),
      present: at(batch.views, view).present,
    });
    const values = { a: value('a'), b: value('b') };
    const result = model.loss({ values, targets: batch.targets, subject: batch.subject });
    return { ...result, outputs: values };
  },
};

/** parameter - rate * gradient. */
export const descent: Optimizer = {
  init: () => ({}),
  update: (grads, _state, params, { learningRate }, groups, tf) => ({
    params: Object.fromEntries(
      Object.entries(params).map(([name, value]) => [
        name,
        tf.sub(value, tf.mul(at(grads, name), tf.mul(learningRate, at(groups, name).learningRate))),
      ]),
    ),
    state: {},
  }),
};

export function pairModules(
  of: { readonly norm?: boolean; readonly dropout?: number; readonly mean?: boolean } = {},
): StageModules {
  const { norm = false, dropout: rate = 0.3, mean = false } = of;
  return {
    encoders: { a: encoder(norm, rate), b: encoder(false, rate) },
    sharedEncoders: {},
    projectors: mean ? {} : { a: projector(), b: projector() },
    heads: {},
    loss: mean ? meanLoss : pairLoss,
    task: mean ? rowwise : align,
    optimizer: descent,
  };
}

/** Random rows; every third lacks view b unless `whole`. */
export function pairRows(rows: number, seed = 0, whole = false): HostRows {
  const view = (name: string, every: number): HostMasked => {
    const random = hostRandom(seed, `test/${name}`);
    const present = Uint8Array.from({ length: rows }, (_, i) =>
      !whole && i % every === 2 ? 0 : 1,
    );
    const data = Float32Array.from({ length: rows * INPUT }, (_, i) => {
      const value = normalFrom(random);
      return present[Math.floor(i / INPUT)] === 1 ? value : 0;
    });
    return {
      values: { shape: [rows, INPUT], data },
      present: { shape: [rows], data: present },
    };
  };
  return {
    views: { a: view('a', Infinity), b: view('b', 3) },
    targets: {},
    subject: Int32Array.from({ length: rows }, (_, i) => i),
  };
}

/** ||a - b|| / ||b||. */
export function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [gap, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    gap += ((a[i] as number) - (b[i] as number)) ** 2;
    size += (b[i] as number) ** 2;
  }
  return Math.sqrt(gap) / Math.max(Math.sqrt(size), 1e-30);
}

export function valuesOf(runtime: Runtime, named: Named): Named<readonly number[]> {
  return Object.fromEntries(
    Object.entries(named).map(([name, tensor]) => [name, [...runtime.read(tensor)]]),
  );
}
