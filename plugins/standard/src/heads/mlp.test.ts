import type { Host, Runtime } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bools,
  contextOf,
  floats,
  numbers,
  open,
  openPlugin,
  run,
  runtimeNames,
} from '../../test/support.ts';

const spec = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
const countOf = (params: { readonly [name: string]: { readonly shape: readonly number[] } }) =>
  Object.values(params).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

describe.each(runtimeNames)('heads on the runtime %s', (name) => {
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

  test("golden: the paper's 576-288-144-1 has 207,937 parameters", async () => {
    const head = await host.create(
      'head',
      { use: 'mlp' },
      { inputs: { ecg: spec(576) }, targets: { LVEF: numbers([60], [6]) } },
    );
    expect(countOf(head.params)).toBe(207_937);
    expect(Object.keys(head.params)[0]).toBe('hidden/fc1/weight');
  });

  test('predictions start near the mean, in units; norms leave absent rows out; several inputs join', async () => {
    const targets = { volumes: numbers([150, 60], [34, 20]) };
    const inputs = { ecg: spec(3), ed: spec(3), 'ecg/tokens': spec(5, 3), 'embeddings/z': spec(2) };
    const make = (options: object) =>
      host.create('head', { use: 'mlp', options }, { inputs, targets });
    const joined = await make({ inputs: ['ecg', 'embeddings/z'], widths: [4], norm: 'batch' });
    expect(joined.params['hidden/fc1/weight']!.shape).toEqual([5, 4]);
    expect(joined.outputs).toEqual({ volumes: spec(2) });
    const apart = await make({ inputs: ['ecg', 'ed'], combine: 'difference', widths: [4] });
    expect(apart.params['hidden/fc1/weight']!.shape).toEqual([3, 4]);

    const random = (shape: readonly number[], seed: number) =>
      floats(
        shape,
        Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + seed)),
      );
    const state = Object.fromEntries(
      Object.entries(joined.state).map(([key, { shape }], i) => [
        key,
        floats(shape, Array<number>(4).fill(i)),
      ]),
    );
    const vars = Object.fromEntries(
      Object.entries(joined.params).map(([key, { shape }], i) => [key, random(shape, i)]),
    );
    const apply = (rows: number, present: readonly number[], junk: number) =>
      run(
        runtime,
        {
          ...vars,
          ...state,
          ecg: floats(
            [rows, 3],
            [...random([3, 3], 9).data, ...Array<number>(3 * (rows - 3)).fill(junk)],
          ),
          z: floats(
            [rows, 2],
            [...random([3, 2], 5).data, ...Array<number>(2 * (rows - 3)).fill(junk)],
          ),
          present: bools([rows], present),
        },
        (given) => {
          const { outputs } = joined.apply(
            { params: given, state: given },
            { ecg: given['ecg']!, 'embeddings/z': given['z']!, present: given['present']! },
            contextOf(runtime),
          );
          return { volumes: runtime.tf.slice(outputs['volumes']!, [0, 0], [3, 2]) };
        },
      )['volumes']!;
    const alone = apply(3, [1, 1, 1], 0);
    const padded = apply(5, [1, 1, 1, 0, 0], 77);
    alone.forEach((value, i) => expect(padded[i]).toBeCloseTo(value, 2));

    const still = await make({ inputs: ['ecg'], widths: [4] });
    const zeros = Object.fromEntries(
      Object.entries(still.params).map(([key, { shape }]) => [
        key,
        floats(shape, Array<number>(shape.reduce((a, b) => a * b, 1)).fill(0)),
      ]),
    );
    const start = run(runtime, { ...zeros, ecg: random([2, 3], 1) }, (given) => {
      const at = { params: given, state: {} };
      return still.apply(at, { ecg: given['ecg']! }, contextOf(runtime)).outputs;
    });
    expect(start['volumes']).toEqual([150, 60, 150, 60]);
  });

  test('a head that cannot know what to read says what there is', async () => {
    const inputs = { ecg: spec(3), ed: spec(2), 'embeddings/z': spec(4), 'ecg/tokens': spec(5, 3) };
    const make = (options: object) =>
      host.create('head', { use: 'mlp', options }, { inputs, targets: {} });
    await expect(make({})).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_HEAD_INPUTS: head mlp, option inputs: the features to read are not clear; there is: ecg, ed, embeddings/z. Fix: name the views that the task encodes, or embeddings/<projector>.]`,
    );
    await expect(
      make({ inputs: ['ecg', 'ed'], combine: 'difference' }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_HEAD_INPUTS: head mlp, option combine: a difference needs inputs of one width, not ecg 3, ed 2. Fix: use combine: concat, or projectors of the same width.]`,
    );
    await expect(make({ inputs: ['es'] })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_NAME_UNKNOWN: there is no input "es"; there is: ecg, ed, embeddings/z, ecg/tokens. Fix: did you mean "ed"?]`,
    );
  });
});
