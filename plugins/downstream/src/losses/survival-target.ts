/** @file Times to events as losses read them. */
import { at } from '@dualbeat/core';
import type { Masked, Named, Ops, TargetSpec, Tensor } from '@dualbeat/core';
import { survivalShape } from '../errors.ts';

/** Error: E_SURVIVAL_SHAPE, for a target that is not [names, 2]. */
export function checkSurvival(name: string, targets: Named<TargetSpec>): void {
  const { shape, names } = at(targets, name, 'target');
  if (shape.length !== 2 || shape[0] !== names.length || shape[1] !== 2)
    throw survivalShape(name, shape);
}

/** [B, K, 2] -> `time` in years and `event` (1 or 0), both [B, K]; `present` bool [B, K]. */
export function readSurvival(
  tf: Ops,
  { values, present }: Masked,
): { readonly time: Tensor; readonly event: Tensor; readonly present: Tensor } {
  const [rows, names] = values.shape as [number, number];
  const part = (index: number): Tensor =>
    tf.reshape(tf.slice(values, [0, 0, index], [rows, names, 1]), [rows, names]);
  const there =
    present.rank === 1
      ? tf.broadcastTo(tf.reshape(present, [rows, 1]), [rows, names])
      : present.rank === 3
        ? tf.all(present, 2)
        : present;
  return { time: part(0), event: tf.cast(part(1), 'float32'), present: there };
}
