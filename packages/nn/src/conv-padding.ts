/** @file Symmetric padding as PyTorch means it, in the terms of TensorFlow's convolutions. */

/** Slices, rows, columns. */
export type Axes3 = readonly [slices: number, rows: number, columns: number];
export type Window = { readonly kernel: number; readonly stride: number; readonly padding: number };

/** Positions of a window over `size` values with `padding` on both sides; 0 or less: it does not fit. */
export const windowCount = (size: number, { kernel, stride, padding }: Window): number =>
  Math.floor((size + 2 * padding - kernel) / stride) + 1;

/**
 * What to put before and after an axis so that a convolution without padding meets the same values. Less than `padding`
 * after it where the last window does not reach that far.
 */
export function paddingOf(size: number, window: Window): readonly [number, number] {
  const { kernel, stride, padding } = window;
  const reach = (windowCount(size, window) - 1) * stride + kernel;
  return [padding, Math.max(0, reach - size - padding)];
}

/** Whether TensorFlow's 'same' puts just that there: it prefers the far side where the sum is odd, PyTorch the near side. */
export function isSame(size: number, window: Window): boolean {
  const { kernel, stride } = window;
  const count = Math.ceil(size / stride);
  const total = Math.max(0, (count - 1) * stride + kernel - size);
  const near = Math.floor(total / 2);
  const [before, after] = paddingOf(size, window);
  return windowCount(size, window) === count && before === near && after === total - near;
}
