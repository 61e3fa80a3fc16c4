/** @file Host arrays for tests: random, patterned and golden ones. */
import { normalFrom } from '@dualbeat/core';
import type { ArraySpec, HostArray, Named, TargetSpec } from '@dualbeat/core';
import type { Specs } from '@dualbeat/nn';

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
export const dtypeOf = ({ data }: HostArray): ArraySpec['dtype'] =>
  data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool';

export const array = (shape: readonly number[], values: Iterable<number>): HostArray => ({
  shape,
  data: Float32Array.from(values),
});
export const bools = (shape: readonly number[], values: Iterable<number>): HostArray => ({
  shape,
  data: Uint8Array.from(values),
});
export const integers = (shape: readonly number[], values: Iterable<number>): HostArray => ({
  shape,
  data: Int32Array.from(values),
});

/** f(1), f(2), ... in row-major order. */
export const sequence = (shape: readonly number[], f: (k: number) => number): HostArray =>
  array(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => f(i + 1)),
  );

/** Standard normal floats; ones for bool; zeros for int32. */
export function randomArray(
  shape: readonly number[],
  dtype: ArraySpec['dtype'],
  random: () => number,
): HostArray {
  const size = sizeOf(shape);
  if (dtype === 'bool') return { shape, data: new Uint8Array(size).fill(1) };
  if (dtype === 'int32') return { shape, data: new Int32Array(size) };
  return { shape, data: Float32Array.from({ length: size }, () => normalFrom(random)) };
}

/**
 * The golden filling: scale * sin(n), n counting over all variables in order; gains (one-dimensional weights) get 1
 * more. A two-dimensional weight is filled in (out, in) order, as PyTorch holds it, and transposed.
 */
export function fill(specs: Specs, scale: number): Named<HostArray> {
  let n = 0;
  const next = (): number => scale * Math.sin(++n);
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => {
      const isWeight = name === 'weight' || name.endsWith('/weight');
      const [rows, cols] = shape as readonly [number, number];
      const data = new Float32Array(sizeOf(shape));
      if (isWeight && shape.length === 2) {
        for (let o = 0; o < cols; o++) for (let i = 0; i < rows; i++) data[i * cols + o] = next();
      } else {
        const more = isWeight && shape.length === 1 ? 1 : 0;
        for (let i = 0; i < data.length; i++) data[i] = more + next();
      }
      return [name, { shape, data }];
    }),
  );
}

/** Number of values. */
export const count = (specs: Specs): number =>
  Object.values(specs).reduce((total, { shape }) => total + sizeOf(shape), 0);

/** Largest absolute difference; Infinity where the lengths differ. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const apart = Math.abs((a[i] as number) - (b[i] as number));
    if (!(apart <= worst)) worst = Number.isNaN(apart) ? Infinity : apart;
  }
  return worst;
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** A target of K numbers. */
export const numbers = (mean: readonly number[], std: readonly number[]): TargetSpec => ({
  shape: [mean.length],
  dtype: 'float32',
  type: 'number',
  names: mean.map((_, i) => `t${i}`),
  units: mean.map(() => 'mL'),
  mean,
  std,
});
