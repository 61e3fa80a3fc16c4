/** @file Every n-th slice, row and column, from the first. */
import type { Ops, Tensor } from '@dualbeat/core';
import type { Axes3 } from './conv-padding.ts';

/**
 * x [B, S, H, W, C] -> [B, ceil(S / s), ceil(H / h), ceil(W / w), C]. By views and slices of one axis each, whose gradients are
 * paddings: a strided slice has none here, and that of a gather adds row by row.
 */
export function thin(tf: Ops, x: Tensor, stride: Axes3): Tensor {
  return stride.reduce((y, step, i) => everyNth(tf, y, i + 1, step), x);
}

function everyNth(tf: Ops, x: Tensor, axis: number, step: number): Tensor {
  if (step === 1) return x;
  const size = x.shape[axis] as number;
  const count = Math.ceil(size / step);
  const missing = count * step - size;
  const before = x.shape.slice(0, axis);
  const behind = x.shape.slice(axis + 1);
  const full =
    missing === 0
      ? x
      : tf.pad(
          x,
          x.shape.map((_, i) => [0, i === axis ? missing : 0] as [number, number]),
        );
  const product = (of: readonly number[]): number => of.reduce((a, b) => a * b, 1);
  const groups = tf.reshape(full, [product(before) * count, step * product(behind)]);
  const first = tf.slice(groups, [0, 0], [product(before) * count, product(behind)]);
  return tf.reshape(first, [...before, count, ...behind]);
}
