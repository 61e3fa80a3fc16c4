/** @file The softmax cross-entropy behind InfoNCE and its relatives, with exact masks. */
import type { Ops, Tensor } from '@dualbeat/core';
import { meanPresent } from '@dualbeat/nn';

/** As good as minus infinity for a logit, and finite, so that no gradient is NaN. */
const never = -1e9;

/**
 * Per row: log-sum-exp over the candidates less the mean over the positives. logits [N, M]; `positive` and `candidate`
 * bool [N, M]. A place that is no candidate counts for nothing, to the bit, and gets no gradient. Positives are
 * candidates too. -> [N]
 */
export function rowLosses(tf: Ops, logits: Tensor, positive: Tensor, candidate: Tensor): Tensor {
  const open = tf.where(candidate, logits, tf.fill([...logits.shape], never));
  const top = tf.stopGradient(tf.max(open, 1, true));
  const total = tf.log(tf.sum(tf.exp(tf.sub(open, top)), 1));
  const wanted = tf.cast(tf.logicalAnd(positive, candidate), 'float32');
  const count = tf.maximum(tf.sum(wanted, 1), 1);
  const mean = tf.div(tf.sum(tf.mul(logits, wanted), 1), count);
  return tf.sub(tf.add(total, tf.reshape(top, [-1])), mean);
}

/** Mean of `rowLosses` over the rows that are there; 0 where there is none. */
export function softmaxLoss(
  tf: Ops,
  logits: Tensor,
  of: { readonly positive: Tensor; readonly candidate: Tensor; readonly present: Tensor },
): Tensor {
  return meanPresent(tf, rowLosses(tf, logits, of.positive, of.candidate), of.present);
}

/**
 * w * (a's rows over b) + (1 - w) * (b's rows over a): symmetric for w = 1/2. logits [N, N] a by b. The second
 * direction has masks of its own where they are not symmetric.
 */
export function twoWayLoss(
  tf: Ops,
  logits: Tensor,
  of: {
    readonly positive: Tensor;
    readonly candidate: Tensor;
    readonly present: Tensor;
    readonly rowWeight: number;
    readonly positiveBack?: Tensor;
  },
): Tensor {
  const { positive, candidate, present, rowWeight } = of;
  const there = softmaxLoss(tf, logits, { positive, candidate, present });
  const back = softmaxLoss(tf, tf.transpose(logits), {
    positive: of.positiveBack ?? tf.transpose(positive),
    candidate: tf.transpose(candidate),
    present,
  });
  return tf.add(tf.mul(there, rowWeight), tf.mul(back, 1 - rowWeight));
}
