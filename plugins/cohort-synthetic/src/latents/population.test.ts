import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENDPOINTS } from '../constants/endpoints.ts';
import { FACTORS } from '../constants/couplings.ts';
import { ENDPOINT_NAMES, endpointsOf } from './endpoints.ts';
import { PHENOTYPE_SETS, PHENOTYPES, phenotypesOf } from './phenotypes.ts';
import { drawPerson } from './subject.ts';

const SUBJECTS = process.env['DUALBEAT_TEST_FULL'] === '1' ? 20_000 : 4000;
const people = Array.from({ length: SUBJECTS }, (_, subject) => drawPerson(31, subject));
const phenotypes = people.map(({ latents, geometry }) => phenotypesOf(latents, geometry));
const column = (name: string, rows = phenotypes) => {
  const k = PHENOTYPES.findIndex((phenotype) => phenotype.name === name);
  return rows.map((row) => row[k] as number);
};
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const std = (values: readonly number[]) => {
  const m = mean(values);
  return Math.sqrt(mean(values.map((v) => (v - m) ** 2)));
};
const correlation = (a: readonly number[], b: readonly number[]) => {
  const [ma, mb] = [mean(a), mean(b)];
  return mean(a.map((v, i) => (v - ma) * ((b[i] as number) - mb))) / (std(a) * std(b));
};

describe('against the aggregates of paper.md 1.7', () => {
  // Means within 2 % (the sample's own error is below 0.5 %), rates and strains within 3 %.
  test.each([
    ['LVEDV', 147.6, 0.02],
    ['LVESV', 60.3, 0.02],
    ['LVSV', 87.3, 0.02],
    ['LVEF', 59.5, 0.01],
    ['LVCO', 5.42, 0.03],
    ['LVM', 85.9, 0.02],
    ['RVEDV', 156.3, 0.02],
    ['RVESV', 67.4, 0.03],
    ['RVSV', 88.9, 0.02],
    ['RVEF', 57.3, 0.02],
    ['WT_Global', 5.69, 0.02],
    ['Ecc_Global', -22.3, 0.03],
    ['Err_Global', 45, 0.03],
  ])('mean %s is %d', (name, want, tolerance) => {
    expect(Math.abs(mean(column(name)) / want - 1)).toBeLessThan(tolerance);
  });
  // LVM follows from cavity, length and wall, so its spread is a consequence: 6 %.
  test.each([
    ['LVEDV', 34.3],
    ['LVM', 22.4],
    ['RVEDV', 37.3],
    ['WT_Global', 0.775],
  ])('standard deviation of %s is %d', (name, want) => {
    expect(Math.abs(std(column(name)) / want - 1)).toBeLessThan(0.06);
  });
  test('age 7.8 y', () => {
    const ages = people.map(({ latents }) => latents.age);
    expect(std(ages)).toBeGreaterThan(7.3);
    expect(std(ages)).toBeLessThan(8.1);
  });
  test('prevalences', () => {
    const all = people.map((person, subject) => endpointsOf(person, 31, subject, 0));
    ENDPOINT_NAMES.forEach((name, k) => {
      const share = mean(all.map((e) => Number(e[k]!.before || e[k]!.event)));
      const want = ENDPOINTS.hazards[name].prevalence;
      const error = Math.sqrt((want * (1 - want)) / SUBJECTS);
      expect(Math.abs(share - want), name).toBeLessThan(3.5 * error + 0.05 * want);
    });
    // A myocardial infarction is coronary artery disease.
    const [cad, mi] = [ENDPOINT_NAMES.indexOf('cad'), ENDPOINT_NAMES.indexOf('mi')];
    for (const e of all) {
      expect(e[cad]!.years).toBeLessThanOrEqual(e[mi]!.years);
      if (e[mi]!.before || e[mi]!.event) expect(e[cad]!.before || e[cad]!.event).toBe(true);
    }
  });
});

