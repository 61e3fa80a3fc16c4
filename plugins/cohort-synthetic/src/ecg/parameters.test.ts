import { describe, expect, test } from 'vitest';
import { ECG_PARAMETERS, MOST_EXPLAINED } from '../constants/couplings.ts';
import { drawPerson } from '../latents/subject.ts';
import { coupledSums, PARAMETER_NAMES, parametersOf, weights } from './parameters.ts';
import type { Coupling } from './parameters.ts';

const SUBJECTS = 4000;
const people = Array.from({ length: SUBJECTS }, (_, subject) => drawPerson(13, subject));
const full = { all: 1, structural: 1, functional: 1 };
const draw = (coupling: Coupling) =>
  people.map((person, subject) => parametersOf(person, 13, subject, coupling));
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const moments = (values: readonly number[]) => {
  const m = mean(values);
  return { mean: m, std: Math.sqrt(mean(values.map((v) => (v - m) ** 2))) };
};
const correlation = (a: readonly number[], b: readonly number[]) => {
  const [x, y] = [moments(a), moments(b)];
  return mean(a.map((v, i) => (v - x.mean) * ((b[i] as number) - y.mean))) / (x.std * y.std);
};
const drawn = {
  none: draw({ ...full, all: 0 }),
  full: draw(full),
  half: draw({ ...full, all: 0.5 }),
};

test('mean and spread of a parameter do not depend on the coupling', () => {
  for (const [strength, parameters] of Object.entries(drawn)) {
    for (const name of PARAMETER_NAMES) {
      const { is } = ECG_PARAMETERS[name];
      const { mean: m, std } = moments(parameters.map((p) => p[name]));
      const where = `${name}, ${strength}`;
      // Limits cut some tails: mean within a fifth, spread within a fifth of the standard deviation.
      expect(Math.abs(m - is.mean), where).toBeLessThan(0.2 * is.std);
      expect(std / is.std, where).toBeGreaterThan(0.8);
      expect(std / is.std, where).toBeLessThan(1.07);
    }
  }
});

test('the variances in the constants are those of the population', () => {
  for (const name of PARAMETER_NAMES) {
    const sums = people.map(({ factors }) => coupledSums(name, factors));
    const [s, f] = [0, 1].map((k) => moments(sums.map((pair) => pair[k] as number)));
    const both = moments(sums.map((pair) => pair[0] + pair[1])).std ** 2;
    const got = [s!.std ** 2, f!.std ** 2, both - s!.std ** 2 - f!.std ** 2];
    got.forEach((value, k) => {
      expect(Math.abs(value - ECG_PARAMETERS[name].explained[k]!), `${name} ${k}`).toBeLessThan(
        0.05,
      );
    });
  }
});

test('weights add up to one; too strong a coupling is scaled down', () => {
  for (const name of PARAMETER_NAMES) {
    for (const all of [0, 0.5, 1, 2]) {
      const [s, f, own] = weights(name, { ...full, all });
      const [ss, ff, both] = ECG_PARAMETERS[name].explained;
      expect(s * s * ss + f * f * ff + s * f * both + own * own).toBeCloseTo(1, 9);
      expect(own * own).toBeGreaterThanOrEqual(1 - MOST_EXPLAINED - 1e-9);
    }
  }
});

describe('couplings', () => {
  const column = (set: keyof typeof drawn, name: (typeof PARAMETER_NAMES)[number]) =>
    drawn[set].map((p) => p[name]);
  const factor = (name: keyof (typeof people)[number]['factors']) =>
    people.map(({ factors }) => factors[name]);
  // Directions of docs/synthetic-cohort.md.
  test.each([
    ['amplitude', 'mass', 1],
    ['amplitude', 'bmi', -1],
    ['qrsWidth', 'ef', -1],
    ['qrsWidth', 'mass', 1],
    ['axis', 'hanging', 1],
    ['axis', 'age', -1],
    ['rightward', 'rvExcess', 1],
    ['rightward', 'rvEf', -1],
    ['pWidth', 'la', 1],
    ['pTerminal', 'la', 1],
    ['pAmplitude', 'ra', 1],
    ['tAmplitude', 'ef', 1],
    ['tAmplitude', 'esv', -1],
    ['tAngle', 'ef', -1],
    ['stLevel', 'mass', -1],
    ['notch', 'fibrosis', 1],
    ['tPeakEnd', 'fibrosis', 1],
    ['qtInterval', 'male', -1],
    ['septalQ', 'septum', 1],
    ['heartRate', 'rate', 1],
  ] as const)('%s follows %s (%d) and does not without coupling', (name, of, sign) => {
    expect(sign * correlation(column('full', name), factor(of))).toBeGreaterThan(0.08);
    // Four standard errors of a correlation of nothing.
    expect(Math.abs(correlation(column('none', name), factor(of)))).toBeLessThan(0.064);
  });

  test('groups are scaled apart', () => {
    const structural = draw({ all: 1, structural: 1, functional: 0 });
    const functional = draw({ all: 1, structural: 0, functional: 1 });
    const of = (set: typeof structural, name: (typeof PARAMETER_NAMES)[number]) =>
      set.map((p) => p[name]);
    const c = (set: typeof structural, name: 'heartRate' | 'amplitude', by: 'rate' | 'mass') =>
      Math.abs(correlation(of(set, name), factor(by)));
    expect(c(structural, 'heartRate', 'rate')).toBeLessThan(0.064);
    expect(c(functional, 'heartRate', 'rate')).toBeGreaterThan(0.8);
    expect(c(structural, 'amplitude', 'mass')).toBeGreaterThan(0.4);
  });

  test('scars show where they are, and elsewhere without coupling', () => {
    const scarred = people.flatMap(({ latents }, i) =>
      latents.scarRegion === undefined ? [] : [i],
    );
    expect(scarred.length).toBeGreaterThan(100);
    for (const i of scarred) {
      expect(drawn.full[i]!.scar?.region).toBe(people[i]!.latents.scarRegion);
    }
    const share = (indices: readonly number[]) =>
      mean(indices.map((i) => Number(drawn.none[i]!.scar !== undefined)));
    expect(share(scarred)).toBeLessThan(0.15);
    expect(share(people.map((_, i) => i))).toBeCloseTo(scarred.length / SUBJECTS, 1);
  });
});
