import { hostRandom } from '@dualbeat/core';
import type { Host, Kinds, Runtime } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  classTarget,
  differences,
  evaluateLoss,
  floats,
  open,
  openPlugin,
  randomRows,
  runtimeNames,
  sequence,
  specsOf,
} from '../../test/support.ts';
import type { Rows } from '../../test/support.ts';

const pairs = { 'a-b': 1 };
const ones = (n: number, d: number): Rows => sequence(n, d, () => 1);
const unit = (n: number): Rows =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_x, j) => Number(i === j)));
/** Unit rows on the host, in double precision. */
const normal = (rows: Rows): Rows => rows.map((row) => row.map((x) => x / Math.hypot(...row)));
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const logSumExp = (xs: readonly number[]): number => {
  const top = Math.max(...xs);
  return top + Math.log(xs.reduce((sum, x) => sum + Math.exp(x - top), 0));
};
const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;

describe.each(runtimeNames)('losses over pairs on the runtime %s', (name) => {
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
  const make = (
    use: string,
    options: object,
    width: number,
    more: Partial<Kinds['loss']['from']> = {},
  ) =>
    host.create(
      'loss',
      { use, options },
      { values: specsOf(width, 'a', 'b'), targets: {}, ...more },
    );
  const [a, b] = [randomRows(5, 4, 1), randomRows(5, 4, 2)];
  const values = { a, b };

  test('nt-xent: ln(2N - 1) for equal embeddings; the definition on random ones', async () => {
    const same = await make('nt-xent', { pairs }, 3);
    for (const n of [2, 7]) {
      const found = evaluateLoss(runtime, same, { values: { a: ones(n, 3), b: ones(n, 3) } });
      expect(found.loss).toBeCloseTo(Math.log(2 * n - 1), 5);
      expect(found.report['chance.a-b']).toBeCloseTo(Math.log(2 * n - 1), 5);
    }
    const z = normal([...a, ...b]);
    const wanted = z.map((row, i) => {
      const others = z.flatMap((other, j) => (j === i ? [] : [dot(row, other) / 0.1]));
      return logSumExp(others) - dot(row, z[(i + 5) % 10]!) / 0.1;
    });
    const loss = await make('nt-xent', { pairs }, 4);
    expect(evaluateLoss(runtime, loss, { values }).loss).toBeCloseTo(mean(wanted), 4);
    // an absent row is in nobody's denominator
    const four = { a: a.slice(0, 4), b: b.slice(0, 4) };
    const present = { b: [true, true, true, true, false] };
    expect(evaluateLoss(runtime, loss, { values, present }).loss).toBeCloseTo(
      evaluateLoss(runtime, loss, { values: four }).loss,
      5,
    );
  });

  test('siglip: the definition; parameters learn', async () => {
    const loss = await make('siglip', { pairs, temperature: 0.5, bias: -2 }, 4);
    const [x, y] = [normal(a), normal(b)];
    const wanted = x.flatMap((row, i) =>
      y.map((other, j) => Math.log1p(Math.exp((i === j ? -1 : 1) * (dot(row, other) / 0.5 - 2)))),
    );
    const found = evaluateLoss(runtime, loss, { values });
    expect(found.loss).toBeCloseTo(wanted.reduce((p, q) => p + q, 0) / 5, 4);
    expect(Object.keys(loss.params).sort()).toEqual(['bias', 'logScale']);
    const at = (bias: number) => evaluateLoss(runtime, loss, { values, params: { bias } }).loss;
    expect(found.grads['params/bias']![0]!).toBeCloseTo((at(-1.99) - at(-2.01)) / 0.02, 2);
    expect(found.report['bias']).toBe(-2);
  });

  test('supcon: one row a label is info-nce; the definition with labels; a row without one is alone', async () => {
    const nce = await make('info-nce', { pairs }, 4);
    const supcon = await make('supcon', { pairs }, 4);
    const one = evaluateLoss(runtime, nce, { values });
    expect(evaluateLoss(runtime, supcon, { values }).loss).toBeCloseTo(one.loss, 4);
    expect([supcon.positives, nce.positives]).toEqual(['subject', 'row']);

    const labels = [0, 1, 0, null, 0];
    const { spec, target } = classTarget(labels, 2);
    const loss = await make('supcon', { pairs, labels: 'label' }, 4, { targets: { label: spec } });
    const [x, y] = [normal(a), normal(b)];
    const way = (p: Rows, q: Rows): number =>
      mean(
        p.map((row, i) => {
          const logits = q.map((other) => dot(row, other) / 0.07);
          const own = labels.flatMap((l, j) =>
            j === i || (l !== null && l === labels[i]) ? [logits[j]!] : [],
          );
          return logSumExp(logits) - mean(own);
        }),
      );
    const found = evaluateLoss(runtime, loss, { values, targets: { label: target } });
    expect(found.loss).toBeCloseTo((way(x, y) + way(y, x)) / 2, 3);
    expect(loss.positives).toBe('row');
  });

  test('k-positive: k of 0 is info-nce, a large k is supcon, and a draw repeats', async () => {
    const { spec, target } = classTarget([0, 1, 0, 1, 0], 2);
    const from = { targets: { label: spec } };
    const at = { values, targets: { label: target } };
    const labels = 'label';
    const of = async (k: number, step: number) =>
      evaluateLoss(runtime, await make('k-positive', { pairs, labels, k }, 4, from), {
        ...at,
        step,
      }).loss;
    const nce = evaluateLoss(runtime, await make('info-nce', { pairs }, 4), { values }).loss;
    const supcon = evaluateLoss(runtime, await make('supcon', { pairs, labels }, 4, from), at).loss;
    expect(await of(0, 1)).toBeCloseTo(nce, 4);
    expect(await of(9, 1)).toBeCloseTo(supcon, 4);
    expect(await of(1, 1)).toBe(await of(1, 1));
    const draws = new Set(await Promise.all([1, 2, 3, 4, 5].map((step) => of(1, step))));
    expect(draws.size).toBeGreaterThan(1);
  });

  test('clip-remove-fn: rows of one class are no negatives; by distance; none at an open threshold', async () => {
    const { spec, target } = classTarget([0, 0, 1, null, null], 2);
    const from = { targets: { label: spec } };
    const loss = await make('clip-remove-fn', { pairs, target: 'label' }, 4, from);
    const found = evaluateLoss(runtime, loss, { values, targets: { label: target } });
    expect(found.report['removed.a-b']).toBeCloseTo(2 / 20, 6);
    expect(found.report['chance.a-b']).toBeCloseTo((2 * Math.log(4) + 3 * Math.log(5)) / 5, 5);
    const nce = evaluateLoss(runtime, await make('info-nce', { pairs }, 4), { values }).loss;
    expect(found.loss).toBeLessThan(nce);
    const mass = {
      shape: [1],
      dtype: 'float32',
      type: 'number',
      names: ['mass'],
      units: ['g'],
      mean: [86],
      std: [22],
    } as const;
    const given = {
      mass: {
        values: floats([5, 1], [60, 61, 90, 120, 121]),
        present: { shape: [5, 1], data: Uint8Array.of(1, 1, 1, 1, 1) },
      },
    };
    const near = async (threshold: number) => {
      const options = { pairs, target: 'mass', measure: 'distance', threshold };
      const made = await make('clip-remove-fn', options, 4, { targets: { mass } });
      return evaluateLoss(runtime, made, { values, targets: given });
    };
    expect((await near(0.1)).report['removed.a-b']).toBeCloseTo(4 / 20, 6);
    expect((await near(0)).loss).toBeCloseTo(nce, 5);
  });

  test('vicreg: closed forms of its three terms; an absent row counts nowhere', async () => {
    const loss = await make('vicreg', { pairs }, 2);
    const collapsed = evaluateLoss(runtime, loss, { values: { a: ones(4, 2), b: ones(4, 2) } });
    expect(collapsed.report['invariance.a-b']).toBe(0);
    expect(collapsed.report['variance.a-b']).toBeCloseTo(1 - 0.01, 5); // root of 1e-4
    expect(collapsed.report['covariance.a-b']).toBe(0);
    expect(collapsed.loss).toBeCloseTo(25 * 0.99, 4);
    // columns [0, 2, 0, 2] and [0, 2, 0, 2]: variance 4/3, covariance 4/3 off the diagonal twice, over D = 2
    const line = [0, 2, 0, 2].map((x) => [x, x]);
    const found = evaluateLoss(runtime, loss, {
      values: { a: [...line, [50, 1]], b: [...line.map(([x]) => [x! + 1, x!]), [0, 0]] },
      present: { b: [true, true, true, true, false] },
    });
    expect(found.report['invariance.a-b']).toBeCloseTo(0.5, 5);
    expect(found.report['variance.a-b']).toBe(0);
    expect(found.report['covariance.a-b']).toBeCloseTo(2 * (4 / 3) ** 2, 4);
  });

  test('barlow-twins: equal, decorrelated views give 0; the definition otherwise', async () => {
    const loss = await make('barlow-twins', { pairs }, 2);
    const square = [
      [1, 1],
      [1, -1],
      [-1, 1],
      [-1, -1],
    ];
    const perfect = evaluateLoss(runtime, loss, { values: { a: square, b: square } });
    expect(perfect.loss).toBeCloseTo(0, 4);
    const exchanged = square.map(([x, y]) => [y!, x!]);
    const crossed = evaluateLoss(runtime, loss, { values: { a: square, b: exchanged } });
    expect(crossed.report['on-diagonal.a-b']).toBeCloseTo(2, 4);
    expect(crossed.report['off-diagonal.a-b']).toBeCloseTo(2, 3);
    expect(crossed.loss).toBeCloseTo(2 + 0.005 * 2, 4);
  });

  test('simsiam: predictors of their own; -1 where predictions agree; no gradient through the target', async () => {
    const loss = await make('simsiam', { pairs, hidden: 8 }, 4);
    expect(Object.keys(loss.params).filter((key) => key.startsWith('predictors/a/'))).toEqual([
      'predictors/a/fc1/weight',
      'predictors/a/norm1/weight',
      'predictors/a/norm1/bias',
      'predictors/a/fc2/weight',
      'predictors/a/fc2/bias',
    ]);
    const found = evaluateLoss(runtime, loss, { values });
    expect(Math.abs(found.loss)).toBeLessThanOrEqual(1);
    expect(found.grads['params/predictors/b/fc2/weight']!.some((g) => g !== 0)).toBe(true);
    // a predictor that gives [1, 0, 0, 0] whatever it reads
    const zeros = (n: number) => Array<number>(n).fill(0);
    const still = (side: string) => ({
      [`predictors/${side}/fc1/weight`]: zeros(32),
      [`predictors/${side}/fc2/weight`]: zeros(32),
      [`predictors/${side}/fc2/bias`]: [1, 0, 0, 0],
    });
    const params = { ...still('a'), ...still('b') };
    const first = sequence(5, 4, (k) => Number(k % 4 === 1));
    const agreed = evaluateLoss(runtime, loss, { values: { a: first, b: first }, params });
    expect(agreed.loss).toBeCloseTo(-1, 5);
    for (const g of [...agreed.grads['values/a']!, ...agreed.grads['values/b']!])
      expect(Math.abs(g)).toBeLessThan(1e-6);
  });

  test.each(['nt-xent', 'siglip', 'supcon', 'vicreg', 'barlow-twins', 'simsiam'])(
    '%s: symmetric, moved by pairing, gradients equal finite differences, 20 steps reduce it',
    async (use) => {
      const loss = await make(use, { pairs }, 4);
      const random = hostRandom(9, use);
      const near = a.map((row) => row.map((x) => x + 0.2 * (random() - 0.5)));
      const matched = evaluateLoss(runtime, loss, { values: { a, b: near } }).loss;
      if (use !== 'simsiam') {
        const other = evaluateLoss(runtime, loss, { values: { a: near, b: a } }).loss;
        expect(other).toBeCloseTo(matched, 4);
        const permuted = [...near.slice(1), near[0]!];
        const broken = evaluateLoss(runtime, loss, { values: { a, b: permuted } }).loss;
        expect(broken).toBeGreaterThan(matched);
        const { found, wanted } = differences(runtime, loss, { values }, 'a', 5e-3);
        const size = Math.max(1, ...wanted.map(Math.abs));
        found.forEach((g, i) => expect(Math.abs(g - wanted[i]!) / size).toBeLessThan(0.02));
      }
      let now: { a: Rows; b: Rows } = { a, b };
      const before = evaluateLoss(runtime, loss, { values: now }).loss;
      const moved = (rows: Rows, grads: readonly number[]): Rows =>
        rows.map((row, i) => row.map((x, j) => x - 0.02 * grads[i * 4 + j]!));
      for (let step = 0; step < 20; step++) {
        const { grads } = evaluateLoss(runtime, loss, { values: now });
        now = { a: moved(now.a, grads['values/a']!), b: moved(now.b, grads['values/b']!) };
      }
      expect(evaluateLoss(runtime, loss, { values: now }).loss).toBeLessThan(before);
    },
  );

  test('local-alignment: ln N and ln T for equal tokens; the definition of best matches', async () => {
    const tokens = (n: number, count: number, seed: number) => {
      const rows = randomRows(n * count, 3, seed);
      return { rows, array: floats([n, count, 3], rows.flat()) };
    };
    const records = await make('local-alignment', { pairs, temperature: 0.5 }, 3);
    expect(records.tokens).toEqual(['a', 'b']);
    const same = (count: number) => floats([4, count, 3], ones(4 * count, 3).flat());
    const equal = evaluateLoss(runtime, records, { values: { a: same(6), b: same(2) } });
    expect(equal.loss).toBeCloseTo(Math.log(4), 5);

    const [x, y] = [tokens(3, 4, 1), tokens(3, 2, 2)];
    const found = evaluateLoss(runtime, records, { values: { a: x.array, b: y.array } });
    const cut = (rows: Rows, count: number) =>
      [0, 1, 2].map((i) => normal(rows).slice(i * count, (i + 1) * count));
    const best = (from: Rows, to: Rows) =>
      mean(from.map((t) => Math.max(...to.map((other) => dot(t, other)))));
    const [p, q] = [cut(x.rows, 4), cut(y.rows, 2)];
    const way = (s: (i: number, j: number) => number) =>
      mean([0, 1, 2].map((i) => logSumExp([0, 1, 2].map((j) => s(i, j) / 0.5)) - s(i, i) / 0.5));
    const there = way((i, j) => best(p[i]!, q[j]!));
    const back = way((i, j) => best(q[i]!, p[j]!));
    expect(found.loss).toBeCloseTo((there + back) / 2, 4);

    const positions = await make(
      'local-alignment',
      { pairs, contrast: 'positions', temperature: 0.5 },
      3,
    );
    const flat = evaluateLoss(runtime, positions, { values: { a: same(6), b: same(3) } });
    expect(flat.loss).toBeCloseTo(Math.log(3), 5);
    // tokens in order meet; in another order they do not
    const three = floats([2, 3, 3], [...unit(3), ...unit(3)].flat());
    const six = floats(
      [2, 6, 3],
      [0, 1].flatMap(() => unit(3).flatMap((row) => [...row, ...row])),
    );
    const inOrder = evaluateLoss(runtime, positions, { values: { a: six, b: three } });
    const turned = floats(
      [2, 3, 3],
      [0, 1].flatMap(() => [...unit(3)].reverse().flat()),
    );
    const outOfOrder = evaluateLoss(runtime, positions, { values: { a: six, b: turned } });
    expect(inOrder.report['top1.a-b']).toBe(1);
    expect(inOrder.loss).toBeLessThan(outOfOrder.loss - 0.5);
    expect(() =>
      evaluateLoss(runtime, positions, { values: { a: unit(3), b: unit(3) } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TOKENS_MISSING: loss local-alignment: the embedding "a" has rank 2; tokens [rows, tokens, width] are compared. Fix: use the task align with encoders that give tokens.]`,
    );
  });

  test('labels that are not there, or not one number', async () => {
    await expect(
      make('supcon', { pairs, labels: 'x' }, 4),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_NAME_UNKNOWN: there is no target "x"; there is: nothing. Fix: use one of these names.]`,
    );
    const { spec } = classTarget([0, 1], 2);
    const wide = { ...spec, shape: [3] };
    await expect(
      make('k-positive', { pairs, labels: 'x' }, 4, { targets: { x: wide } }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_LABEL_SHAPE: loss k-positive, option labels: the target "x" has the shape [3] a row; a label is one number. Fix: name a target of one class, or subject.]`,
    );
  });
});
