import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { removeAsymmetricBaseline } from './asymmetric-baseline.ts';
import { butterworthBandpass, butterworthHighpass, butterworthLowpass } from './butterworth.ts';
import { fourier } from './fourier.ts';
import { moments } from './moments.ts';
import { notch } from './notch.ts';
import { polynomialSmoother, savitzkyGolay } from './savitzky-golay.ts';
import type { Section } from './section.ts';
import { paddingOf, zeroPhase } from './zero-phase.ts';

const N = 5000;
const AT = [0, 7, 100, 2500, 4999];
/** The test signal of paper.md 5.8. */
const signal = () =>
  Float64Array.from(
    { length: N },
    (_, n) =>
      Math.sin((2 * Math.PI * 5 * n) / 500) +
      0.5 * Math.sin((2 * Math.PI * 60 * n) / 500) +
      0.001 * n,
  );
const filtered = (sections: Section[]) => {
  const x = signal();
  zeroPhase(sections, N)(x);
  return x;
};
function expectNear(got: Iterable<number>, want: readonly number[], tolerance: number) {
  const list = [...got];
  expect(list.length).toBe(want.length);
  want.forEach((w, i) => expect(Math.abs((list[i] as number) - w)).toBeLessThan(tolerance));
}
const numbers = (s: Section) => [s.b0, s.b1, s.b2, 1, s.a1, s.a2];

describe('design, golden values of paper.md 5.8', () => {
  test('high-pass of order 4 at 0.5 Hz', () => {
    const sections = butterworthHighpass(4, 0.5, 500);
    expectNear(
      numbers(sections[0] as Section),
      [
        0.9918242120005331, -1.9836484240010661, 0.9918242120005331, 1, -1.9884180173746582,
        0.9884572678187328,
      ],
      1e-14,
    );
    expectNear(
      numbers(sections[1] as Section),
      [1, -2, 1, 1, -1.9951632412838627, 0.9952026248755107],
      1e-14,
    );
  });
  test('notch at 60 Hz, Q 40', () => {
    expectNear(
      numbers(notch(60, 40, 500)),
      [
        0.990662945246344, -1.4443244148669607, 0.990662945246344, 1, -1.4443244148669607,
        0.981325890492688,
      ],
      1e-15,
    );
  });
  test('Savitzky-Golay 15/3', () => {
    const want = [-78, -13, 42, 87, 122, 147, 162, 167].map((v) => v / 1105);
    expectNear((polynomialSmoother(15, 3)[7] as Float64Array).subarray(0, 8), want, 1e-15);
  });
});

test('high-pass, then notch, then Savitzky-Golay: golden values of paper.md 5.8', () => {
  const x = filtered(butterworthHighpass(4, 0.5, 500));
  const pick = () => AT.map((i) => x[i] as number);
  expectNear(
    pick(),
    [
      0.09202543579555361, 0.0940914323656108, 0.0646272370570041, -0.0002006626669064926,
      -0.20935229787922882,
    ],
    1e-11,
  );
  expect(moments(x).std).toBeCloseTo(0.790676946, 9);
  zeroPhase([notch(60, 40, 500)], N)(x);
  expectNear(
    pick(),
    [
      0.09197329371919491, 0.3359827538333766, 0.06418671936444585, -0.00020066264997932806,
      0.08138259426435072,
    ],
    1e-11,
  );
  expect(moments(x).std).toBeCloseTo(0.7074517228, 9);
  savitzkyGolay(15, 3, N)(x);
  expectNear(
    pick(),
    [
      0.283790403964634, 0.5226788941483225, 0.06291378312602594, -0.00020066263978152487,
      0.07905261503328931,
    ],
    1e-11,
  );
  expect(moments(x).std).toBeCloseTo(0.707128504, 9);
});

// SciPy 1.17.1, sosfiltfilt(butter(..., output='sos'), x): odd orders have first-order sections.
test.each([
  [
    'band-pass 4, 0.5-100 Hz',
    butterworthBandpass(4, 0.5, 100, 500),
    [
      0.6277191697234832, 0.6160873818097694, 0.3716151887593844, -0.00015376082392282164,
      -0.6863838153360104,
    ],
    27,
  ],
  [
    'band-pass 3, 5-15 Hz',
    butterworthBandpass(3, 5, 15, 500),
    [-0.20170857437293027, 0.03315557411056566, -0.036022178712327435, 0, 0.13955233783686094],
    21,
  ],
  [
    'low-pass 5, 40 Hz',
    butterworthLowpass(5, 40, 500),
    [
      0.006996798131392893, 0.4249096276977861, 0.09999999894350439, 2.499999999999979,
      4.5939364748661635,
    ],
    18,
  ],
  [
    'high-pass 3, 2 Hz',
    butterworthHighpass(3, 2, 500),
    [0.23353920467868927, 0.19011845380506892, -0.055055505614099776, 0, -0.06544056934373245],
    12,
  ],
] as const)('%s equals SciPy', (_, sections, want, padding) => {
  const x = filtered([...sections]);
  expectNear(
    AT.map((i) => x[i] as number),
    [...want],
    1e-10,
  );
  expect(paddingOf(sections)).toBe(padding);
});

