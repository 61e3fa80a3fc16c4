/** @file What the tests of downstream tasks share: runtimes, the real host, compiled evaluation. */
import { openHost, resolvePlugins } from '@dualbeat/core';
import type {
  Context,
  Host,
  HostArray,
  HostMasked,
  Named,
  Runtime,
  TargetSpec,
} from '@dualbeat/core';
import { makeRng } from '@dualbeat/nn';
import { availableRuntimes, openRuntime } from '@dualbeat/tensor';

/** Names for `openRuntime`: those of this machine, or DUALBEAT_TEST_RUNTIMES=js,tf. */
export const runtimeNames: readonly string[] =
  process.env['DUALBEAT_TEST_RUNTIMES']?.split(',') ?? (await availableRuntimes());

export const open = (name: string): Promise<Runtime> => openRuntime({ use: name });
export const openPlugin = (): Promise<Host> =>
  openHost(resolvePlugins(['@dualbeat/downstream'], new URL(import.meta.url).pathname));

export function contextOf({ tf }: Runtime, mode: 'train' | 'eval' = 'train'): Context {
  const at = {
    key: tf.tensor([7, 0], [2], 'int32'),
    step: tf.scalar(1, 'int32'),
    firstRow: tf.scalar(0, 'int32'),
  };
  return { tf, rng: makeRng(tf, at, 'test'), progress: tf.scalar(0), mode, frozen: () => false };
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

export const floats = (shape: readonly number[], values: Iterable<number>): HostArray => ({
  shape,
  data: Float32Array.from(values),
});
export const bools = (shape: readonly number[], values: Iterable<number>): HostArray => ({
  shape,
  data: Uint8Array.from(values),
});
export const masked = (values: HostArray, present: HostArray): HostMasked => ({ values, present });

export const target = (
  type: TargetSpec['type'],
  names: readonly string[],
  more: Partial<TargetSpec> = {},
): TargetSpec => ({
  shape: [names.length],
  dtype: 'float32',
  type,
  names,
  units: names.map(() => ''),
  mean: names.map(() => 0),
  std: names.map(() => 1),
  ...more,
});

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
