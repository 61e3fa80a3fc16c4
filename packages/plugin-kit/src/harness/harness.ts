/** @file A module of any kind as the checks see it: flat inputs and outputs by name. */
import { hostRandom } from '@dualbeat/core';
import type { ArraySpec, Context, HostArray, Named, VariableSpec } from '@dualbeat/core';
import { sizeOf } from '../support/arrays.ts';

export type Harness = {
  readonly params: Named<VariableSpec>;
  readonly state: Named<VariableSpec>;
  /** Of one row, -1 where the contract leaves an extent open; null: all outputs are scalars. */
  readonly outputs: Named<ArraySpec> | null;
  /** In eval, row i of the outputs depends on row i alone. */
  readonly rowwise: boolean;
  /** Smallest batch that it takes; absent: 1. */
  readonly minimumRows?: number;
  /** For an input that says what is present: the inputs that it speaks of. */
  readonly presence: Named<readonly string[]>;
  inputs(rows: number, random: () => number): Named<HostArray>;
  apply(
    vars: { readonly params: Named; readonly state: Named },
    inputs: Named,
    ctx: Context,
  ): { readonly outputs: Named; readonly state: Named };
};
export type HostVars = { readonly params: Named<HostArray>; readonly state: Named<HostArray> };

/**
 * Initial values with a little noise on the parameters, so that what starts at zero takes part. Deterministic in `seed`.
 */
export function variablesOf(harness: Pick<Harness, 'params' | 'state'>, seed: number): HostVars {
  const draw = (specs: Named<VariableSpec>, noise: number): Named<HostArray> =>
    Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => {
        const random = hostRandom(seed, `kit/noise/${name}`);
        const data = spec.init(hostRandom(seed, `kit/${name}`)).slice();
        for (let i = 0; i < data.length; i++) {
          data[i] = (data[i] as number) + noise * (2 * random() - 1);
        }
        return [name, { shape: spec.shape, data }];
      }),
    );
  return { params: draw(harness.params, 0.1), state: draw(harness.state, 0) };
}

export type Fill = 'random' | 'zeros' | 'ones' | 'large' | 'identical';
export const fills: readonly Fill[] = ['zeros', 'ones', 'large', 'identical'];

/** Inputs of `rows` rows; the fill concerns floats, `large` is 1e4 times random, `identical` repeats the first row. */
export function filledInputs(
  harness: Pick<Harness, 'inputs'>,
  rows: number,
  fill: Fill = 'random',
  seed = 1,
): Named<HostArray> {
  const inputs = harness.inputs(rows, hostRandom(seed, 'kit/inputs'));
  return mapArrays(inputs, (array) => {
    if (!(array.data instanceof Float32Array)) return array;
    const { data, shape } = array;
    if (fill === 'zeros' || fill === 'ones')
      return { shape, data: new Float32Array(data.length).fill(fill === 'ones' ? 1 : 0) };
    if (fill === 'large') return { shape, data: data.map((x) => 1e4 * x) };
    if (fill === 'identical') return selectRows(array, Array<number>(rows).fill(0));
    return array;
  });
}

export function mapArrays(
  arrays: Named<HostArray>,
  fn: (array: HostArray, name: string) => HostArray,
): Named<HostArray> {
  return Object.fromEntries(Object.entries(arrays).map(([name, one]) => [name, fn(one, name)]));
}

/** The rows of an array, in the order given. */
export function selectRows({ shape, data }: HostArray, rows: readonly number[]): HostArray {
  const each = sizeOf(shape.slice(1));
  const out = data.slice(0, rows.length * each);
  const grown =
    out.length < rows.length * each
      ? new (data.constructor as Float32ArrayConstructor)(rows.length * each)
      : out;
  rows.forEach((row, i) => grown.set(data.subarray(row * each, (row + 1) * each), i * each));
  return { shape: [rows.length, ...shape.slice(1)], data: grown };
}

/** The same inputs with rows absent: nowhere present, and `content` in their floats (targets stay 0). */
export function withAbsent(
  harness: Pick<Harness, 'presence'>,
  inputs: Named<HostArray>,
  rows: readonly number[],
  content: (i: number) => number,
): Named<HostArray> {
  const governed = new Set(Object.values(harness.presence).flat());
  return mapArrays(inputs, (array, name) => {
    const isPresence = Object.hasOwn(harness.presence, name);
    if (!isPresence && !governed.has(name)) return array;
    const each = sizeOf(array.shape.slice(1));
    const data = array.data.slice();
    const zero = isPresence || name.startsWith('targets/') || !(data instanceof Float32Array);
    for (const row of rows) {
      for (let i = 0; i < each; i++) data[row * each + i] = zero ? 0 : content(i);
    }
    return { shape: array.shape, data };
  });
}
