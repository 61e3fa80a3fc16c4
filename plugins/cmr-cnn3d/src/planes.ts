/** @file What a network of images sees of a volume: one slice, all as channels, or each by itself. */
import { Type } from 'typebox';
import type { Ops, Tensor } from '@dualbeat/core';
import type { View } from './view.ts';

export const planesOption = Type.Enum(['mid', 'channels'], {
  default: 'mid',
  description:
    'mid: the middle slice (number n / 2, rounded down, from 0); channels: all slices or frames of the view as channels of one image.',
});

/** The view as one image: slices 1. */
export function imageOf(planes: 'mid' | 'channels', { size, channels }: View): View {
  const [slices, height, width] = size;
  return {
    size: [1, height, width],
    channels: planes === 'mid' ? channels : slices * channels,
  };
}

/** x [B, S, H, W, C] -> [B, 1, H, W, C] or [B, 1, H, W, S * C], slices outermost. */
export function toImage(planes: 'mid' | 'channels', x: Tensor, tf: Ops): Tensor {
  const [batch, slices, height, width, channels] = x.shape as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (slices === 1) return x;
  if (planes === 'mid')
    return tf.slice(x, [0, Math.floor(slices / 2), 0, 0, 0], [batch, 1, height, width, channels]);
  return tf.reshape(tf.transpose(x, [0, 2, 3, 1, 4]), [batch, 1, height, width, slices * channels]);
}
