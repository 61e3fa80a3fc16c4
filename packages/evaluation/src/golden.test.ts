import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { MetricValue } from '@dualbeat/core';
import { chiSquareTail } from './math/incomplete-gamma.ts';
import { normalCdf, normalQuantile } from './math/normal.ts';
import { studentTail } from './math/student.ts';
import { drawOf, rowsOfCase } from './testing/draw.ts';
import type { Draw } from './testing/draw.ts';
import * as of from './index.ts';

// scikit-learn, SciPy, scikit-survival, lifelines and statsmodels: tools/golden/python/evaluation.py
type Row = readonly (number | null)[];
const golden = JSON.parse(
  readFileSync(new URL('../test/golden/values.json', import.meta.url), 'utf8'),
) as Record<string, readonly Row[]> & { distributions: Record<string, readonly number[]> };

/** Part of a result that may not exist. */
const part = <T>(result: T | of.Undefined, pick: (result: T) => MetricValue): MetricValue =>
  of.isDefined(result) ? pick(result) : result;
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

function regression(number: number): MetricValue[] {
  const draw = drawOf(1, number);
  const n = rowsOfCase(draw, number);
  const truth = draw.column(n, number % 10 === 8 ? 3 : number % 3);
  let prediction = draw.column(n, number % 10 === 9 ? 3 : number % 2);
  if (number % 10 < 8) prediction = prediction.map((p, i) => (truth[i] as number) * 0.5 + p);
  const agreement = of.blandAltman(truth, prediction);
  return [
    of.r2(truth, prediction),
    of.pearson(truth, prediction),
    of.spearman(truth, prediction),
    of.mae(truth, prediction),
    of.rmse(truth, prediction),
    part(agreement, ({ bias }) => bias),
    part(agreement, ({ sd }) => sd),
    part(agreement, ({ upper }) => upper),
  ];
}

function classification(number: number): MetricValue[] {
  const draw = drawOf(2, number);
  const n = rowsOfCase(draw, number);
  const share = number % 10 === 8 ? 0 : number % 10 === 9 ? 1.1 : 0.4;
  const labels = Array.from({ length: n }, (): number => (draw.u() < share ? 1 : 0));
  const scores = draw
    .column(n, number % 4)
    .map((x, i) => Math.min(1, Math.max(0, 0.5 + 0.2 * x + 0.1 * (labels[i] as number))));
  return [
    of.auroc(labels, scores),
    of.averagePrecision(labels, scores),
    of.f1(labels, scores, 0.5),
    of.precision(labels, scores, 0.5),
    of.sensitivity(labels, scores, 0.5),
    of.specificity(labels, scores, 0.5),
    of.brier(labels, scores),
    of.expectedCalibrationError(labels, scores, { bins: 10, by: 'width' }),
    of.expectedCalibrationError(labels, scores, { bins: 4, by: 'count' }),
    of.sensitivityAtSpecificity(labels, scores, 0.8),
    part(
      of.chooseThreshold({ split: 'val', labels, scores }, { by: 'youden' }),
      (best) => best.sensitivity + best.specificity - 1,
    ),
  ];
}

function followUp(draw: Draw, n: number, share: number, style: number): of.FollowUp {
  const [times, events]: number[][] = [[], []];
  for (let i = 0; i < n; i++) {
    const t = 1 + 10 * draw.u();
    times?.push(style ? Math.floor(t) : t);
    events?.push(draw.u() < share ? 1 : 0);
  }
  return { times: times ?? [], events: events ?? [] };
}