describe('hearts are plausible', () => {
  test('directions of association', () => {
    const of = (a: string, b: string) => correlation(column(a), column(b));
    expect(of('LVEDV', 'RVEDV')).toBeGreaterThan(0.75);
    expect(of('LVEDV', 'LVM')).toBeGreaterThan(0.7);
    expect(of('LVEDV', 'LVEF')).toBeLessThan(-0.1);
    expect(of('LVEF', 'Ecc_Global')).toBeLessThan(-0.7);
    expect(of('LVEF', 'Ell_Global')).toBeLessThan(-0.3);
    const age = people.map(({ latents }) => latents.age);
    expect(correlation(age, column('AAo_distensibility'))).toBeLessThan(-0.3);
    expect(correlation(age, column('LAVmax'))).toBeGreaterThan(0.1);
  });

  test('sexes differ as in reference ranges', () => {
    const of = (name: string, male: boolean) =>
      mean(
        column(
          name,
          phenotypes.filter((_, i) => people[i]!.latents.male === male),
        ),
      );
    for (const name of ['LVEDV', 'LVM', 'RVEDV', 'WT_Global']) {
      expect(of(name, true) / of(name, false), name).toBeGreaterThan(1.15);
    }
    expect(of('LVEF', true)).toBeLessThan(of('LVEF', false) - 1);
  });

  test('a scar lowers the ejection fraction and thins its wall', () => {
    const scarred = people.flatMap(({ latents: l }, i) =>
      l.scarRegion === 'inferior' && l.scarSize > 0.5 ? [i] : [],
    );
    expect(scarred.length).toBeGreaterThan(20);
    const of = (name: string) => mean(scarred.map((i) => column(name)[i]!));
    expect(of('LVEF')).toBeLessThan(mean(column('LVEF')) - 4);
    // Segment 10 is inferior, 7 anterior; strain is negative.
    expect(of('Ecc_AHA_10') - of('Ecc_AHA_7')).toBeGreaterThan(4);
    expect(of('WT_AHA_10') / of('WT_AHA_7')).toBeLessThan(0.97);
  });

  test('volumes, ejection and output agree with each other for every subject', () => {
    const names = PHENOTYPES.map(({ name }) => name);
    fc.assert(
      fc.property(fc.nat(), fc.nat(1e6), fc.nat(2), (seed, subject, visit) => {
        const { latents, geometry } = drawPerson(seed, subject, visit);
        const values = phenotypesOf(latents, geometry);
        const v = (name: string) => values[names.indexOf(name)] as number;
        for (const value of values) expect(Number.isFinite(value)).toBe(true);
        for (const chamber of ['LV', 'RV']) {
          expect(v(`${chamber}SV`)).toBeCloseTo(v(`${chamber}EDV`) - v(`${chamber}ESV`), 9);
          expect(v(`${chamber}EF`)).toBeCloseTo((100 * v(`${chamber}SV`)) / v(`${chamber}EDV`), 9);
          expect(v(`${chamber}EF`)).toBeGreaterThan(15);
          expect(v(`${chamber}EF`)).toBeLessThan(85);
        }
        expect(v('LVCO')).toBeCloseTo((v('LVSV') * latents.heartRate) / 1000, 9);
        for (const chamber of ['LA', 'RA']) {
          expect(v(`${chamber}SV`)).toBeCloseTo(v(`${chamber}Vmax`) - v(`${chamber}Vmin`), 9);
        }
        const walls = values.slice(24, 40);
        expect(v('WT_Global')).toBeCloseTo(walls.reduce((a, b) => a + b) / 16, 9);
        expect(v('LVM')).toBeGreaterThan(15);
      }),
      { numRuns: 200 },
    );
  });

  test('a repeat visit is the same person, a little later', () => {
    const pairs = people.slice(0, 400).map((first, subject) => [first, drawPerson(31, subject, 1)]);
    const of = (visit: 0 | 1) => pairs.map((pair) => pair[visit]!.latents);
    for (const [i, second] of of(1).entries()) {
      expect(second.male).toBe(of(0)[i]!.male);
      expect(second.heightCm).toBe(of(0)[i]!.heightCm);
      expect(second.age).toBeCloseTo(of(0)[i]!.age + 2.6, 9);
    }
    const ef = (visit: 0 | 1) => of(visit).map(({ lvef }) => lvef);
    expect(correlation(ef(0), ef(1))).toBeGreaterThan(0.9);
    expect(correlation(ef(0), ef(1))).toBeLessThan(0.999);
  });
});

test('the 82 names are the fields 24100 to 24181, and the sets are those of paper.md 2.1', () => {
  expect(PHENOTYPES.map(({ field }) => field)).toEqual(
    Array.from({ length: 82 }, (_, k) => 24100 + k),
  );
  const at = (field: number) => PHENOTYPES[field - 24100]!.name;
  expect([at(24105), at(24124), at(24140), at(24157), at(24173), at(24174), at(24181)]).toEqual([
    'LVM',
    'WT_AHA_1',
    'WT_Global',
    'Ecc_Global',
    'Err_AHA_16',
    'Err_Global',
    'Ell_Global',
  ]);
  expect(PHENOTYPE_SETS.ed3).toEqual(['LVEDV', 'LVM', 'RVEDV']);
  expect(PHENOTYPE_SETS.es5).toEqual(['LVESV', 'LVSV', 'LVCO', 'RVESV', 'RVSV']);
  expect(new Set(PHENOTYPE_SETS.all82).size).toBe(82);
  expect(PHENOTYPE_SETS['no-aorta76'].length).toBe(76);
  const { structural, functional } = PHENOTYPE_SETS;
  expect(structural.length + functional.length + 6).toBe(82);
});

test('factors are standard scores', () => {
  for (const name of Object.keys(FACTORS) as (keyof typeof FACTORS)[]) {
    const values = people.map(({ factors }) => factors[name]);
    expect(Math.abs(mean(values)), name).toBeLessThan(0.08);
    expect(Math.abs(std(values) - 1), name).toBeLessThan(0.1);
  }
});
