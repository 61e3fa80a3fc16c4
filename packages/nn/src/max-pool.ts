/** @file Largest values under a window over slices, rows and columns. */
import type { Ops, Tensor } from '@dualbeat/core';
import { isSame } from './conv-padding.ts';
import type { Axes3, Window } from './conv-padding.ts';
import { padAxes, windowed } from './conv3d.ts';
import type { Conv3dStep } from './conv3d.ts';

/** Below every activation, and finite, so that no product of it is NaN. */
const lowest = -3e38;

/** x [B, S, H, W, C] -> [B, S', H', W', C]; nothing counts outside x. Error: E_CONV_FIT. */
export function maxPool3d(tf: Ops, x: Tensor, kernel: Axes3, step: Conv3dStep): Tensor {
  const [batch, slices, height, width, channels] = x.shape as [
    number,
    number,
    number,
    number,
    number,
  ];
  const to = windowed([slices, height, width], kernel, step);
  const [deep, ...planar] = kernel.map((size, i) => ({
    kernel: size,
    stride: step.stride[i] as number,
    padding: step.padding[i] as number,
  })) as [Window, Window, Window];
  // The maximum over a box is one over the plane, then one over the slices.
  const images = tf.reshape(x, [batch * slices, height, width, channels]);
  const inPlane = tf.reshape(pool(tf, images, planar), [batch, slices, to[1] * to[2], channels]);
  const single = deep.kernel === 1 && deep.stride === 1;
  const point: Window = { kernel: 1, stride: 1, padding: 0 };
  return tf.reshape(single ? inPlane : pool(tf, inPlane, [deep, point]), [batch, ...to, channels]);
}

/** x [N, H, W, C]. */
function pool(tf: Ops, x: Tensor, windows: readonly [Window, Window]): Tensor {
  if (windows.every(({ kernel, stride }) => kernel === 1 && stride === 1)) return x;
  const same = windows.every((window, i) => isSame(x.shape[i + 1] as number, window));
  const padded = same ? x : padAxes(tf, x, windows, lowest);
  const of = (name: 'kernel' | 'stride') => windows.map((w) => w[name]) as [number, number];
  return tf.maxPool(padded as never, of('kernel'), of('stride'), same ? 'same' : 'valid');
}