function survival(number: number): MetricValue[] {
  const draw = drawOf(3, number);
  const n = rowsOfCase(draw, number);
  const training = followUp(draw, 40, number % 20 === 7 ? 1.1 : 0.5, number % 2);
  const data = followUp(draw, n, number % 10 === 9 ? 0 : 0.6, number % 2);
  const risks = draw.column(n, number % 4);
  const groups = risks.map(() => String(Math.floor(draw.u() * (2 + (number % 2)))));
  const [low, high] = [Math.min(...Array.from(data.times)), Math.max(...Array.from(data.times))];
  const times = n === 0 ? [1, 2, 3] : [0.25, 0.5, 0.75].map((q) => low + (high - low) * q);
  const predicted = [1, 2, 3].map((k) => risks.map((r) => (1 / (1 + Math.exp(r))) ** k));
  const dynamic = of.dynamicAuroc(training, data, risks, times);
  const curve = of.kaplanMeier(data, 0.95);
  const ranked = of.logRank(data, groups);
  return [
    of.concordance(data.times, data.events, risks),
    of.unoConcordance(training, data, risks, Infinity),
    of.unoConcordance(training, data, risks, times[2] as number),
    ...[0, 1, 2].map((k) => part(dynamic, ({ at }) => at[k] as MetricValue)),
    part(dynamic, ({ mean }) => mean),
    of.integratedBrier(training, data, predicted, times),
    part(curve, (km) => sum(km.survival)),
    part(curve, (km) => sum(km.lower)),
    part(curve, (km) => sum(km.upper)),
    part(curve, (km) => km.survival[Math.floor(km.survival.length / 2)] as number),
    part(ranked, ({ statistic }) => statistic),
    part(ranked, ({ pValue }) => pValue),
  ];
}

function retrieval(number: number): MetricValue[] {
  const draw = drawOf(4, number);
  const n = rowsOfCase(draw, number);
  const a = draw.column(3 * n, number % 4);
  const b = draw.column(3 * n, number % 4).map((x, i) => x * 0.5 + (a[i] as number));
  const [x, y] = [a, b].map((values) => values.map((v) => Math.floor(v * 8)));
  const similarity = (i: number, j: number) =>
    sum([0, 1, 2].map((k) => (x?.[3 * i + k] as number) * (y?.[3 * j + k] as number)));
  const metrics = (ranks: of.Values) => [
    of.recallAt(ranks, 5, n),
    of.medianRank(ranks),
    of.meanReciprocalRank(ranks),
  ];
  const pessimistic = of.ranksOfSimilarity(n, similarity, 'pessimistic');
  const averaged = of.ranksOfSimilarity(n, similarity, 'averaged');
  return [
    ...metrics(pessimistic.forward),
    ...metrics(averaged.forward),
    ...metrics(pessimistic.backward),
    ...metrics(averaged.backward),
  ];
}

function representation(number: number): MetricValue[] {
  const draw = drawOf(5, number);
  const n = rowsOfCase(draw, number);
  const width = 1 + (number % 6);
  const style = number % 20 === 9 ? 3 : width > 1 ? number % 2 : 0;
  const values = draw.column(n * width, style);
  const noise = draw.column(n * width, 0);
  const b = { values: noise.map((x, i) => (values[i] as number) * 0.5 + x), width };
  const targets = draw.column(n, 0);
  if (number % 7 === 3 && width > 2)
    for (let i = 0; i < n; i++) values[i * width] = values[i * width + 1] as number;
  const a = { values, width };
  const near = (distance: 'euclidean' | 'cosine') =>
    part(
      of.knnPredict(
        { embeddings: b, targets },
        { values: b.values.map((x) => x + 0.01), width },
        { k: 3, distance },
      ),
      (found) => sum(found.map((x, i) => x * (i + 1))),
    );
  return [
    of.alignment(a, b, 2),
    of.alignment(a, b, 1),
    of.uniformity(a, 2),
    of.effectiveRank(a),
    of.linearCka(a, b),
    near('euclidean'),
    width > 1 ? near('cosine') : of.undefinedBecause('not compared: all distances tie'),
  ];
}

