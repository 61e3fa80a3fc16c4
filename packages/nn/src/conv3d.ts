/**
 * @file Convolution over slices, rows and columns. Most kernels of slice-wise networks are flat (1 x k x k) or deep
 * (k x 1 x 1): these are convolutions over two axes, and points (1 x 1 x 1) are matrix products, for which libraries
 * have their fastest code.
 */
import { at } from '@dualbeat/core';
import type { Named, Ops, Tensor } from '@dualbeat/core';
import { isSame, paddingOf, windowCount } from './conv-padding.ts';
import type { Axes3, Window } from './conv-padding.ts';
import { deep } from './deep-conv.ts';
import { convDoesNotFit } from './errors.ts';
import { kaimingNormal, uniformFan, zeros } from './initialisers.ts';
import type { Specs } from './scope.ts';
import { thin } from './thin.ts';

export type Conv3dShape = {
  readonly kernel: Axes3;
  readonly in: number;
  readonly out: number;
  readonly bias?: boolean;
  /** `he`: normal by outputs, for convolutions before a ReLU; `torch`: uniform by inputs. */
  readonly init?: 'he' | 'torch';
};
export type Conv3dStep = { readonly stride: Axes3; readonly padding: Axes3 };

/** `weight` [slices, rows, columns, in, out] of the kernel; PyTorch holds [out, in, ...]. `bias` [out] where wanted. */
export function conv3dSpecs({
  kernel,
  in: width,
  out,
  bias = false,
  init = 'he',
}: Conv3dShape): Specs {
  const size = kernel[0] * kernel[1] * kernel[2];
  const shape = [...kernel, width, out];
  const weight = {
    shape,
    decay: true,
    init: init === 'he' ? kaimingNormal(shape, size * out) : uniformFan(shape, size * width),
  };
  if (!bias) return { weight };
  const offset = init === 'he' ? zeros([out]) : uniformFan([out], size * width);
  return { weight, bias: { shape: [out], decay: false, init: offset } };
}

/** Axes of the result of a convolution or pooling. Error: E_CONV_FIT. */
export function windowed(size: Axes3, kernel: Axes3, { stride, padding }: Conv3dStep): Axes3 {
  const [s, r, c] = size.map((n, i) =>
    windowCount(n, windowOf(kernel, { stride, padding }, i)),
  ) as unknown as Axes3;
  if (s < 1 || r < 1 || c < 1) throw convDoesNotFit(size, kernel, padding);
  return [s, r, c];
}

/** x [B, S, H, W, in] -> [B, S', H', W', out], zeros around it. Error: E_CONV_FIT. */
export function conv3d(tf: Ops, params: Named, x: Tensor, step: Conv3dStep): Tensor {
  const weight = at(params, 'weight', 'parameter');
  const [kd, kh, kw, width, out] = weight.shape as [number, number, number, number, number];
  const [batch, ...size] = x.shape.slice(0, 4) as [number, number, number, number];
  const kernel = [kd, kh, kw] as const;
  const to = windowed(size, kernel, step);
  const windows = [0, 1, 2].map((i) => windowOf(kernel, step, i)) as [Window, Window, Window];
  const y = ((): Tensor => {
    const padless = (axes: readonly number[]): boolean =>
      axes.every((i) => kernel[i] === 1 && step.padding[i] === 0);
    if (padless([0, 1, 2])) {
      const points = tf.reshape(thin(tf, x, step.stride), [-1, width]);
      return tf.matMul(points, tf.reshape(weight, [width, out]));
    }
    if (padless([0])) {
      const flat = thin(tf, x, [step.stride[0], 1, 1]);
      const images = tf.reshape(flat, [-1, size[1], size[2], width]);
      return planar(tf, images, tf.reshape(weight, [kh, kw, width, out]), [windows[1], windows[2]]);
    }
    if (padless([1, 2])) {
      const thinned = thin(tf, x, [1, step.stride[1], step.stride[2]]);
      const columns = tf.reshape(thinned, [batch, size[0], to[1] * to[2], width]);
      const point: Window = { kernel: 1, stride: 1, padding: 0 };
      const planes = tf.reshape(weight, [kd, 1, width, out]);
      return kd % 2 === 1 && isSame(size[0], windows[0]) && windows[0].stride === 1
        ? deep(tf, columns, planes)
        : planar(tf, columns, planes, [windows[0], point]);
    }
    return solid(tf, x, weight, windows);
  })();
  const { bias } = params;
  return tf.reshape(bias === undefined ? y : tf.add(y, bias), [batch, ...to, out]);
}

const windowOf = (kernel: Axes3, { stride, padding }: Conv3dStep, i: number): Window => ({
  kernel: kernel[i] as number,
  stride: stride[i] as number,
  padding: padding[i] as number,
});

/** x [N, H, W, in], weight [h, w, in, out]. */
function planar(tf: Ops, x: Tensor, weight: Tensor, windows: readonly [Window, Window]): Tensor {
  const sizes = x.shape.slice(1, 3);
  const same = windows.every((window, i) => isSame(sizes[i] as number, window));
  const padded = same ? x : padAxes(tf, x, windows);
  const strides = windows.map(({ stride }) => stride) as [number, number];
  return tf.conv2d(padded as never, weight as never, strides, same ? 'same' : 'valid');
}

/** x [B, S, H, W, in], weight [s, h, w, in, out]. */
function solid(
  tf: Ops,
  x: Tensor,
  weight: Tensor,
  windows: readonly [Window, Window, Window],
): Tensor {
  const sizes = x.shape.slice(1, 4);
  const same = windows.every((window, i) => isSame(sizes[i] as number, window));
  const padded = same ? x : padAxes(tf, x, windows);
  const strides = windows.map(({ stride }) => stride) as [number, number, number];
  return tf.conv3d(padded as never, weight as never, strides, same ? 'same' : 'valid');
}

/** Puts `value` around the axes behind the first, as far as the windows reach. */
export function padAxes(tf: Ops, x: Tensor, windows: readonly Window[], value = 0): Tensor {
  const paddings = windows.map((window, i) => [...paddingOf(x.shape[i + 1] as number, window)]);
  const none = paddings.every(([before, after]) => before === 0 && after === 0);
  if (none) return x;
  return tf.pad(x, [[0, 0], ...paddings, [0, 0]] as [number, number][], value);
}
