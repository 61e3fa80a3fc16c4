/** @file What the tests of alignment share: runtimes, the real host, a loss evaluated with its gradients. */
import { hostRandom, openHost, resolvePlugins } from '@dualbeat/core';
import type {
  ArraySpec,
  Context,
  Host,
  HostArray,
  Loss,
  Masked,
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
  openHost(resolvePlugins(['@dualbeat/contrastive'], new URL(import.meta.url).pathname));

/** A context for code that is compiled. */
export function contextOf({ tf }: Runtime, mode: 'train' | 'eval' = 'train', step = 1): Context {
  const at = {
    key: tf.tensor([7, 0], [2], 'int32'),
    step: tf.scalar(step, 'int32'),
    firstRow: tf.scalar(0, 'int32'),
  };
  return { tf, rng: makeRng(tf, at, 'test'), progress: tf.scalar(0), mode, frozen: () => false };
}

/** Rows of numbers, [N][D]. */
export type Rows = readonly (readonly number[])[];
export const floats = (shape: readonly number[], values: Iterable<number>): HostArray => ({
  shape,
  data: Float32Array.from(values),
});
export const bools = (values: readonly boolean[]): HostArray => ({
  shape: [values.length],
  data: Uint8Array.from(values, Number),
});
/** f(1), f(2), ... in rows. */
export const sequence = (n: number, d: number, f: (k: number) => number): Rows =>
  Array.from({ length: n }, (_, i) => Array.from({ length: d }, (_x, j) => f(i * d + j + 1)));
export const randomRows = (n: number, d: number, seed: number): Rows => {
  const random = hostRandom(seed, 'rows');
  return sequence(n, d, () => 2 * random() - 1);
};
export const specsOf = (width: number, ...names: readonly string[]): Named<ArraySpec> =>
  Object.fromEntries(names.map((name) => [name, { shape: [width], dtype: 'float32' }]));

export type LossCase = {
  readonly values: Named<Rows | HostArray>;
  /** By value; absent: all rows. */
  readonly present?: Named<readonly boolean[]>;
  readonly targets?: Named<{ readonly values: HostArray; readonly present: HostArray }>;
  /** Absent: every row its own. */
  readonly subject?: readonly number[];
  readonly params?: Named<number | readonly number[]>;
  readonly mode?: 'train' | 'eval';
  readonly step?: number;
};
export type LossFound = {
  readonly loss: number;
  readonly parts: Named<number>;
  readonly report: Named<number>;
  /** By value and by parameter. */
  readonly grads: Named<readonly number[]>;
};

const isArray = (rows: Rows | HostArray): rows is HostArray => 'data' in rows;
const arrayOf = (rows: Rows | HostArray): HostArray =>
  isArray(rows) ? rows : floats([rows.length, rows[0]?.length ?? 0], rows.flat());

/** The loss compiled, with gradients by value (`values/x`) and parameter; every tensor is freed again. */
export function evaluateLoss(runtime: Runtime, loss: Loss, of: LossCase): LossFound {
  const live = runtime.liveTensors();
  const host: { [name: string]: HostArray } = {};
  for (const [name, rows] of Object.entries(of.values)) host[`values/${name}`] = arrayOf(rows);
  const rows = Object.values(host)[0]?.shape[0] as number;
  for (const [name, spec] of Object.entries(loss.params)) {
    const given = of.params?.[name];
    const data =
      given === undefined
        ? spec.init(hostRandom(3, name))
        : Float32Array.from(typeof given === 'number' ? [given] : given);
    host[`params/${name}`] = { shape: spec.shape, data };
  }
  const trained = Object.keys(host);
  for (const [name, spec] of Object.entries(loss.state))
    host[`state/${name}`] = { shape: spec.shape, data: spec.init(hostRandom(3, name)) };
  for (const name of Object.keys(of.values))
    host[`present/${name}`] = bools(of.present?.[name] ?? Array<boolean>(rows).fill(true));
  for (const [name, { values, present }] of Object.entries(of.targets ?? {})) {
    host[`targets/${name}`] = values;
    host[`known/${name}`] = present;
  }
  const subject = of.subject ?? Array.from({ length: rows }, (_, i) => i);
  host['subject'] = { shape: [rows], data: Int32Array.from(subject) };
  const inputs = Object.fromEntries(
    Object.entries(host).map(([name, array]) => [name, runtime.tensor(array, dtypeOf(array))]),
  );
  const compiled = compiledLoss(runtime, loss, trained, of);
  const found = compiled(inputs) as {
    loss: Masked['values'];
    parts: Named;
    report: Named;
    grads: Named;
  };
  const read = (named: Named): Named<number> =>
    Object.fromEntries(Object.entries(named).map(([k, t]) => [k, runtime.read(t)[0] as number]));
  const result = {
    loss: runtime.read(found.loss)[0] as number,
    parts: read(found.parts),
    report: read(found.report),
    grads: Object.fromEntries(
      Object.entries(found.grads).map(([name, t]) => [name, [...runtime.read(t)]]),
    ),
  };
  runtime.dispose(found);
  runtime.dispose(inputs);
  if (runtime.liveTensors() !== live)
    throw new Error(`tensors leak: ${live} before, ${runtime.liveTensors()} after`);
  return result;
}

/** One compiled function a loss, so that a second evaluation traces nothing anew. */
const traced = new WeakMap<Loss, Map<string, (inputs: Named) => unknown>>();

function compiledLoss(
  runtime: Runtime,
  loss: Loss,
  trained: readonly string[],
  of: Pick<LossCase, 'mode' | 'step'>,
): (inputs: Named) => unknown {
  const known = traced.get(loss) ?? new Map<string, (inputs: Named) => unknown>();
  traced.set(loss, known);
  const key = JSON.stringify([of.mode, of.step, trained]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const { tf } = runtime;
  const below = (all: Named, prefix: string): Named =>
    Object.fromEntries(
      Object.entries(all)
        .filter(([name]) => name.startsWith(`${prefix}/`))
        .map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]),
    );
  const masked = (all: Named, values: string, present: string): Named<Masked> => {
    const there = below(all, present);
    return Object.fromEntries(
      Object.entries(below(all, values)).map(([name, tensor]) => [
        name,
        { values: tensor, present: there[name] as Masked['present'] },
      ]),
    );
  };
  const compiled = runtime.compile('loss', (all: Named) => {
    const differentiated = Object.fromEntries(trained.map((name) => [name, all[name]!]));
    const { value, aux, grads } = runtime.valueAndGrad((x) => {
      const now = { ...all, ...x };
      const { outputs } = loss.apply(
        { params: below(now, 'params'), state: below(now, 'state') },
        {
          values: masked(now, 'values', 'present'),
          targets: masked(now, 'targets', 'known'),
          subject: now['subject']!,
        },
        contextOf(runtime, of.mode, of.step),
      );
      return { value: outputs.loss, aux: { parts: outputs.parts, report: outputs.report } };
    }, differentiated);
    return { loss: tf.add(value, 0), ...aux, grads };
  });
  known.set(key, compiled);
  return compiled;
}