function inference(number: number): MetricValue[] {
  const draw = drawOf(6, number);
  const n = rowsOfCase(draw, number);
  const [a, b] = [draw.column(n, number % 4), draw.column(n, number % 4)];
  const labels = Array.from({ length: n }, (): number => (draw.u() < 0.5 ? 1 : 0));
  const small = draw.column(2 + (number % 7), 0).map((x) => Math.floor(x * 1024) / 1024);
  const replicates = draw.column(60, number % 3);
  const pValues = Array.from({ length: 1 + (number % 8) }, () => draw.u() * 0.2);
  const candidate = a.map((x, i) => x + (labels[i] as number));
  const tested = of.deLong(labels, candidate, b, 0.95);
  const differences = a.map((x, i) => x - (b[i] as number));
  const equal = of.equivalenceTest(differences, 0.3);
  const permuted = of.permutationTest(
    (swapped) => of.mean(small.map((x, i) => (swapped[i] === 1 ? -x : x))),
    small.map((_, i) => i),
    { replicates: 1000, seed: 0 },
  );
  const centre = sum(a) / n;
  const left = a.map((x) => (sum(a) - x) / (n - 1));
  const bca =
    n > 2 && number % 4 !== 3
      ? of.bcaInterval(
          centre,
          replicates.map((x) => x * 0.3 + centre),
          left,
          0.95,
        )
      : of.undefinedBecause('not compared');
  const adjusted = of.holm(pValues) as readonly number[];
  return [
    part(tested, ({ difference }) => difference),
    part(tested, ({ standardError }) => standardError),
    part(tested, ({ pValue }) => pValue),
    part(equal, ({ pValue }) => pValue),
    part(equal, ({ pLower }) => pLower),
    part(permuted, ({ pValue }) => pValue),
    part(bca, ({ lower }) => lower),
    part(bca, ({ upper }) => upper),
    part(
      of.calibrateIntervals({ split: 'val', truth: a, prediction: b }, 0.8),
      (calibration) => calibration.halfWidth,
    ),
    sum(adjusted),
    adjusted[0] as number,
  ];
}

test.each([
  ['regression', regression],
  ['classification', classification],
  ['survival', survival],
  ['retrieval', retrieval],
  ['representation', representation],
  ['inference', inference],
])('%s agrees with the reference libraries on 200 cases to 1e-9', (name, compute) => {
  const rows = golden[name] as readonly Row[];
  expect(rows).toHaveLength(200);
  const wrong: string[] = [];
  for (const [number, wanted] of rows.entries()) {
    const found = compute(number);
    expect(found).toHaveLength(wanted.length);
    for (const [i, want] of wanted.entries()) {
      const value = found[i] as MetricValue;
      const same =
        typeof value === 'number'
          ? want !== null && Math.abs(value - want) <= 1e-9 * Math.max(1, Math.abs(want))
          : want === null;
      if (!same) wrong.push(`case ${number}, ${i}: ${JSON.stringify(value)}, not ${want}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('distributions agree with SciPy, in the tails relatively', () => {
  const { normal, quantile, student, chi, wilcoxon, mannWhitney } = golden.distributions;
  const close = (found: number[], wanted: readonly number[] | undefined) => {
    expect(found).toHaveLength(wanted?.length ?? -1);
    found.forEach((x, i) => {
      const want = wanted?.[i] as number;
      expect(Math.abs(x - want)).toBeLessThanOrEqual(1e-11 * Math.abs(want));
    });
  };
  close(
    Array.from({ length: 97 }, (_, i) => normalCdf(-12 + 0.25 * i)),
    normal,
  );
  close([1e-12, 1e-6, 0.001, 0.025, 0.2, 0.5, 0.7, 0.975, 0.9999].map(normalQuantile), quantile);
  const t = Array.from({ length: 13 }, (_, i) => (-30 + 5 * i) / 3);
  close(
    [1, 2, 7, 30, 400].flatMap((df) => t.map((x) => studentTail(x, df))),
    student,
  );
  close(
    [1, 2, 3, 7].flatMap((df) => [0.01, 0.5, 2, 9, 40].map((x) => chiSquareTail(x, df))),
    chi,
  );
  const tens = Array.from({ length: 10 }, (_, i) => i + 1);
  close(
    tens.map((pairs) => of.leastPValue({ test: 'wilcoxon', pairs })),
    wilcoxon,
  );
  close(
    tens.slice(0, 7).map((first) => of.leastPValue({ test: 'mann-whitney', first, second: 3 })),
    mannWhitney,
  );
});