test('a Butterworth filter of any order has -3 dB at its edge and stable poles', () => {
  const power = (sections: readonly Section[], hz: number, samplingHz: number) => {
    const w = (2 * Math.PI * hz) / samplingHz;
    const size = (c0: number, c1: number, c2: number) =>
      (c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w)) ** 2 +
      (c1 * Math.sin(w) + c2 * Math.sin(2 * w)) ** 2;
    return sections.reduce((p, s) => (p * size(s.b0, s.b1, s.b2)) / size(1, s.a1, s.a2), 1);
  };
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.double({ min: 2, max: 40, noNaN: true }),
      (order, hz) => {
        const designs: [Section[], number[]][] = [
          [butterworthLowpass(order, hz, 500), [hz]],
          [butterworthHighpass(order, hz, 500), [hz]],
          [butterworthBandpass(order, hz, hz + 60, 500), [hz, hz + 60]],
        ];
        for (const [sections, edges] of designs) {
          for (const edge of edges) expect(power(sections, edge, 500)).toBeCloseTo(0.5, 6);
          for (const s of sections) {
            expect(Math.abs(s.a2)).toBeLessThan(1);
            expect(Math.abs(s.a1)).toBeLessThan(1 + s.a2);
          }
        }
      },
    ),
  );
});

test('zero phase: a symmetric signal stays symmetric, so that no wave moves', () => {
  const x = Float64Array.from({ length: 2001 }, (_, i) => Math.exp(-(((i - 1000) / 8) ** 2)));
  zeroPhase(butterworthBandpass(2, 1, 40, 500), 2001)(x);
  expect(x.indexOf(Math.max(...x))).toBe(1000);
  // Far from the ends, where the start state is an estimate.
  for (let i = 1; i < 300; i++) expect(x[1000 + i]).toBeCloseTo(x[1000 - i] as number, 5);
});

test('Savitzky-Golay reproduces a polynomial of its order, ends included', () => {
  const cubic = Float64Array.from({ length: 60 }, (_, i) => 3 - i + 0.2 * i ** 2 - 0.003 * i ** 3);
  const x = cubic.slice();
  savitzkyGolay(15, 3, 60)(x);
  expectNear(x, [...cubic], 1e-10);
});

describe('asymmetric baseline', () => {
  // SciPy 1.17.1, spsolve on the same equations.
  test('equals a sparse solver', () => {
    const x = signal();
    removeAsymmetricBaseline({ lambda: 1e7, p: 0.3, iterations: 5 }, N)(x);
    expectNear(
      AT.map((i) => x[i] as number),
      [
        -0.09131124593187594, -0.06201655380580152, 0.21472472816029742, 0.2808941995251728,
        0.15917200155475975,
      ],
      1e-8,
    );
    expect(moments(x).std).toBeCloseTo(0.7870770176925056, 8);
    const short = Float64Array.from({ length: 40 }, (_, i) => Math.sin(i) + 0.1 * i);
    removeAsymmetricBaseline({ lambda: 100, p: 0.3, iterations: 5 }, 40)(short);
    expectNear(
      [0, 1, 20, 39].map((i) => short[i] as number),
      [-0.08509402215594115, 0.8148272436462096, 1.1800424758286119, 1.1043527452398787],
      1e-10,
    );
  });
  test('a straight line is all baseline; flat leads and tiny rows are no trouble', () => {
    for (const row of [
      Float64Array.from({ length: 500 }, (_, i) => 2 - 0.01 * i),
      new Float64Array(500),
      new Float64Array(3).fill(7),
    ]) {
      removeAsymmetricBaseline({ lambda: 1e7, p: 0.3, iterations: 5 }, row.length)(row);
      expectNear(
        row,
        Array.from(row, () => 0),
        1e-7,
      );
    }
  });
});

describe('Fourier transform', () => {
  const naive = (re: Float64Array, im: Float64Array) => {
    const n = re.length;
    return Array.from({ length: n }, (_, j) => {
      let [r, i] = [0, 0];
      for (let k = 0; k < n; k++) {
        const w = (-2 * Math.PI * ((j * k) % n)) / n;
        r += (re[k] as number) * Math.cos(w) - (im[k] as number) * Math.sin(w);
        i += (re[k] as number) * Math.sin(w) + (im[k] as number) * Math.cos(w);
      }
      return [r, i] as const;
    });
  };
  // Every radix (2, 3, 4, 5, other primes), Bluestein (37, 74, 101, 211), and length 1.
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 12, 20, 30, 31, 37, 49, 60, 74, 100, 101, 125, 211, 240, 250])(
    'length %i equals the definition and goes back',
    (n) => {
      const re = Float64Array.from({ length: n }, (_, i) => Math.sin(i ** 1.3 + 1));
      const im = Float64Array.from({ length: n }, (_, i) => Math.cos(2 * i ** 1.2));
      const want = naive(re, im);
      const [r, i] = [re.slice(), im.slice()];
      const plan = fourier(n);
      plan.forward(r, i);
      expectNear(
        r,
        want.map((w) => w[0]),
        1e-11 * n,
      );
      expectNear(
        i,
        want.map((w) => w[1]),
        1e-11 * n,
      );
      plan.inverse(r, i);
      expectNear(r, [...re], 1e-12);
      expectNear(i, [...im], 1e-12);
    },
  );
  test('length 5000 equals NumPy', () => {
    const re = Float64Array.from({ length: N }, (_, i) => Math.sin(i ** 1.3));
    const im = new Float64Array(N);
    fourier(N).forward(re, im);
    expectNear(
      [0, 1, 77, 2500, 4999].map((k) => re[k] as number),
      [42.07756902, -11.82787941, 36.80946636, -101.66508583, -11.82787941],
      1e-6,
    );
    expectNear(
      [1, 77, 4999].map((k) => im[k] as number),
      [-22.92641712, -41.46229143, 22.92641712],
      1e-5,
    );
  });
});
