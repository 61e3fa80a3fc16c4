/** @file Per-patch normalisation and means over what is present. */
import type { Ops, Tensor } from '@dualbeat/core';

const patchAxes = [3, 4];
/** Of the masked autoencoder's normalised patches. */
const patchEpsilon = 1e-6;

type Statistics = { readonly mean: Tensor; readonly std: Tensor };

/** Mean and standard deviation (unbiased) of each patch; patches [B, rows, columns, leads, samples]. */
function statistics(tf: Ops, patches: Tensor): Statistics {
  const [leads, samples] = patches.shape.slice(3) as [number, number];
  const mean = tf.mean(patches, patchAxes, true);
  const squares = tf.sum(tf.square(tf.sub(patches, mean)), patchAxes, true);
  const variance = tf.div(squares, Math.max(1, leads * samples - 1));
  return { mean, std: tf.sqrt(tf.add(variance, patchEpsilon)) };
}

/** Each patch with zero mean and unit variance. */
export function normalisePatches(tf: Ops, patches: Tensor): Tensor {
  const { mean, std } = statistics(tf, patches);
  return tf.div(tf.sub(patches, mean), std);
}

/** Predictions of normalised patches in the units of `original`. */
export function restorePatches(tf: Ops, predicted: Tensor, original: Tensor): Tensor {
  const { mean, std } = statistics(tf, original);
  return tf.add(tf.mul(predicted, std), mean);
}

/** Mean of x over the places where `where` (bool, same shape) holds; 0 where there is none. */
export function meanWhere(tf: Ops, x: Tensor, where: Tensor): Tensor {
  const weights = tf.cast(where, 'float32');
  return tf.div(tf.sum(tf.mul(x, weights)), tf.maximum(tf.sum(weights), 1));
}
