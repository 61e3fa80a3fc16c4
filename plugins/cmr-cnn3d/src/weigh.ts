/** @file Attention pooling: a learnt score per position (Ilse et al. 2018, arXiv:1802.04712, without the gate). */
import { stateless } from './layer.ts';
import type { Layer } from './layer.ts';
import { linear } from '@dualbeat/nn';
import { torchLinearSpecs } from './torch-linear.ts';

/** x [N, P, C] -> [N, C]: the mean weighted by a softmax over P of one linear score each. */
export const weigh = (width: number): Layer =>
  stateless(torchLinearSpecs(width, 1), (params, x, { tf }) => {
    const [count, positions, channels] = x.shape as [number, number, number];
    const scores = tf.reshape(linear(tf, params, x), [count, 1, positions]);
    return tf.reshape(tf.matMul(tf.softmax(scores), x), [count, channels]);
  });
