import { describe, expect, test } from 'vitest';
import { translate } from './journal-metrics.ts';
import { paramsOf } from './params.ts';

const t = '2026-01-02T03:04:05.678Z';
const timestamp = Date.parse(t);
const start = { nonFinite: 0, step: 0 };

describe('journal entries as metrics', () => {
  test('steps, epochs, results and system figures', () => {
    const { metrics, tags, step } = translate(
      [
        { seq: 0, t, type: 'run', how: 'new' },
        {
          seq: 1,
          t,
          type: 'step',
          step: 10,
          epoch: 0,
          learningRate: 0.1,
          report: { loss: 2, 'loss.mse': 1.5, finite: 1 },
          rows: 8,
          stepMs: 200,
          waitMs: 3,
        },
        {
          seq: 2,
          t,
          type: 'epoch',
          epoch: 1,
          step: 12,
          metrics: { 'train/loss': 2.5, 'val/loss': 3 },
        },
        { seq: 3, t, type: 'system', values: { 'memory-megabytes': 512 } },
        {
          seq: 4,
          t,
          type: 'metrics',
          metrics: { 'test/r2': 0.5, 'test/auroc.af': { undefinedBecause: 'one class' } },
        },
      ],
      start,
    );
    expect(metrics.map(({ key, value, step: at }) => [key, value, at])).toEqual([
      ['step/loss', 2, 10],
      ['step/loss.mse', 1.5, 10],
      ['step/learning-rate', 0.1, 10],
      ['step/records-per-second', 40, 10],
      ['step/wait-ms', 3, 10],
      ['train/loss', 2.5, 12],
      ['val/loss', 3, 12],
      ['epoch', 1, 12],
      ['system/memory-megabytes', 512, 12],
      ['test/r2', 0.5, 12],
    ]);
    expect(metrics.every((metric) => metric.timestamp === timestamp)).toBe(true);
    expect(tags).toEqual({ 'undefined.test/auroc.af': 'one class' });
    expect(step).toBe(12);
  });

  test('values that are not finite are counted and named, not sent', () => {
    const { metrics, tags, nonFinite } = translate(
      [
        {
          seq: 0,
          t,
          type: 'step',
          step: 3,
          report: { loss: 'NaN', gradientNorm: 'Infinity', finite: 0 },
        },
      ],
      { nonFinite: 1, step: 2 },
    );
    expect(metrics).toEqual([{ key: 'non-finite', value: 3, step: 3, timestamp }]);
    expect(tags).toEqual({ 'non-finite': 'step/loss, step/gradientNorm at step 3' });
    expect(nonFinite).toBe(3);
  });

  test('the same whether read at once or entry by entry', () => {
    const entries = [1, 2, 3, 4].map((step) => ({
      seq: step,
      t,
      type: 'step',
      step,
      report: { loss: step === 2 ? 'NaN' : step },
    }));
    const whole = translate(entries, start);
    let state = start;
    const pieces = entries.flatMap((entry) => {
      const piece = translate([entry], state);
      state = piece;
      return piece.metrics;
    });
    expect(pieces).toEqual(whole.metrics);
  });
});

test('params: one per value, by path; lists of plain values are one; names stay apart', () => {
  const resolved = {
    seed: 0,
    views: { ecg: { transforms: [{ use: 'highpass', options: { cutoffHz: 0.5 } }] } },
    stages: { mae: { train: { epochs: 2 }, freeze: { params: ['a/**', 'b'] } } },
    'a:b': 1,
    a_b: 2,
    variants: { dual: { 'stages.x': 1 } },
    sweep: { seeds: [1] },
  };
  expect(paramsOf(resolved)).toEqual({
    seed: '0',
    'views.ecg.transforms.0.use': 'highpass',
    'views.ecg.transforms.0.options.cutoffHz': '0.5',
    'stages.mae.train.epochs': '2',
    'stages.mae.freeze.params': '["a/**","b"]',
    a_b: '1',
    'a_b-2': '2',
  });
});
