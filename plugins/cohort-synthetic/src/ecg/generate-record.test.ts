import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateRecord } from './generate-record.ts';
import type { GeneratedRecord, RecordOptions } from './generate-record.ts';
import { frontalDirection, LEADS } from './lead-field.ts';
import type { Lead } from './lead-field.ts';
import { drawParameters } from './parameters.ts';

const silent = { wanderMv: 0, mainsMv: 0, muscleMv: 0, mainsHz: 50 };
const coupling = { all: 1, structural: 1, functional: 1 };
const clean: RecordOptions = { samplingHz: 500, seconds: 10, noise: silent, coupling };
const noisy: RecordOptions = {
  ...clean,
  noise: { wanderMv: 0.05, mainsMv: 0.004, muscleMv: 0.01, mainsHz: 50 },
};
const leadOf = (r: GeneratedRecord, lead: Lead) => {
  const n = r.values.length / 12;
  return r.values.subarray(LEADS.indexOf(lead) * n, (LEADS.indexOf(lead) + 1) * n);
};
/** A beat whose QRS lies wholly within the record. */
const innerPeak = (r: GeneratedRecord) => [...r.rPeaks].find((p) => p > 100) as number;
const qrs = (r: GeneratedRecord, lead: Lead) => {
  const peak = innerPeak(r);
  return leadOf(r, lead).subarray(peak - 30, peak + 35);
};
const max = (x: Float32Array) => x.reduce((a, b) => Math.max(a, b));
const min = (x: Float32Array) => x.reduce((a, b) => Math.min(a, b));
const correlation = (a: readonly number[], b: readonly number[]) => {
  const mean = (v: readonly number[]) => v.reduce((s, x) => s + x, 0) / v.length;
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number) => a.reduce((s, _, i) => s + f(i), 0);
  const da = (i: number) => (a[i] as number) - ma;
  const db = (i: number) => (b[i] as number) - mb;
  return sum((i) => da(i) * db(i)) / Math.sqrt(sum((i) => da(i) ** 2) * sum((i) => db(i) ** 2));
};

