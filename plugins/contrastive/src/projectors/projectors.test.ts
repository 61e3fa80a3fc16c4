import { hostRandom } from '@dualbeat/core';
import type { Host, HostArray, Named, Projector, Runtime } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contextOf, floats, open, openPlugin, runtimeNames } from '../../test/support.ts';

/** The golden filling: .05 * sin(n) over all parameters in order, (out, in), gains 1 more. */
function golden(projector: Projector): Named<HostArray> {
  let n = 0;
  const next = (): number => 0.05 * Math.sin(++n);
  return Object.fromEntries(
    Object.entries(projector.params).map(([name, { shape }]) => {
      const [rows, cols = 1] = shape as readonly [number, number?];
      const data = new Float32Array(rows * cols);
      if (shape.length === 2)
        for (let o = 0; o < cols; o++) for (let i = 0; i < rows; i++) data[i * cols + o] = next();
      else for (let i = 0; i < rows; i++) data[i] = (name.endsWith('weight') ? 1 : 0) + next();
      return [name, { shape, data }];
    }),
  );
}
const countOf = ({ params }: Projector): number =>
  Object.values(params).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

describe.each(runtimeNames)('projectors on the runtime %s', (name) => {
  let runtime: Runtime;
  let host: Host;
  beforeAll(async () => {
    runtime = await open(name);
    host = await openPlugin();
  });
  afterAll(() => {
    host.close();
    runtime.close();
  });
  const make = (use: string, options: object, width: number) =>
    host.create('projector', { use, options }, { width });

  function project(
    projector: Projector,
    params: Named<HostArray>,
    values: HostArray,
    present: readonly boolean[],
    mode: 'train' | 'eval' = 'train',
  ): {
    readonly outputs: number[];
    readonly shape: readonly number[];
    readonly state: Named<number[]>;
  } {
    const state = Object.fromEntries(
      Object.entries(projector.state).map(([key, { shape, init }]) => [
        key,
        { shape, data: init(hostRandom(1, key)) },
      ]),
    );
    const upload = (all: Named<HostArray>): Named =>
      Object.fromEntries(Object.entries(all).map(([k, a]) => [k, runtime.tensor(a, 'float32')]));
    const live = runtime.liveTensors();
    const given = {
      params: upload(params),
      state: upload(state),
      input: { values: runtime.tensor(values, 'float32') },
      present: {
        rows: runtime.tensor(
          { shape: [present.length], data: Uint8Array.from(present, Number) },
          'bool',
        ),
      },
    };
    const fn = runtime.compile('project', (x: typeof given) =>
      projector.apply(
        { params: x.params, state: x.state },
        { values: x.input.values, present: x.present.rows },
        contextOf(runtime, mode),
      ),
    );
    const found = fn(given);
    const result = {
      outputs: [...runtime.read(found.outputs)],
      shape: [...found.outputs.shape],
      state: Object.fromEntries(
        Object.entries(found.state).map(([key, t]) => [key, [...runtime.read(t)]]),
      ),
    };
    runtime.dispose(found);
    runtime.dispose(given);
    expect(runtime.liveTensors()).toBe(live);
    return result;
  }

  // Golden values of the paper facts, 5.1 and 5.6.
  test('golden: parameter counts of the published heads', async () => {
    expect(countOf(await make('simclr-head', { hidden: 432 }, 1000))).toBe(488_416);
    expect(countOf(await make('simclr-head', {}, 768))).toBe(689_920);
    const before = await make('simclr-head', { definition: 'biases' }, 768);
    expect(countOf(before)).toBe(768 * 768 + 768 + 768 * 128 + 128);
    expect(countOf(await make('linear', { width: 64 }, 768))).toBe(768 * 64);
    expect(countOf(await make('mlp', { depth: 3, hidden: 32, width: 16 }, 8))).toBe(
      8 * 32 + 32 * 32 + 32 * 16 + 4 * 32,
    );
  });

  const wanted = [
    1.4115856, -1.18830416, -1.31320613, -0.67959433, 0.64827875, 0.63507676, -0.87505417,
    0.50066918, 0.77866375,
  ];
  const input = Array.from({ length: 12 }, (_, i) => Math.cos(i + 1));

  test('golden: simclr-head 4-5-3 in training; an absent row is in no statistic', async () => {
    const head = await make('simclr-head', { hidden: 5, width: 3 }, 4);
    const params = golden(head);
    const found = project(head, params, floats([3, 4], input), [true, true, true]);
    found.outputs.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 4));
    const padded = floats([4, 4], [...input, 50, -50, 50, 50]);
    const more = project(head, params, padded, [true, true, true, false]);
    more.outputs.slice(0, 9).forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 4));
    for (const [key, values] of Object.entries(found.state))
      values.forEach((value, i) => expect(more.state[key]![i]).toBeCloseTo(value, 5));
    expect(project(head, params, padded, [true, true, true, false], 'eval').state).toEqual({});
  });

  test('tokens are projected each on its own, with the statistics of all', async () => {
    const head = await make('simclr-head', { hidden: 5, width: 3 }, 4);
    const tokens = project(head, golden(head), floats([1, 3, 4], input), [true]);
    expect(tokens.shape).toEqual([1, 3, 3]);
    tokens.outputs.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 4));
  });
});
