import type { Host, Kinds, Runtime } from '@dualbeat/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  differences,
  evaluateLoss,
  open,
  openPlugin,
  randomRows,
  runtimeNames,
  sequence,
  specsOf,
} from '../../test/support.ts';

// Golden values of the paper facts, 5.4 (computed in float64 with PyTorch). float32 gives 1e-5 relative.
const A = sequence(4, 3, (k) => Math.sin(k));
const B = sequence(4, 3, (k) => Math.cos(0.5 * k));
const C = sequence(4, 3, (k) => Math.sin(0.7 * k + 0.3));
const values = { ecg: A, ed: B, es: C };

describe.each(runtimeNames)('info-nce on the runtime %s', (name) => {
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
  const make = (options: object, from: Partial<Kinds['loss']['from']> = {}) =>
    host.create(
      'loss',
      { use: 'info-nce', options },
      { values: specsOf(3, 'ecg', 'ed', 'es'), targets: {}, ...from },
    );

  test.each([
    ['tau 1', { pairs: { 'ecg-ed': 1 }, temperature: 1 }, 1.7343301857905424],
    ['tau .1', { pairs: { 'ecg-ed': 1 }, temperature: 0.1 }, 9.658450896084425],
    ['rows', { pairs: { 'ecg-ed': 1 }, temperature: 0.1, rowWeight: 1 }, 9.72215031542898],
    ['columns', { pairs: { 'ecg-ed': 1 }, temperature: 0.1, rowWeight: 0 }, 9.594751476739868],
    [
      'lambda .25',
      { pairs: { 'ecg-ed': 1 }, temperature: 0.1, rowWeight: 0.25 },
      9.626601186412145,
    ],
    ['tau .07', { pairs: { 'ecg-ed': 1 } }, 13.589173578259132],
    ['A, C', { pairs: { 'ecg-es': 1 } }, 13.0816399092749],
    ['B, C', { pairs: { 'ed-es': 1 } }, 0.3652870354629797],
    [
      'three terms',
      { pairs: { 'ecg-ed': 0.33, 'ecg-es': 0.33, 'ed-es': 0.33 } },
      9.012033507665672,
    ],
    ['all by default', {}, 9.012033507665672],
    ['by name', { pairs: { 'ecg-ed': 0.5, 'ecg-es': 0.3, 'ed-es': 0.2 } }, 10.792136169004632],
    ['in any order', { pairs: { 'es-ed': 0.2, 'es-ecg': 0.3, 'ed-ecg': 0.5 } }, 10.792136169004632],
    ['swapped', { pairs: { 'ecg-es': 0.2, 'ed-es': 0.3, 'ecg-ed': 0.5 } }, undefined],
    ['without ED-ES', { pairs: { 'ecg-ed': 0.5, 'ecg-es': 0.5, 'ed-es': 0 } }, 13.335406743767017],
  ])('golden: %s', async (_case, options, wanted) => {
    const { loss, parts } = evaluateLoss(runtime, await make(options), { values });
    if (wanted === undefined) expect(loss).not.toBeCloseTo(10.792136169004632, 1);
    else expect(loss / wanted).toBeCloseTo(1, 5);
    expect(Object.values(parts).reduce((a, b) => a + b, 0)).toBeCloseTo(loss, 5);
  });

  test('golden: the swapped embeddings of the published code give another loss', async () => {
    const loss = await make({ pairs: { 'ecg-ed': 0.5, 'ecg-es': 0.3, 'ed-es': 0.2 } });
    const swapped = { ecg: C, ed: B, es: A };
    expect(evaluateLoss(runtime, loss, { values: swapped }).loss).toBeCloseTo(6.824970206165786, 4);
  });

  test('golden: the gradient with respect to raw embeddings', async () => {
    const loss = await make({});
    const { grads } = evaluateLoss(runtime, loss, { values });
    const wanted = [-0.02287256, 0.02463595, -0.02235552];
    grads['values/ecg']!.slice(0, 3).forEach((g, i) => expect(g).toBeCloseTo(wanted[i]!, 5));
  });

  test('golden: the case by hand, at three temperatures', async () => {
    const E = [
      [1, 0],
      [0, 1],
      [1, 1],
    ];
    const D = [
      [1, 0.2],
      [0.1, 1],
      [1, 0.8],
    ];
    const S = [
      [0.9, -0.1],
      [-0.2, 1],
      [0.7, 1],
    ];
    const from = { values: specsOf(2, 'e', 'd', 's') };
    for (const [temperature, three, two] of [
      [0.07, 0.06900612424603889, 0.05046912556446104],
      [0.5, 0.6201383702336207, 0.6113936490374743],
      [1, 0.8130790169158036, 0.8081787727296705],
    ] as const) {
      const at = { values: { e: E, d: D, s: S } };
      const all = await make({ temperature }, from);
      const anchored = await make({ temperature, pairs: { 'e-d': 1, 'e-s': 1 } }, from);
      expect(evaluateLoss(runtime, all, at).loss).toBeCloseTo(three, 5);
      expect(evaluateLoss(runtime, anchored, at).loss).toBeCloseTo(two, 5);
    }
  });

  test('golden: retrieval from A to B, and the chance line', async () => {
    const { report } = evaluateLoss(runtime, await make({ pairs: { 'ecg-ed': 1 } }), { values });
    expect(report['top1.ecg-ed']).toBe(0.25); // ranks 1, 2, 4, 4
    expect(report['top5.ecg-ed']).toBe(1);
    expect(report['top1.ed-ecg']).toBe(0.25);
    expect(report['chance.ecg-ed']).toBeCloseTo(Math.log(4), 6);
    expect(report['temperature']).toBeCloseTo(0.07, 6);
    const diagonal = [0.96248177, 0.80989879, -0.92391081, -0.89276794];
    expect(report['similarity-positive.ecg-ed']).toBeCloseTo(
      diagonal.reduce((a, b) => a + b) / 4,
      5,
    );
    expect(Object.keys(report)).not.toContain('nce.ecg-es');
  });

  test('closed forms: equal embeddings give ln N, a perfect match almost 0', async () => {
    for (const n of [2, 5, 64]) {
      const loss = await make({ pairs: { 'ecg-ed': 1 } }, { values: specsOf(n, 'ecg', 'ed') });
      const same = sequence(n, n, () => 1);
      const found = evaluateLoss(runtime, loss, { values: { ecg: same, ed: same } });
      expect(found.loss).toBeCloseTo(Math.log(n), 5);
      // a collapsed space finds its partner by chance alone
      expect(found.report['top1.ecg-ed']).toBeCloseTo(1 / n, 6);
      expect(found.report['top5.ecg-ed']).toBeCloseTo(Math.min(1, 5 / n), 6);
      const unit = Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (_x, j) => Number(i === j)),
      );
      const perfect = evaluateLoss(runtime, loss, { values: { ecg: unit, ed: unit } });
      expect(perfect.loss).toBeLessThan(5e-5);
      expect(perfect.report['top1.ecg-ed']).toBe(1);
    }
  });

  test('symmetric under exchanging views, and moved by pairing alone', async () => {
    const loss = await make({ pairs: { 'ecg-ed': 1 }, temperature: 0.3 });
    const [a, b] = [randomRows(6, 3, 1), randomRows(6, 3, 2)];
    const one = evaluateLoss(runtime, loss, { values: { ecg: a, ed: b } });
    const other = evaluateLoss(runtime, loss, { values: { ecg: b, ed: a } });
    expect(other.loss).toBeCloseTo(one.loss, 5);
    expect(other.report['top1.ecg-ed']).toBe(one.report['top1.ed-ecg']);
    // a batch in another order is the same batch
    const turned = [...a.slice(2), ...a.slice(0, 2)];
    const both = { ecg: turned, ed: [...b.slice(2), ...b.slice(0, 2)] };
    expect(evaluateLoss(runtime, loss, { values: both }).loss).toBeCloseTo(one.loss, 5);
    // matched views, then one of them permuted
    const near = a.map((row, i) => row.map((x, j) => x + 0.1 * b[i]![j]!));
    const matched = evaluateLoss(runtime, loss, { values: { ecg: a, ed: near } }).loss;
    const permuted = [...near.slice(1), near[0]!];
    const broken = evaluateLoss(runtime, loss, { values: { ecg: a, ed: permuted } }).loss;
    expect(broken).toBeGreaterThan(matched + 0.5);
  });

  test('a row with a missing view, or padding, changes nothing at all', async () => {
    const loss = await make({ pairs: { 'ecg-ed': 1, 'ecg-es': 1 }, temperature: 0.2 });
    const junk = [99, -3, 5];
    const small = { ecg: A, ed: B, es: C };
    const padded = evaluateLoss(runtime, loss, {
      values: { ecg: [...A, junk, junk], ed: [...B, junk, [0, 0, 0]], es: [...C, junk, junk] },
      present: {
        ecg: [true, true, true, true, true, false],
        ed: [true, true, true, true, false, false],
        es: [true, true, true, true, false, false],
      },
    });
    const alone = evaluateLoss(runtime, loss, { values: small });
    expect(padded.loss).toBeCloseTo(alone.loss, 6);
    for (const [key, value] of Object.entries(alone.report))
      expect(padded.report[key], key).toBeCloseTo(value, 5);
    for (const side of ['ecg', 'ed', 'es']) {
      const grads = padded.grads[`values/${side}`]!;
      expect(grads.slice(12)).toEqual([0, 0, 0, 0, 0, 0]);
      alone.grads[`values/${side}`]!.forEach((g, i) => expect(grads[i]).toBeCloseTo(g, 5));
    }
  });

  test('one ES volume missing: the ED pair keeps all rows, the ES pair loses one', async () => {
    const loss = await make({ pairs: { 'ecg-ed': 1, 'ecg-es': 1 } });
    const { report, grads } = evaluateLoss(runtime, loss, {
      values,
      present: { es: [true, false, true, true] },
    });
    expect(report['chance.ecg-ed']).toBeCloseTo(Math.log(4), 6);
    expect(report['chance.ecg-es']).toBeCloseTo(Math.log(3), 6);
    expect(report['nce.ecg-ed']).toBeCloseTo(13.589173578259132, 4);
    expect(grads['values/es']!.slice(3, 6)).toEqual([0, 0, 0]);
    const without = (rows: typeof A) => rows.filter((_, i) => i !== 1);
    const three = evaluateLoss(runtime, await make({ pairs: { 'ecg-es': 1 } }), {
      values: { ecg: without(A), es: without(C) },
    });
    expect(report['nce.ecg-es']).toBeCloseTo(three.loss, 5);
  });

  test('nobody there, or one row alone: 0 and no gradient', async () => {
    const loss = await make({ pairs: { 'ecg-ed': 1 } });
    for (const present of [
      [false, false, false, false],
      [false, true, false, false],
    ]) {
      const found = evaluateLoss(runtime, loss, { values, present: { ed: present } });
      expect(found.loss).toBeCloseTo(0, 6);
      for (const grads of Object.values(found.grads))
        for (const g of grads) expect(Math.abs(g)).toBeLessThan(1e-6);
    }
  });

  test('other records of a subject are left out, or negatives by choice', async () => {
    const subject = [5, 5, 6, 7];
    const excluded = await make({ pairs: { 'ecg-ed': 1 } });
    const { report } = evaluateLoss(runtime, excluded, { values, subject });
    expect(report['chance.ecg-ed']).toBeCloseTo((2 * Math.log(3) + 2 * Math.log(4)) / 4, 6);
    const kept = await make({ pairs: { 'ecg-ed': 1 }, sameSubject: 'negative' });
    expect(evaluateLoss(runtime, kept, { values, subject }).loss).toBeCloseTo(13.589173578, 4);
  });

  test('a pair of weight 0 is reported where its views are there, and neither read nor trained', async () => {
    const anchored = await make({ pairs: { 'ecg-ed': 1, 'ecg-es': 1, 'ed-es': 0 } });
    const found = evaluateLoss(runtime, anchored, { values });
    expect(found.report['nce.ed-es']).toBeCloseTo(0.3652870354629797, 4);
    expect(Object.keys(found.parts)).toEqual(['ecg-ed', 'ecg-es']);
    const plain = await make({ pairs: { 'ecg-ed': 1, 'ecg-es': 1 } });
    expect(evaluateLoss(runtime, plain, { values }).grads).toEqual(found.grads);
    const single = await make({ pairs: { 'ecg-ed': 1, 'ecg-es': 0, 'ed-es': 0 } });
    expect(single.uses).toEqual(['ecg', 'ed']);
    expect((await make({ pairs: { 'ecg-ed': 1 } })).uses).toEqual(['ecg', 'ed']);
    expect(single.minimumRows).toBe(2);
  });

  test('a learnt temperature: a parameter with a gradient, kept within its range', async () => {
    const options = {
      pairs: { 'ecg-ed': 1 },
      learnTemperature: true,
      temperatureRange: [0.05, 0.5],
    };
    const loss = await make(options);
    expect(Object.keys(loss.params)).toEqual(['logScale']);
    expect(loss.params['logScale']!.decay).toBe(false);
    const at = (logScale: number) => evaluateLoss(runtime, loss, { values, params: { logScale } });
    const start = evaluateLoss(runtime, loss, { values });
    expect(start.report['temperature']).toBeCloseTo(0.07, 5);
    expect(start.loss).toBeCloseTo(13.589173578, 4);
    const inside = Math.log(1 / 0.2);
    const slope = (at(inside + 0.01).loss - at(inside - 0.01).loss) / 0.02;
    expect(at(inside).grads['params/logScale']![0]! / slope).toBeCloseTo(1, 2);
    // beyond a bound the way leads back
    const beyond = at(Math.log(1 / 0.05) + 0.1);
    expect(beyond.report['temperature']).toBeGreaterThan(0.05);
    expect(Math.sign(beyond.grads['params/logScale']![0]!)).toBe(
      -Math.sign(at(Math.log(1 / 0.05) - 0.1).grads['params/logScale']![0]!),
    );
    for (const far of [-9, 9]) {
      const { report } = at(far);
      expect(report['temperature']).toBeGreaterThanOrEqual(0.05 - 1e-6);
      expect(report['temperature']).toBeLessThanOrEqual(0.5 + 1e-6);
    }
  });

  test('gradients equal finite differences', async () => {
    const loss = await make({ pairs: { 'ecg-ed': 0.7, 'ecg-es': 0.3 }, temperature: 0.5 });
    for (const value of ['ecg', 'es']) {
      const { found, wanted } = differences(runtime, loss, { values }, value);
      found.forEach((g, i) => expect(g).toBeCloseTo(wanted[i]!, 3));
    }
  });

  test('what is wrong with pairs is said', async () => {
    await expect(make({ pairs: { 'ecg-cmr': 1 } })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_PAIR_UNKNOWN: loss info-nce, option pairs: "ecg-cmr" is not two embeddings joined by "-"; embeddings: ecg, ed, es. Fix: name two projectors of the stage, such as ecg-ed.]`,
    );
    await expect(make({ pairs: { 'ecg-ed': 0 } })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_PAIR_NONE: loss info-nce, option pairs: there is no pair with a weight above 0; embeddings: ecg, ed, es. Fix: give the stage at least two projectors, and one pair of them a weight above 0.]`,
    );
    await expect(
      make({ pairs: { 'ecg-ed': 1, 'ed-ecg': 1 } }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_PAIR_TWICE: loss info-nce, option pairs: "ed-ecg" and "ecg-ed" are the same pair. Fix: name each pair of different embeddings once.]`,
    );
    await expect(make({ pairs: { 'ed-ed': 1 } })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_PAIR_TWICE: loss info-nce, option pairs: "ed-ed" joins an embedding with itself. Fix: name each pair of different embeddings once.]`,
    );
    await expect(
      make({ pairs: { 'a-b-c': 1 } }, { values: specsOf(2, 'a', 'b-c', 'a-b', 'c') }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_PAIR_AMBIGUOUS: loss info-nce, option pairs: "a-b-c" may mean a and b-c or a-b and c. Fix: rename a projector so that the pair can be read in one way.]`,
    );
    await expect(
      make({}, { values: { ...specsOf(2, 'ecg'), ...specsOf(3, 'ed') } }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_PAIR_WIDTH: loss info-nce, pair ecg-ed: the embeddings are 2 and 3 wide; they are compared in one space. Fix: give both projectors the same width.]`,
    );
    await expect(
      make({ learnTemperature: true, temperature: 2 }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TEMPERATURE_RANGE: loss info-nce, option temperatureRange: the temperature starts at 2, outside 0.01 to 1. Fix: give a range, smaller number first, that holds the temperature.]`,
    );
    const loss = await make({ pairs: { 'ecg-ed': 1 } });
    expect(() =>
      evaluateLoss(runtime, loss, { values: { ecg: [[1, 2, 3]], ed: [[1, 2, 3]] } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_CONTRASTIVE_BATCH: loss info-nce: rows of a batch are compared with each other; a batch of 1 has no other. Fix: set train.batchSize (and evaluate.batchSize) to 2 or more.]`,
    );
  });
});

test('the loss is at least 0 and at most what its bounds say, for any embeddings', async () => {
  const runtime = await open('js');
  const host = await openPlugin();
  const loss = await host.create(
    'loss',
    { use: 'info-nce', options: { temperature: 0.5 } },
    { values: specsOf(2, 'a', 'b'), targets: {} },
  );
  const rows = fc.array(
    fc.tuple(
      fc.float({ noNaN: true, min: -50, max: 50 }),
      fc.float({ noNaN: true, min: -50, max: 50 }),
    ),
    { minLength: 4, maxLength: 4 },
  );
  fc.assert(
    fc.property(rows, rows, (a, b) => {
      const found = evaluateLoss(runtime, loss, { values: { a, b } });
      expect(found.loss).toBeGreaterThanOrEqual(-1e-6);
      expect(found.loss).toBeLessThanOrEqual(Math.log(4) + 2 / 0.5 + 1e-5);
      expect(found.grads['values/a']!.every(Number.isFinite)).toBe(true);
    }),
    { numRuns: 25 },
  );
  host.close();
  runtime.close();
});
