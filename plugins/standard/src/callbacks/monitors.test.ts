import { hostRandom, normalFrom } from '@dualbeat/core';
import type {
  Callback,
  CallbackEvent,
  FeatureBatch,
  Host,
  Split,
  TargetSpec,
} from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlugin } from '../../test/support.ts';
import { auroc } from './feature-rows.ts';
import { solveRidge } from './solve-ridge.ts';

let host: Host;
beforeAll(async () => {
  host = await openPlugin();
});
afterAll(() => host.close());

const spec = (type: TargetSpec['type'], names: readonly string[]): TargetSpec => ({
  shape: [names.length],
  dtype: 'float32',
  type,
  names,
  units: names.map(() => ''),
  mean: names.map(() => 0),
  std: names.map(() => 1),
});
const create = (
  use: string,
  options: object,
  targets: Record<string, TargetSpec>,
): Promise<Callback> => host.create('callback', { use, options }, { views: ['ecg'], targets });

/** Features of 4 values; `targetOf` says what they mean. In batches of 7, the last smaller; row 3 has no features. */
function event(
  targetOf: (x: number[]) => number[],
  at: CallbackEvent['at'] = 'epoch',
  epoch = 1,
): CallbackEvent {
  async function* features(split: Split): AsyncGenerator<FeatureBatch> {
    const random = hostRandom(1, split);
    for (let left = split === 'train' ? 60 : 20; left > 0; left -= 7) {
      const rows = Math.min(7, left);
      const x = Array.from({ length: rows }, () =>
        Array.from({ length: 4 }, () => normalFrom(random)),
      );
      const y = x.map(targetOf);
      const width = y[0]?.length ?? 0;
      yield {
        values: {
          'encoders/ecg': {
            values: { shape: [rows, 4], data: Float32Array.from(x.flat()) },
            present: { shape: [rows], data: Uint8Array.from(x, (_, i) => (i === 3 ? 0 : 1)) },
          },
        },
        targets: {
          t: {
            values: { shape: [rows, width], data: Float32Array.from(y.flat()) },
            present: {
              shape: [rows, width],
              data: Uint8Array.from(y.flat(), (v) => (Number.isNaN(v) ? 0 : 1)),
            },
          },
        },
        ids: x.map((_, i) => String(i)),
        subjects: Int32Array.from(x, (_, i) => i),
      };
    }
  }
  return { at, step: 5, epoch, epochs: 9, metrics: {}, features };
}
const random = () => hostRandom(0, 'test');

describe('the monitors of features', () => {
  test('a linear target is read to the end by the probe, noise is not; each target has a name', async () => {
    const probe = await create(
      'online-probe',
      { target: 't', ridge: 1e-6 },
      { t: spec('number', ['a', 'b']) },
    );
    const noise = hostRandom(9, 'noise');
    const { metrics } = await probe.on(
      event(([a = 0, b = 0]) => [2 * a - b + 1, normalFrom(noise)]),
      null,
      random(),
    );
    expect(metrics?.['val/probe.r2.a']).toBeGreaterThan(0.999);
    expect(metrics?.['val/probe.r2.b']).toBeLessThan(0.4);
    expect(metrics?.['val/probe.r2']).toBeCloseTo(
      ((metrics?.['val/probe.r2.a'] ?? 0) + (metrics?.['val/probe.r2.b'] ?? 0)) / 2,
      12,
    );
  });

  test('absent targets are left out, row by row', async () => {
    const probe = await create(
      'online-probe',
      { target: 't', ridge: 1e-6 },
      { t: spec('number', ['a']) },
    );
    const { metrics } = await probe.on(
      event(([a = 0]) => [a > 1 ? Number.NaN : a]),
      null,
      random(),
    );
    expect(metrics?.['val/probe.r2']).toBeGreaterThan(0.999);
  });

  test.each(['online-probe', 'knn-monitor'])(
    '%s: binary by AUROC, classes by accuracy',
    async (use) => {
      const name = use === 'knn-monitor' ? 'knn' : 'probe';
      const more = use === 'knn-monitor' ? { k: 5 } : {};
      const binary = await create(use, { target: 't', ...more }, { t: spec('binary', ['sick']) });
      const two = await binary.on(
        event(([a = 0]) => [a > 0 ? 1 : 0]),
        null,
        random(),
      );
      expect(two.metrics?.[`val/${name}.auroc`]).toBeGreaterThan(0.85);
      const classes = await create(use, { target: 't', ...more }, { t: spec('class', ['which']) });
      const three = await classes.on(
        event(([a = 0]) => [a > 0.5 ? 2 : a < -0.5 ? 0 : 1]),
        null,
        random(),
      );
      expect(three.metrics?.[`val/${name}.accuracy`]).toBeGreaterThan(0.5);
    },
  );

  test('the same numbers for the same random stream; at the start and between two looks none', async () => {
    const knn = await create(
      'knn-monitor',
      { target: 't', every: 2, maxRows: 30 },
      { t: spec('number', ['a']) },
    );
    const linear = ([a = 0]: number[]) => [a];
    expect(await knn.on(event(linear, 'start', 0), null, random())).toEqual({});
    expect(await knn.on(event(linear, 'epoch', 1), null, random())).toEqual({});
    const once = await knn.on(event(linear, 'epoch', 2), null, random());
    expect(Object.keys(once.metrics ?? {})).toEqual(['val/knn.r2', 'val/knn.r2.a']);
    expect(await knn.on(event(linear, 'epoch', 2), null, random())).toEqual(once);
    expect(await knn.on(event(linear, 'end', 3), null, random())).toHaveProperty('metrics');
  });

  test('unknown names are told', async () => {
    await expect(
      create('online-probe', { target: 'u' }, { t: spec('number', ['a']) }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_CALLBACK_TARGET: online-probe: "u" is no target of the stage that it can predict; there is: t. Fix: add it to the stage: targets: { u: <target set> } (numbers, binary or classes).]`,
    );
    const probe = await create(
      'online-probe',
      { target: 't', features: 'encoders/ed' },
      { t: spec('number', ['a']) },
    );
    await expect(
      probe.on(
        event((x) => x),
        null,
        random(),
      ),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_CALLBACK_FEATURES: encoders/ed: no features of this name; the stage gives: encoders/ecg. Fix: did you mean "encoders/ecg"?]`,
    );
  });

  test('ridge in closed form: golden, and shrinking', () => {
    const x = [[1], [2], [3], [4]].map((row) => Float64Array.from(row));
    const y = [3, 5, 7, 9];
    expect(solveRidge(x, y, 1e-12).weights[0]).toBeCloseTo(2, 8);
    expect(solveRidge(x, y, 1e-12).bias).toBeCloseTo(1, 8);
    // centred: sum xy = 10, sum xx = 5; 10 / (5 + 4 * 1.25) = 1
    expect(solveRidge(x, y, 1.25).weights[0]).toBeCloseTo(1, 12);
  });

  test('AUROC: ties count half', () => {
    const rows = [
      { truth: 0, prediction: 1 },
      { truth: 1, prediction: 1 },
      { truth: 0, prediction: 0 },
      { truth: 1, prediction: 2 },
    ];
    expect(auroc(rows)).toBeCloseTo(3.5 / 4, 12);
    expect(auroc(rows.filter(({ truth }) => truth === 1))).toBeUndefined();
  });
});
