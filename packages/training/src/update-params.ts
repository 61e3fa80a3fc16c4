/** @file The optimiser's move, the running mean of the weights, and how far it went. Traceable. */
import { at as entry } from '@dualbeat/core';
import type { Named, Ops, Optimizer, Tensor, TrainState } from '@dualbeat/core';
import { gradientNorms } from './gradient-norms.ts';
import { mapNamed, pickNamed, unprefixed } from './named.ts';
import type { Factors } from './trainable.ts';

/** Where the running mean stands in the optimiser's state. */
export const emaPrefix = 'ema/';

/**
 * New parameters and changed optimiser state. Parameters that began to train later are updated with the number of their own
 * steps: their moments are young, and the correction of bias must know it.
 */
export function updateParams(
  tf: Ops,
  optimizer: Optimizer,
  train: TrainState,
  grads: Named,
  at: {
    readonly step: Tensor;
    readonly learningRate: Tensor;
    readonly groups: Named<Factors>;
    readonly since: Named<number>;
  },
): { readonly params: Named; readonly state: Named } {
  const { learningRate, groups, since } = at;
  const starts = [...new Set(Object.keys(train.params).map((name) => since[name] ?? 0))];
  const parts = starts.map((start) => {
    const own = (name: string): boolean => (since[name] ?? 0) === start;
    const step = start === 0 ? at.step : tf.sub(at.step, tf.scalar(start, 'int32'));
    const params = pickNamed(train.params, own);
    const now = { step, learningRate };
    return optimizer.update(pickNamed(grads, own), train.optimizer, params, now, groups, tf);
  });
  return {
    params: Object.assign({}, ...parts.map(({ params }) => params)) as Named,
    state: Object.assign({}, ...parts.map(({ state }) => state)) as Named,
  };
}

/** 'ema/<name>' of the trainable parameters: decay * old + (1 - decay) * new; min(decay, (1 + t) / (10 + t)) at step t. */
export function movedMean(
  tf: Ops,
  train: TrainState,
  params: Named,
  step: Tensor,
  decay: number | undefined,
): Named {
  if (decay === undefined) return {};
  const t = tf.cast(step, 'float32');
  const young = tf.div(tf.add(t, 1), tf.add(t, 10));
  const part = tf.minimum(tf.scalar(decay), young);
  const rest = tf.sub(1, part);
  const old = unprefixed(emaPrefix, train.optimizer);
  const moved = mapNamed(params, (now, name) =>
    tf.add(tf.mul(entry(old, name, 'running mean'), part), tf.mul(now, rest)),
  );
  return Object.fromEntries(
    Object.entries(moved).map(([name, value]) => [`${emaPrefix}${name}`, value]),
  );
}

/** 'updateNorm' and 'updateNorm.<module>': the norm of the difference. */
export function updateNorms(tf: Ops, now: Named, before: Named): Named {
  const moves = mapNamed(now, (value, name) => tf.sub(value, entry(before, name)));
  return gradientNorms(tf, moves, 'updateNorm').report;
}
