import { isCoded } from '@dualbeat/core';
import type { Encoder, HostArray, Host, Runtime } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlugin } from '../../test/stage.ts';
import {
  contextOf,
  distance,
  fill,
  open,
  run,
  runtimeNames,
  sequence,
  sum,
} from '../../test/support.ts';

let host: Host;
beforeAll(async () => {
  host = await openPlugin();
});
afterAll(() => host.close());

const small = { size: 'custom', width: 16, depth: 2, heads: 4, patch: [1, 10] };
const make = (options: object, shape: readonly number[] = [3, 50]): Promise<Encoder> =>
  host.create('encoder', { use: 'ecg-vit', options }, { input: { shape, dtype: 'float32' } });

describe('options', () => {
  const message = async (options: object, shape?: readonly number[]): Promise<string> => {
    const error: unknown = await make(options, shape).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(isCoded(error)).toBe(true);
    return (error as Error).message;
  };
  test('an unknown size', async () => {
    expect(await message({ size: 'mediumdeep' })).toMatchInlineSnapshot(
      `"E_COMPONENT_OPTIONS: encoder "ecg-vit".options.size: 'mediumdeep' is not one of pluto, tiny, tiny2, tinyDeep, small, smallDeep, medium, mediumDeep, large, base, custom; did you mean 'mediumDeep'?. Fix: correct the options."`,
    );
  });
  test('custom without its numbers, numbers beside a name', async () => {
    expect(await message({ size: 'custom', width: 64 })).toMatchInlineSnapshot(
      `"E_VIT_SIZE: encoder ecg-vit: the size custom needs the options width, depth and heads. Fix: give all three, or a named size."`,
    );
    expect(await message({ size: 'tiny', depth: 4 })).toMatchInlineSnapshot(
      `"E_VIT_SIZE: encoder ecg-vit: the size tiny fixes width, depth and heads; they were given too. Fix: drop them, or choose the size custom."`,
    );
  });
  test('what a task reads: grid, patch, prefix, attention, width', async () => {
    const encoder = await make({ size: 'tiny', classHead: 10 }, [12, 5000]);
    expect(encoder).toMatchObject({
      width: 10,
      pooling: 'mean',
      attention: { layers: 3, heads: 6 },
      tokens: { grid: [12, 50], patch: [1, 100], prefix: 1, droppable: true },
    });
  });
});

describe.each(runtimeNames)('ecg-vit on the runtime %s', (name) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await open(name);
  });
  afterAll(() => runtime.close());

  function encode(
    encoder: Encoder,
    x: HostArray,
    want: { tokens?: boolean; attention?: boolean } = {},
    keep?: HostArray,
    mode: 'train' | 'eval' = 'eval',
  ) {
    const inputs = { ...fill(encoder.params, 0.2), x, ...(keep === undefined ? {} : { keep }) };
    return run(runtime, inputs, ({ x, keep, ...params }) => {
      const present = runtime.tf.ones([x!.shape[0]!], 'bool');
      const request = { values: x!, present, ...want, ...(keep === undefined ? {} : { keep }) };
      const { pooled, tokens, attention } = encoder.apply(
        { params, state: {} },
        request,
        contextOf(runtime, { mode }),
      ).outputs;
      return { pooled, ...(tokens ? { tokens } : {}), ...(attention ? { attention } : {}) };
    });
  }
  const signal = (...shape: number[]) =>
    sequence(shape, (k) => Math.sin(0.13 * k) + 0.3 * Math.cos(0.01 * k * k));

  test.each(['mean', 'cls'])('pooling %s: only what was asked for comes back', async (pooling) => {
    const encoder = await make({ ...small, pooling });
    const bare = encode(encoder, signal(2, 3, 50));
    expect(Object.keys(bare)).toEqual(['pooled']);
    const full = encode(encoder, signal(2, 3, 50), { tokens: true, attention: true });
    expect(full['pooled']).toEqual(bare['pooled']);
    expect(full['tokens']).toHaveLength(2 * 16 * 16);
    expect(full['attention']).toHaveLength(2 * 2 * 4 * 16 * 16);
    expect(sum(full['attention']!.slice(0, 16))).toBeCloseTo(1, 5);
    if (pooling === 'cls')
      expect(full['tokens']!.slice(0, 16)).toEqual(bare['pooled']!.slice(0, 16));
  });

  test('pooling mean with the shared norm is the mean of the tokens', async () => {
    const encoder = await make({ ...small, poolingNorm: 'shared' });
    expect(Object.keys(encoder.params)).not.toContain('fc-norm/weight');
    const { pooled, tokens } = encode(encoder, signal(1, 3, 50), { tokens: true });
    const mean = Array.from(
      { length: 16 },
      (_, d) => sum(Array.from({ length: 15 }, (_, n) => tokens![(n + 1) * 16 + d]!)) / 15,
    );
    expect(distance(pooled!, mean)).toBeLessThan(1e-6);
  });

  test('keeping all tokens in order is keeping none out; fewer are really fewer', async () => {
    const encoder = await make({ ...small, positions: 'learned' });
    const x = signal(2, 3, 50);
    const all = { shape: [2, 15], data: Int32Array.from({ length: 30 }, (_, i) => i % 15) };
    const whole = encode(encoder, x, { tokens: true });
    expect(
      distance(encode(encoder, x, { tokens: true }, all)['tokens']!, whole['tokens']!),
    ).toBeLessThan(1e-6);
    const some = { shape: [2, 4], data: Int32Array.of(3, 0, 14, 7, 1, 2, 13, 5) };
    const kept = encode(encoder, x, { tokens: true, attention: true }, some);
    expect(kept['tokens']).toHaveLength(2 * 5 * 16);
    expect(kept['attention']).toHaveLength(2 * 2 * 4 * 5 * 5);
  });

  test('values of tokens that are left out change nothing', async () => {
    const encoder = await make(small);
    const keep = { shape: [1, 2], data: Int32Array.of(14, 2) };
    const x = signal(1, 3, 50);
    const other = {
      shape: x.shape,
      data: Float32Array.from(x.data, (v, i) => ([2, 14].includes(Math.floor(i / 10)) ? v : 9)),
    };
    expect(encode(encoder, x, {}, keep)).toEqual(encode(encoder, other, {}, keep));
    expect(encode(encoder, x)).not.toEqual(encode(encoder, other));
  });

  test.each([
    [
      [1, 50],
      [1, 10],
    ],
    [
      [1, 7],
      [1, 7],
    ],
    [
      [2, 30],
      [2, 5],
    ],
    [
      [12, 20],
      [3, 4],
    ],
  ])('a view of %j in patches of %j', async (shape, patch) => {
    const encoder = await make({ ...small, patch }, shape);
    const { pooled } = encode(encoder, signal(2, ...shape));
    expect(pooled).toHaveLength(2 * 16);
    expect(pooled!.every(Number.isFinite)).toBe(true);
  });

  test('rows are encoded apart', async () => {
    const encoder = await make(small);
    const both = encode(encoder, signal(2, 3, 50))['pooled']!;
    const first = { shape: [1, 3, 50], data: signal(2, 3, 50).data.slice(0, 150) };
    expect(distance(encode(encoder, first)['pooled']!, both.slice(0, 16))).toBeLessThan(1e-6);
  });

  test('drop-path acts in training alone', async () => {
    const [plain, dropping] = [await make(small), await make({ ...small, dropPath: 0.5 })];
    const x = signal(8, 3, 50);
    expect(encode(dropping, x)).toEqual(encode(plain, x));
    expect(encode(dropping, x, {}, undefined, 'train')).not.toEqual(encode(plain, x));
  });
});
