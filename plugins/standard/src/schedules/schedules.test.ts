import type { Host } from '@dualbeat/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlugin } from '../../test/support.ts';

let host: Host;
beforeAll(async () => {
  host = await openPlugin();
});
afterAll(() => host.close());

const make = (use: string, options: object) => host.create('schedule', { use, options }, null);

test.each([
  [0, 0],
  [1, 2.5e-6],
  [20, 5e-5],
  [39.5, 9.875e-5],
  [40, 1e-4],
  [80, 8.535533905932738e-5],
  [120, 5e-5],
  [160, 1.4644660940672627e-5],
  [199, 9.637975896759077e-9],
])('warm-up and cosine at epoch %d', async (epoch, want) => {
  const schedule = await make('warmup-cosine', { peak: 1e-4, warmupEpochs: 40 });
  const at = { step: epoch * 10, stepsPerEpoch: 10, epochs: 200 };
  expect(schedule.at(at, null)).toBeCloseTo(want, 16);
});

test('the last rate is the minimum; a stage shorter than the warm-up only rises', async () => {
  const schedule = await make('warmup-cosine', { peak: 1, warmupEpochs: 4, minimum: 0.1 });
  expect(schedule.at({ step: 80, stepsPerEpoch: 10, epochs: 8 }, null)).toBeCloseTo(0.1, 12);
  expect(schedule.at({ step: 20, stepsPerEpoch: 10, epochs: 2 }, null)).toBeCloseTo(0.5, 12);
});

test('constant', async () => {
  const schedule = await make('constant', { value: 0.25 });
  expect(schedule.at({ step: 7, stepsPerEpoch: 2, epochs: 9 }, null)).toBe(0.25);
});

test('a misspelt option is refused', async () => {
  await expect(
    make('warmup-cosine', { warmUpEpochs: 3 }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_COMPONENT_OPTIONS: schedule "warmup-cosine".options.warmUpEpochs: unknown key 'warmUpEpochs'; did you mean 'warmupEpochs'?. Fix: correct the options.]`,
  );
});
