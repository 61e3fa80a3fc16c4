import type { Host, HostMasked, MetricBatch, Named, TargetSpec } from '@dualbeat/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bools, floats, masked, openPlugin, target } from '../../test/support.ts';

let host: Host;
beforeAll(async () => {
  host = await openPlugin();
});
afterAll(() => host.close());
const make = (use: string, options: object, targets: Named<TargetSpec>) =>
  host.create('metric', { use, options }, { views: {}, targets, resolve: (path) => path });
async function* batches(...all: readonly Named<HostMasked>[]): AsyncGenerator<MetricBatch> {
  for (const outputs of all) {
    const rows = Object.values(outputs)[0]!.values.shape[0]!;
    yield { outputs, ids: Array.from({ length: rows }, (_, i) => `r${i}`) };
  }
}
const column = (values: readonly number[], width = 1, present?: readonly number[]) =>
  masked(
    floats([values.length / width, width], values),
    bools([values.length / width, width], present ?? values.map(() => 1)),
  );
const rowsOf = (values: readonly number[], width = 1) =>
  masked(
    floats([values.length / width, width], values),
    bools([values.length / width], Array<number>(values.length / width).fill(1)),
  );

// y and p of the paper facts, 5.9.
const y = [3, -0.5, 2, 7, 4];
const p = [2.5, 0, 2, 8, 4.4];

test('golden: regression over batches, groups, and missing values one by one', async () => {
  const spec = target('number', ['a', 'b'], {
    groups: { big: ['a'], small: ['b'], all: ['a', 'b'] },
  });
  const truth = y.flatMap((value) => [value, -value]);
  const prediction = p.flatMap((value) => [value, value]);
  const metric = await make('regression', { groups: ['big', 'all'] }, { y: spec });
  const found = await metric.compute(
    batches(
      { y: rowsOf(prediction.slice(0, 4), 2), 'y/truth': column(truth.slice(0, 4), 2) },
      {
        y: rowsOf([...prediction.slice(4), 99, 99], 2),
        'y/truth': column([...truth.slice(4), 0, 0], 2, [1, 1, 1, 1, 1, 1, 0, 0]),
      },
    ),
    null,
  );
  expect(found['r2.a']).toBeCloseTo(0.9450331125827814, 6);
  expect(found['mae.a']).toBeCloseTo(0.48, 6);
  expect(found['pearson.a']).toBeCloseTo(0.9853761423037706, 6);
  expect(found['pearson.b']).toBeCloseTo(-0.9853761423037706, 6);
  expect(found['pearson.all']).toBeCloseTo(0, 6);
  expect(found['r2.big']).toBe(found['r2.a']);
  expect(Object.keys(found)).not.toContain('r2.small');
  expect(Object.keys(found)).not.toContain('mae');
  expect(Object.keys(found)).not.toContain('mae.big');
});

test('several heads that predict the same names are told apart', async () => {
  const spec = target('number', ['a'], { groups: { g: ['a'] } });
  const metric = await make('regression', {}, { ed: spec, es: spec });
  const found = await metric.compute(
    batches({ ed: column(p), 'ed/truth': column(y), es: column(y), 'es/truth': column(y) }),
    null,
  );
  expect(found['r2.es.a']).toBe(1);
  expect(found['r2.ed.a']).toBeCloseTo(0.9450331125827814, 6);
  expect(found['r2.es.g']).toBe(1);
  expect(found['r2']).toBeCloseTo((1 + 0.9450331125827814) / 2, 6);
  expect(found['mae.es.a']).toBe(0);
});

