/** @file What the tests of the CMR encoders share: encoders by the real host, and the filling of the golden values. */
import { openHost, resolvePlugins } from '@dualbeat/core';
import type { Context, Encoder, HostArray, Named, Runtime } from '@dualbeat/core';
import { makeRng } from '@dualbeat/nn';
import type { Specs } from '@dualbeat/nn';
import { availableRuntimes, openRuntime } from '@dualbeat/tensor';

/** Names for `openRuntime`: those of this machine, or DUALBEAT_TEST_RUNTIMES=js,tf. */
export const runtimeNames: readonly string[] =
  process.env['DUALBEAT_TEST_RUNTIMES']?.split(',') ?? (await availableRuntimes());
export const open = (name: string): Promise<Runtime> => openRuntime({ use: name });

export async function makeEncoder(
  use: string,
  options: object,
  view: readonly number[],
): Promise<Encoder> {
  const host = await openHost(resolvePlugins(['@dualbeat/cmr-cnn3d'], import.meta.filename));
  const from = { input: { shape: view, dtype: 'float32' } } as const;
  const encoder = await host.create('encoder', { use, options }, from);
  host.close();
  return encoder;
}

/** Number of values. */
export const count = (specs: Specs): number =>
  Object.values(specs).reduce((sum, { shape }) => sum + size(shape), 0);
export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The sequence of tools/golden/python/cnn3d.py: float32 values in [-0.5, 0.5). */
export function numbers(seed: number) {
  let n = 0;
  return (shape: readonly number[], change: (u: number) => number = (u) => u): HostArray => ({
    shape,
    data: Float32Array.from({ length: size(shape) }, () => {
      n++;
      const x = Math.sin(n * 12.9898 + seed * 78.233) * 43758.5453;
      return change(Math.fround(x - Math.floor(x) - 0.5));
    }),
  });
}
export type Numbers = ReturnType<typeof numbers>;

/** Variables as the Python side fills them. */
export function fill(
  encoder: Encoder,
  next: Numbers,
): { params: Named<HostArray>; state: Named<HostArray> } {
  const params = Object.entries(encoder.params).map(([name, { shape }]) => {
    const scale = 1.3 * Math.sqrt(12 / size(shape.slice(0, -1)));
    const change =
      shape.length > 1
        ? (u: number) => u * scale
        : name.endsWith('norm3/weight')
          ? (u: number) => 0.25 + 0.1 * u
          : name.endsWith('weight')
            ? (u: number) => 1 + 0.5 * u
            : (u: number) => 0.4 * u;
    return [name, next(shape, change)] as const;
  });
  const state = Object.entries(encoder.state).map(([name, { shape }]) => {
    const change = name.endsWith('variance') ? (u: number) => 1 + 0.5 * u : (u: number) => 0.2 * u;
    return [name, next(shape, change)] as const;
  });
  return { params: Object.fromEntries(params), state: Object.fromEntries(state) };
}

/** ||a - b|| / ||b||. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += ((a[i] as number) - (b[i] as number)) ** 2;
    norm += (b[i] as number) ** 2;
  }
  // where nothing but rounding is expected: the error itself
  return norm > 1e-20 ? Math.sqrt(difference / norm) : Math.sqrt(difference);
}

export function contextOf({ tf }: Runtime, mode: 'train' | 'eval'): Context {
  const at = {
    key: tf.tensor([7, 0], [2], 'int32'),
    step: tf.scalar(1, 'int32'),
    firstRow: tf.scalar(0, 'int32'),
  };
  return { tf, rng: makeRng(tf, at, 'test'), progress: tf.scalar(0), mode, frozen: () => false };
}

/** Uploads, calls the compiled function, reads everything, and checks that no tensor is left. */
export function evaluate(
  runtime: Runtime,
  inputs: Named<Named<HostArray>>,
  fn: (inputs: Named<Named>) => Named,
): Named<Float32Array> {
  const live = runtime.liveTensors();
  const dtype = ({ data }: HostArray) => (data instanceof Uint8Array ? 'bool' : 'float32');
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([group, arrays]) => [
      group,
      Object.fromEntries(
        Object.entries(arrays).map(([name, a]) => [name, runtime.tensor(a, dtype(a))]),
      ),
    ]),
  );
  const results = runtime.compile('test', fn as never)(tensors as never) as Named;
  const read = Object.fromEntries(
    Object.entries(results).map(([name, t]) => [name, Float32Array.from(runtime.read(t))]),
  );
  runtime.dispose({ results, tensors } as never);
  if (runtime.liveTensors() !== live) throw new Error('tensors leak');
  return read;
}
