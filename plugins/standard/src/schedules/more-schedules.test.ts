import type { Host } from '@dualbeat/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlugin } from '../../test/support.ts';

let host: Host;
beforeAll(async () => {
  host = await openPlugin();
});
afterAll(() => host.close());
const make = (use: string, options: object) => host.create('schedule', { use, options }, null);
const at = (epoch: number, epochs = 10) => ({ step: epoch * 4, stepsPerEpoch: 4, epochs });

test('step: falls after the epochs named, and not before', async () => {
  const schedule = await make('step', { value: 1, epochs: [2, 3.5], factor: 0.1 });
  const rates = [0, 1.75, 2, 3.25, 3.5, 9].map((epoch) => schedule.at(at(epoch), null));
  for (const [i, want] of [1, 1, 0.1, 0.1, 0.01, 0.01].entries())
    expect(rates[i]).toBeCloseTo(want, 12);
});

test('one-cycle: from a part of the peak up to it and far down, continuous', async () => {
  const schedule = await make('one-cycle', {
    peak: 1,
    rise: 0.25,
    startFactor: 0.04,
    endFactor: 0,
  });
  expect(schedule.at(at(0), null)).toBeCloseTo(0.04, 12);
  expect(schedule.at(at(1.25), null)).toBeCloseTo(0.52, 12); // half of the rise
  expect(schedule.at(at(2.5), null)).toBeCloseTo(1, 12);
  expect(schedule.at(at(6.25), null)).toBeCloseTo(0.5, 12); // half of the fall
  expect(schedule.at(at(10), null)).toBeCloseTo(0, 12);
});

test('plateau: waits, falls, forgets NaN and epochs without the metric, and resumes from JSON', async () => {
  const schedule = await make('plateau', {
    value: 1,
    patience: 2,
    factor: 0.5,
    minimum: 0.2,
    threshold: 0.01,
  });
  let memory: unknown = null;
  const seen: number[] = [];
  for (const loss of [5, 4, 3.99, Number.NaN, undefined, 4, 2, 2, 2, 2, 2, 2, 2]) {
    memory = schedule.observe(loss === undefined ? {} : { 'val/loss': loss }, memory);
    memory = JSON.parse(JSON.stringify(memory));
    seen.push(schedule.at(at(1), memory));
  }
  // 3.99 is less than 1 % better than 4: no improvement
  expect(seen).toEqual([1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2]);
});

test('plateau: the other direction', async () => {
  const schedule = await make('plateau', { metric: 'val/auc', mode: 'max', patience: 1, value: 1 });
  const rise = schedule.observe({ 'val/auc': 0.8 }, schedule.observe({ 'val/auc': 0.7 }, null));
  expect(schedule.at(at(1), rise)).toBe(1);
  expect(schedule.at(at(1), schedule.observe({ 'val/auc': 0.6 }, rise))).toBeCloseTo(0.1, 12);
});