test('golden: classification of labels; an undefined one says why; classes', async () => {
  const labels = [0, 0, 1, 1, 0, 1, 0, 1];
  const scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.7, 0.9];
  const spec = target('binary', ['af', 'hf']);
  const rhythm = target('class', ['sinus', 'other'], { shape: [], dtype: 'int32' });
  const metric = await make('classification', {}, { y: spec, rhythm });
  const found = await metric.compute(
    batches({
      y: rowsOf(
        scores.flatMap((s) => [s, s]),
        2,
      ),
      'y/truth': column(
        labels.flatMap((l) => [l, 0]),
        2,
      ),
      rhythm: rowsOf(
        scores.flatMap((s) => [0.5, s]),
        2,
      ),
      'rhythm/truth': masked(
        { shape: [8], data: Int32Array.from(labels) },
        bools([8], [1, 1, 1, 1, 1, 1, 1, 1]),
      ),
    }),
    null,
  );
  expect(found['auroc.af']).toBeCloseTo(0.6875, 6);
  expect(found['average-precision.af']).toBeCloseTo(0.7678571428571428, 6);
  expect(found['prevalence.af']).toBe(0.5);
  expect(found['auroc.hf']).toEqual({ undefinedBecause: 'there are no positives' });
  expect(found['auroc.other']).toBeCloseTo(0.6875, 6);
  expect(found['accuracy.rhythm']).toBeCloseTo(5 / 8, 6);
});

test('golden: survival by log risk, and by hazards of intervals', async () => {
  const spec = target('survival', ['af'], { shape: [1, 2] });
  const risk = [0.4, 0.9, 0.1, 0.7, 0.4];
  const truth = masked(
    floats([5, 1, 2], [5, 1, 3, 0, 8, 1, 2, 1, 6, 0]),
    bools([5, 1], [1, 1, 1, 1, 1]),
  );
  const metric = await make('survival', {}, { y: spec });
  const cox = await metric.compute(batches({ y: rowsOf(risk), 'y/truth': truth }), null);
  expect(cox['c-index.af']).toBe(0.75);
  const hazards = masked(
    floats(
      [5, 1, 2],
      risk.flatMap((r) => [r, r]),
    ),
    bools([5], [1, 1, 1, 1, 1]),
  );
  const discrete = await metric.compute(batches({ y: hazards, 'y/truth': truth }), null);
  expect(discrete['c-index']).toBe(0.75);
});

test('zero-shot: prototypes of one embedding classify another', async () => {
  const spec = target('binary', ['af']);
  const metric = await make(
    'zero-shot',
    { query: 'ecg', prototypes: 'ed', target: 'label' },
    { label: spec },
  );
  const training = {
    ed: rowsOf([1, 0, 2, 0.1, 0, 1, 0.1, 3], 2),
    'label/truth': column([1, 1, 0, 0]),
  };
  const test_ = { ecg: rowsOf([5, 1, 1, 5, 3, 1, 1, 4], 2), 'label/truth': column([1, 0, 1, 0]) };
  const fitted: unknown = await metric.fit!(batches(training));
  const kept: unknown = JSON.parse(JSON.stringify(fitted));
  expect(await metric.compute(batches(test_), kept)).toEqual({
    'zero-shot-auroc': 1,
    'zero-shot-auroc.af': 1,
  });
  const turned = { ...test_, 'label/truth': column([0, 1, 0, 1]) };
  expect((await metric.compute(batches(turned), kept))['zero-shot-auroc']).toBe(0);
  const without = metric.compute(
    batches({ es: test_.ecg, 'label/truth': column([1, 0, 1, 0]) }),
    kept,
  );
  await expect(without).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_METRIC_EMBEDDING: metric zero-shot: there is no embedding "ecg" among the outputs: es, label/truth. Fix: name an embedding of the task align.]`,
  );
});

test('nothing to score is said before anything runs', async () => {
  await expect(
    make('regression', {}, { y: target('binary', ['a']) }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_METRIC_OUTPUTS: metric regression: there is no target of numbers among the outputs: y. Fix: give the stage such targets, with a head named after each.]`,
  );
  await expect(make('zero-shot', { target: 'x' }, {})).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_METRIC_OUTPUTS: metric zero-shot: there is no target "x" of labels among the outputs: nothing. Fix: give the stage such targets, with a head named after each.]`,
  );
});
