/** @file What the tests of the ECG transformer share: runtimes, contexts and the golden filling of parameters. */
import type { Context, HostArray, Named, Runtime } from '@dualbeat/core';
import { availableRuntimes, openRuntime } from '@dualbeat/tensor';
import { makeRng } from '@dualbeat/nn';
import type { Specs } from '@dualbeat/nn';

/** Names for `openRuntime`: those of this machine, or DUALBEAT_TEST_RUNTIMES=js,tf. */
export const runtimeNames: readonly string[] =
  process.env['DUALBEAT_TEST_RUNTIMES']?.split(',') ?? (await availableRuntimes());

export const open = (name: string): Promise<Runtime> => openRuntime({ use: name });

/** A context for code inside `run`. */
export function contextOf(
  { tf }: Pick<Runtime, 'tf'>,
  of: Partial<Pick<Context, 'mode' | 'frozen'>> & {
    step?: number;
    firstRow?: number;
    seed?: number;
  } = {},
): Context {
  const at = {
    key: tf.tensor([of.seed ?? 7, 0], [2], 'int32'),
    step: tf.scalar(of.step ?? 1, 'int32'),
    firstRow: tf.scalar(of.firstRow ?? 0, 'int32'),
  };
  return {
    tf,
    rng: makeRng(tf, at, 'test'),
    progress: tf.scalar(0),
    mode: of.mode ?? 'eval',
    frozen: of.frozen ?? (() => false),
  };
}

/** Values by name of what `fn` makes, compiled; every tensor is freed again. */
export function run(
  runtime: Runtime,
  inputs: Named<HostArray>,
  fn: (inputs: Named) => Named,
): Named<number[]> {
  const live = runtime.liveTensors();
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, array]) => [name, runtime.tensor(array, dtypeOf(array))]),
  );
  const results = runtime.compile('test', fn)(tensors);
  const read = Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [name, [...runtime.read(tensor)]]),
  );
  runtime.dispose(results);
  runtime.dispose(tensors);
  if (runtime.liveTensors() !== live)
    throw new Error(`tensors leak: ${live} before, ${runtime.liveTensors()} after`);
  return read;
}

const dtypeOf = ({ data }: HostArray) =>
  data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool';

export const array = (shape: readonly number[], values: Iterable<number>): HostArray => ({
  shape,
  data: Float32Array.from(values),
});

/** f(1), f(2), ... in row-major order. */
export const sequence = (shape: readonly number[], f: (k: number) => number): HostArray =>
  array(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => f(i + 1)),
  );

/**
 * The golden filling: scale * sin(n), n counting over all variables in order; gains (one-dimensional weights) get 1
 * more. A two-dimensional weight is filled in the (out, in) order of the reference and transposed.
 */
export function fill(specs: Specs, scale: number): Named<HostArray> {
  let n = 0;
  const next = (): number => scale * Math.sin(++n);
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => {
      const isWeight = name === 'weight' || name.endsWith('/weight');
      const [rows, cols] = shape as readonly [number, number];
      const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
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
  Object.values(specs).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

/** Largest absolute difference; Infinity where the lengths differ. */
export function distance(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((worst, x, i) => Math.max(worst, Math.abs(x - (b[i] as number))), 0);
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** The options of a component as a Markdown table, for the README. */
export function optionTable(schema: object): string {
  const { properties = {}, required = [] } = schema as {
    properties?: Named<{ type?: string; enum?: string[]; default?: unknown; description?: string }>;
    required?: string[];
  };
  const rows = Object.entries(properties).map(([name, of]) => {
    const fallback =
      of.default === undefined
        ? required.includes(name)
          ? 'required'
          : 'none'
        : JSON.stringify(of.default);
    const values = of.enum?.join(', ') ?? of.type ?? '';
    return `| \`${name}\` | ${values} | \`${fallback}\` | ${of.description} |`;
  });
  return ['| option | values | default | meaning |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}