const dtypeOf = ({ data }: HostArray) =>
  data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool';

/** Central differences of the loss in some entries of a value, beside the gradient. */
export function differences(
  runtime: Runtime,
  loss: Loss,
  of: LossCase,
  value: string,
  step = 1e-2,
): { readonly found: readonly number[]; readonly wanted: readonly number[] } {
  const { grads } = evaluateLoss(runtime, loss, of);
  const array = arrayOf(of.values[value] as Rows);
  const places = [0, 3, array.data.length - 1];
  const wanted = places.map((place) => {
    const moved = (by: number): number => {
      const data = Float32Array.from(array.data);
      data[place] = (data[place] as number) + by;
      const values = { ...of.values, [value]: { shape: array.shape, data } };
      return evaluateLoss(runtime, loss, { ...of, values }).loss;
    };
    return (moved(step) - moved(-step)) / (2 * step);
  });
  return { found: places.map((place) => grads[`values/${value}`]?.[place] as number), wanted };
}

/** A target of one class out of several, one index a row; rows without one are null. */
export function classTarget(values: readonly (number | null)[], classes: number) {
  const shape = [values.length];
  const shares = Array.from(
    { length: classes },
    (_, c) => values.filter((v) => v === c).length / values.length,
  );
  const spec: TargetSpec = {
    shape: [],
    dtype: 'int32',
    type: 'class',
    names: shares.map((_, c) => `class${c}`),
    units: shares.map(() => '1'),
    mean: shares,
    std: shares.map(() => 1),
  };
  const target = {
    values: { shape, data: Int32Array.from(values, (v) => v ?? 0) },
    present: { shape, data: Uint8Array.from(values, (v) => Number(v !== null)) },
  };
  return { spec, target };
}

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
