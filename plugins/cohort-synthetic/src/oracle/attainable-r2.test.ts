import { describe, expect, test } from 'vitest';
import { generateRecord } from '../ecg/generate-record.ts';
import type { GeneratedRecord } from '../ecg/generate-record.ts';
import { PHENOTYPES, phenotypesOf } from '../latents/phenotypes.ts';
import { drawPerson } from '../latents/subject.ts';
import { attainableR2 } from './attainable-r2.ts';
import { heldOutR2 } from './held-out-r2.ts';

const full = process.env['DUALBEAT_TEST_FULL'] === '1';
const subjects = full ? 20_000 : 3000;
const oracle = (all: number, change: object = {}) =>
  attainableR2({
    seed: 2,
    subjects,
    coupling: { all, structural: 1, functional: 1, ...change },
    coupled: true,
  });
const lost = 0.02;

describe('attainable R2', () => {
  const strong = oracle(1);
  test('grows with the coupling, from nothing', () => {
    const [none, half] = [oracle(0), oracle(0.5)];
    for (const group of ['structural', 'functional']) {
      expect(none.groups[group]!).toBeLessThan(0.02);
      expect(none.groups[group]!).toBeGreaterThan(-lost);
      expect(half.groups[group]!).toBeGreaterThan(none.groups[group]! + 0.1);
      expect(strong.groups[group]!).toBeGreaterThan(half.groups[group]! + 0.1);
    }
  });

  test('what the ECG may know of single phenotypes', () => {
    const { targets } = strong;
    for (const name of ['LVM', 'LVEF', 'RVEF', 'LAVmax', 'LVESV']) {
      expect(targets[name]!, name).toBeGreaterThan(0.45);
      expect(targets[name]!, name).toBeLessThan(0.85);
    }
    // The right atrium's emptying and the aorta show hardly.
    expect(targets['RAEF']!).toBeLessThan(0.15);
    expect(targets['AAo_min_area']!).toBeLessThan(0.15);
    expect(Object.keys(targets)).toEqual(PHENOTYPES.map(({ name }) => name));
  });

  test('groups: functional coupling alone tells of ejection, structural alone of mass', () => {
    const structural = oracle(1, { functional: 0 });
    const functional = oracle(1, { structural: 0 });
    expect(functional.targets['LVEF']! - structural.targets['LVEF']!).toBeGreaterThan(0.2);
    expect(structural.targets['LVM']! - functional.targets['LVM']!).toBeGreaterThan(0.2);
  });

  test("a stranger's ECG tells nothing", () => {
    const coupling = { all: 1, structural: 1, functional: 1 };
    const { groups } = attainableR2({ seed: 2, subjects, coupling, coupled: false });
    expect(groups['structural']!).toBeLessThan(0.02);
    expect(groups['functional']!).toBeLessThan(0.02);
  });
});

describe('regression on the signal without noise stays below the oracle and comes near it', () => {
  // The mean beat about R: 12 leads, every fourth sample of 0.6 s, and the rate. Linear in the signal.
  const LEADS = [0, 1, 6, 7, 8, 9, 10, 11];
  function beatFeatures({ values, rPeaks }: GeneratedRecord, samplingHz: number): Float64Array {
    const samples = values.length / 12;
    const [from, to, step] = [-0.26, 0.46, 0.024].map((s) => Math.round(s * samplingHz)) as [
      number,
      number,
      number,
    ];
    const inner = [...rPeaks].filter((p) => p + from >= 0 && p + to < samples);
    const steps = Math.floor((to - from) / step);
    const features = new Float64Array(LEADS.length * steps + 1);
    LEADS.forEach((lead, l) => {
      for (let k = 0; k < steps; k++) {
        let sum = 0;
        for (const p of inner) sum += values[lead * samples + p + from + k * step] as number;
        features[l * steps + k] = sum / inner.length;
      }
    });
    const [first, last] = [rPeaks[0] as number, rPeaks.at(-1) as number];
    features[features.length - 1] = ((rPeaks.length - 1) * 60 * samplingHz) / (last - first);
    return features;
  }
  const NOISE = { wanderMv: 0, mainsMv: 0, muscleMv: 0, mainsHz: 50 };
  const n = full ? 6000 : 2000;
  const signal = (all: number) => {
    const options = {
      samplingHz: 250,
      seconds: 5,
      noise: NOISE,
      coupling: { all, structural: 1, functional: 1 },
    };
    const sample = Array.from({ length: n }, (_, subject) => {
      const { latents, geometry } = drawPerson(2, subject);
      const record = generateRecord(2, subject, options);
      return { features: beatFeatures(record, 250), outputs: phenotypesOf(latents, geometry) };
    });
    const r2 = heldOutR2(sample, false);
    return (name: string) => r2[PHENOTYPES.findIndex((p) => p.name === name)] as number;
  };

  test('mass and ejection fraction are recovered with coupling, not without', () => {
    const [coupled, uncoupled] = [signal(1), signal(0)];
    const { targets } = oracle(1);
    for (const name of ['LVM', 'LVEDV', 'LVEF']) {
      expect(coupled(name), name).toBeGreaterThan(0.25);
      // Sampling error of two estimates.
      expect(coupled(name), name).toBeLessThan(targets[name]! + 0.06);
      expect(uncoupled(name), name).toBeLessThan(0.05);
    }
  });
});

test('held-out R2 of known relations', () => {
  const random = (i: number) => Math.sin(i * 12.9898) * 43758.5453;
  const u = (i: number) => 2 * (random(i) - Math.floor(random(i))) - 1;
  const sample = Array.from({ length: 2000 }, (_, i) => {
    const [a, b, c] = [u(3 * i), u(3 * i + 1), u(3 * i + 2)];
    return {
      features: Float64Array.of(a, b),
      outputs: Float64Array.of(2 * a - b, a * b, c, 5, a + c),
    };
  });
  const quadratic = heldOutR2(sample, true);
  expect(quadratic[0]!).toBeGreaterThan(0.99);
  expect(quadratic[1]!).toBeGreaterThan(0.9);
  expect(quadratic[2]!).toBeLessThan(0.05);
  expect(quadratic[3]!).toBeNaN();
  expect(quadratic[4]!).toBeCloseTo(0.5, 1);
  expect(heldOutR2(sample, false)[1]!).toBeLessThan(0.05);
});