describe('record', () => {
  test("Einthoven's and Goldberger's laws hold to float32 rounding, noise included", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed, subject) => {
        const r = generateRecord(seed, subject, { ...noisy, seconds: 2 });
        const [one, two, three, avr, avl, avf] = (
          ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'] as const
        ).map((l) => leadOf(r, l)) as [
          Float32Array,
          Float32Array,
          Float32Array,
          Float32Array,
          Float32Array,
          Float32Array,
        ];
        for (let i = 0; i < one.length; i++) {
          const [a, b] = [one[i]!, two[i]!];
          const tolerance = 2 ** -23 * (Math.abs(a) + Math.abs(b));
          expect(Math.abs(three[i]! - (b - a))).toBeLessThanOrEqual(tolerance);
          expect(Math.abs(avr[i]! + (a + b) / 2)).toBeLessThanOrEqual(tolerance);
          expect(Math.abs(avl[i]! - (a - b / 2))).toBeLessThanOrEqual(tolerance);
          expect(Math.abs(avf[i]! - (b - a / 2))).toBeLessThanOrEqual(tolerance);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('a pure function of seed, subject and options', () => {
    const first = generateRecord(7, 11, noisy);
    generateRecord(7, 12, noisy);
    expect(generateRecord(7, 11, noisy)).toEqual(first);
    expect(generateRecord(8, 11, noisy).values).not.toEqual(first.values);
    expect(generateRecord(7, 12, noisy).values).not.toEqual(first.values);
    // Without noise it is the same heart.
    expect(generateRecord(7, 11, clean).rPeaks).toEqual(first.rPeaks);
  });

  test('beats come at the rate asked for, and vary a little', () => {
    for (const heartRate of [45, 60, 75, 100]) {
      for (let subject = 0; subject < 10; subject++) {
        const { rPeaks } = generateRecord(1, subject, {
          ...clean,
          seconds: 60,
          parameters: { heartRate },
        });
        const rr = [...rPeaks].slice(1).map((p, i) => (p - rPeaks[i]!) / 500);
        const mean = rr.reduce((a, b) => a + b, 0) / rr.length;
        expect(60 / mean / heartRate).toBeGreaterThan(0.97);
        expect(60 / mean / heartRate).toBeLessThan(1.03);
        const spread = Math.sqrt(rr.reduce((s, v) => s + (v - mean) ** 2, 0) / rr.length);
        expect(spread / mean).toBeGreaterThan(0.003);
        expect(spread / mean).toBeLessThan(0.12);
      }
    }
  });

  test('R peaks are where the QRS dipole is largest', () => {
    for (let subject = 0; subject < 20; subject++) {
      const r = generateRecord(2, subject, {
        ...clean,
        parameters: { axis: 40, peakTime: 0, scar: undefined },
      });
      const v5 = leadOf(r, 'V5');
      for (const peak of r.rPeaks) {
        if (peak < 60 || peak > 4940) continue;
        const around = v5.subarray(peak - 40, peak + 41);
        expect(Math.abs(around.indexOf(max(around)) - 40)).toBeLessThanOrEqual(3);
      }
    }
  });

  test('QRS width: what a delineator measures follows the parameter', () => {
    // Samples between the first and last slope above 4 % of the steepest, in any of the eight measured leads.
    const measure = (r: GeneratedRecord) => {
      const peak = innerPeak(r);
      const slope = (i: number) =>
        Math.hypot(
          ...(['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const).map(
            (l) => leadOf(r, l)[i + 1]! - leadOf(r, l)[i]!,
          ),
        );
      const slopes = Array.from({ length: 150 }, (_, k) => slope(peak - 75 + k));
      const limit = 0.04 * Math.max(...slopes);
      return 2 * (slopes.findLastIndex((s) => s > limit) - slopes.findIndex((s) => s > limit));
    };
    for (const qrsWidth of [70, 90, 110, 140]) {
      for (let subject = 0; subject < 10; subject++) {
        const got = measure(
          generateRecord(3, subject, {
            ...clean,
            parameters: {
              qrsWidth,
              heartRate: 60,
              prInterval: 180,
              pAmplitude: 0.05,
              tAmplitude: 0.1,
              stLevel: 0,
            },
          }),
        );
        expect(Math.abs(got - qrsWidth)).toBeLessThan(0.1 * qrsWidth + 4);
      }
    }
  });

  test('axis and amplitude: what is measured at R follows the parameters', () => {
    const subjects = Array.from({ length: 60 }, (_, i) => i);
    const records = subjects.map((s) => generateRecord(4, s, clean));
    const at = (r: GeneratedRecord, lead: Lead) => leadOf(r, lead)[innerPeak(r)]!;
    const axis = records.map(
      (r) => (Math.atan2((2 * at(r, 'aVF')) / Math.sqrt(3), at(r, 'I')) * 180) / Math.PI,
    );
    expect(
      correlation(
        axis,
        records.map((r) => r.parameters.axis),
      ),
    ).toBeGreaterThan(0.97);
    for (const subject of subjects) {
      const height = (amplitude: number) =>
        max(
          qrs(
            generateRecord(4, subject, {
              ...clean,
              parameters: { amplitude, tAmplitude: 0, pAmplitude: 0, stLevel: 0, notch: 0 },
            }),
            'V5',
          ),
        );
      expect(height(2) / height(1)).toBeCloseTo(2, 4);
      expect(height(1)).toBeGreaterThan(0.1); // small where the axis points down
      expect(height(1)).toBeLessThan(1.3);
    }
    for (const degrees of [-30, 0, 45, 90, 170]) {
      const [x, y, z] = frontalDirection(degrees, 0.3);
      expect(Math.hypot(x, y, z)).toBeCloseTo(1, 12);
      const one = 0.632 * x - 0.235 * y + 0.059 * z;
      const two = 0.235 * x + 1.066 * y - 0.132 * z;
      expect((Math.atan2((2 * (two - one / 2)) / Math.sqrt(3), one) * 180) / Math.PI).toBeCloseTo(
        degrees,
        9,
      );
    }
  });

  test('the twelve leads look like an adult ECG', () => {
    const records = Array.from({ length: 200 }, (_, s) => generateRecord(5, s, clean));
    const median = (f: (r: GeneratedRecord) => number) =>
      records.map(f).sort((a, b) => a - b)[100]!;
    const share = (f: (r: GeneratedRecord) => boolean) => records.filter(f).length / records.length;
    // R upright and dominant in II, V5 and V6; aVR is negative.
    for (const lead of ['II', 'V5', 'V6'] as const) {
      expect(
        share((r) => max(qrs(r, lead)) > -min(qrs(r, lead))),
        lead,
      ).toBeGreaterThan(0.8);
    }
    expect(share((r) => -min(qrs(r, 'aVR')) > max(qrs(r, 'aVR')))).toBeGreaterThan(0.95);
    // V1: small r, deep S.
    expect(
      share((r) => max(qrs(r, 'V1')) > 0.05 && -min(qrs(r, 'V1')) > max(qrs(r, 'V1'))),
    ).toBeGreaterThan(0.9);
    // R grows from V1 to V4; q before R in V6.
    const heights = (['V1', 'V2', 'V3', 'V4'] as const).map((l) => median((r) => max(qrs(r, l))));
    expect(heights[3]!).toBeGreaterThan(heights[0]! + 0.4);
    expect(median((r) => min(qrs(r, 'V6')))).toBeLessThan(-0.03);
    // Medians in mV (textbook ranges).
    expect(median((r) => max(qrs(r, 'V5')))).toBeGreaterThan(0.8);
    expect(median((r) => max(qrs(r, 'V5')))).toBeLessThan(2);
    expect(median((r) => max(qrs(r, 'II')))).toBeGreaterThan(0.5);
    expect(median((r) => max(qrs(r, 'II')))).toBeLessThan(1.5);
    for (const r of records) expect(Math.max(max(r.values), -min(r.values))).toBeLessThan(5);
    // T upright in II and V5; P upright in II, about a fifth of a second before R.
    const after = (r: GeneratedRecord, lead: Lead, from: number, to: number) =>
      leadOf(r, lead).subarray(innerPeak(r) + from, innerPeak(r) + to);
    expect(share((r) => max(after(r, 'V5', 80, 200)) > 0.08)).toBeGreaterThan(0.9);
    expect(share((r) => max(after(r, 'II', 80, 200)) > 0.05)).toBeGreaterThan(0.9);
    expect(share((r) => max(after(r, 'II', -100, -35)) > 0.05)).toBeGreaterThan(0.9);
  });

  test('noise has the levels asked for', () => {
    const difference = (noise: typeof silent) => {
      const levels = Array.from({ length: 60 }, (_, s) => {
        const [a, b] = [generateRecord(6, s, { ...clean, noise }), generateRecord(6, s, clean)];
        const [x, y] = [leadOf(a, 'V3'), leadOf(b, 'V3')];
        return Math.sqrt(x.reduce((sum, v, i) => sum + (v - y[i]!) ** 2, 0) / x.length);
      });
      return levels.sort((a, b) => a - b)[30]!;
    };
    for (const part of ['wanderMv', 'mainsMv', 'muscleMv'] as const) {
      expect(difference({ ...silent, [part]: 0.1 }) / 0.1).toBeGreaterThan(0.7);
      expect(difference({ ...silent, [part]: 0.1 }) / 0.1).toBeLessThan(1.4);
    }
  });

  test('parameters have the spreads of their description', () => {
    const drawn = Array.from({ length: 4000 }, (_, s) => drawParameters(9, s, coupling));
    const check = (
      name: 'heartRate' | 'qrsWidth' | 'axis' | 'amplitude',
      mean: number,
      std: number,
    ) => {
      const values = drawn.map((p) => p[name]);
      const m = values.reduce((a, b) => a + b, 0) / values.length;
      expect(Math.abs(m - mean)).toBeLessThan(0.1 * std);
      expect(
        Math.sqrt(values.reduce((s, v) => s + (v - m) ** 2, 0) / values.length) / std,
      ).toBeCloseTo(1, 0);
    };
    check('heartRate', 64, 10);
    check('qrsWidth', 90.6, 14.3);
    check('axis', 42, 28);
    check('amplitude', 1.4, 0.35);
    // A few lie at the limits.
    expect(new Set(drawn.map((p) => p.axis)).size).toBeGreaterThan(3900);
  });
});
