/**
 * @file Discrete Fourier transform of any length: Stockham's self-sorting mixed radix (own butterflies for 4 and 5), and
 * Bluestein's chirp where a prime factor is large.
 */

/** In place on `re` and `im`, both of the plan's length. Forward exp(-2 pi i jk/n), unscaled; inverse with 1/n. */
export type FourierPlan = {
  forward(re: Float64Array, im: Float64Array): void;
  inverse(re: Float64Array, im: Float64Array): void;
};
/** Above this prime the direct butterfly costs more than Bluestein's three transforms. */
const LARGEST_PRIME = 31;

/** Radices with 4 and 5 first in line, the rest prime. */
function radices(length: number): number[] {
  const found: number[] = [];
  let rest = length;
  for (let r = 4; rest > 1;) {
    if (rest % r === 0) {
      found.push(r);
      rest /= r;
    } else r = r === 4 ? 2 : r === 2 ? 3 : r + 2;
  }
  return found;
}

/** cos and sin of 2 pi k / length; exact zeros and ones at the quarter turns keep real inputs clean. */
function circle(length: number): { cos: Float64Array; sin: Float64Array } {
  const angle = (k: number) => (2 * Math.PI * k) / length;
  return {
    cos: Float64Array.from({ length }, (_, k) =>
      4 * k === length || 4 * k === 3 * length ? 0 : Math.cos(angle(k)),
    ),
    sin: Float64Array.from({ length }, (_, k) => (2 * k === length ? 0 : Math.sin(angle(k)))),
  };
}

type Pair = { re: Float64Array; im: Float64Array };

/** One pass: sub-transforms of length n = radix * m, `stride` of them interleaved. */
function stage(
  x: Pair,
  y: Pair,
  radix: number,
  m: number,
  stride: number,
  cos: Float64Array,
  sin: Float64Array,
): void {
  const length = cos.length;
  const step = length / radix;
  const [tr, ti] = [new Float64Array(radix), new Float64Array(radix)];
  for (let p = 0; p < m; p++) {
    for (let q = 0; q < stride; q++) {
      for (let k = 0; k < radix; k++) {
        const from = q + stride * (p + m * k);
        tr[k] = x.re[from] as number;
        ti[k] = x.im[from] as number;
      }
      for (let j = 0; j < radix; j++) {
        let [sr, si] = [tr[0] as number, ti[0] as number];
        for (let k = 1, turn = 0; k < radix; k++) {
          turn += j * step;
          if (turn >= length) turn -= length;
          const [c, s] = [cos[turn] as number, sin[turn] as number];
          sr += (tr[k] as number) * c + (ti[k] as number) * s;
          si += (ti[k] as number) * c - (tr[k] as number) * s;
        }
        const twiddle = j * p * stride;
        const [c, s] = [cos[twiddle] as number, sin[twiddle] as number];
        const to = q + stride * (radix * p + j);
        y.re[to] = sr * c + si * s;
        y.im[to] = si * c - sr * s;
      }
    }
  }
}

function stage4(
  x: Pair,
  y: Pair,
  m: number,
  stride: number,
  cos: Float64Array,
  sin: Float64Array,
): void {
  const [xr, xi, yr, yi] = [x.re, x.im, y.re, y.im];
  const hop = stride * m;
  for (let p = 0; p < m; p++) {
    const t = p * stride;
    const [c1, s1, c2, s2, c3, s3] = [
      cos[t]!,
      sin[t]!,
      cos[2 * t]!,
      sin[2 * t]!,
      cos[3 * t]!,
      sin[3 * t]!,
    ];
    for (let q = 0; q < stride; q++) {
      const i = q + stride * p;
      const [ar, ai, br, bi] = [xr[i]!, xi[i]!, xr[i + hop]!, xi[i + hop]!];
      const [cr, ci, dr, di] = [
        xr[i + 2 * hop]!,
        xi[i + 2 * hop]!,
        xr[i + 3 * hop]!,
        xi[i + 3 * hop]!,
      ];
      const [er, ei, fr, fi] = [ar + cr, ai + ci, ar - cr, ai - ci];
      const [gr, gi, hr, hi] = [br + dr, bi + di, br - dr, bi - di];
      const o = q + stride * 4 * p;
      yr[o] = er + gr;
      yi[o] = ei + gi;
      const [ur, ui, vr, vi, wr, wi] = [fr + hi, fi - hr, er - gr, ei - gi, fr - hi, fi + hr];
      yr[o + stride] = ur * c1 + ui * s1;
      yi[o + stride] = ui * c1 - ur * s1;
      yr[o + 2 * stride] = vr * c2 + vi * s2;
      yi[o + 2 * stride] = vi * c2 - vr * s2;
      yr[o + 3 * stride] = wr * c3 + wi * s3;
      yi[o + 3 * stride] = wi * c3 - wr * s3;
    }
  }
}

const [C1, C2] = [Math.cos((2 * Math.PI) / 5), Math.cos((4 * Math.PI) / 5)];
const [S1, S2] = [Math.sin((2 * Math.PI) / 5), Math.sin((4 * Math.PI) / 5)];

function stage5(
  x: Pair,
  y: Pair,
  m: number,
  stride: number,
  cos: Float64Array,
  sin: Float64Array,
): void {
  const [xr, xi, yr, yi] = [x.re, x.im, y.re, y.im];
  const hop = stride * m;
  for (let p = 0; p < m; p++) {
    for (let q = 0; q < stride; q++) {
      const i = q + stride * p;
      const [ar, ai] = [xr[i]!, xi[i]!];
      // Sums and differences of the mirrored inputs 1,4 and 2,3.
      const [pr, pi] = [xr[i + hop]! + xr[i + 4 * hop]!, xi[i + hop]! + xi[i + 4 * hop]!];
      const [qr, qi] = [xr[i + hop]! - xr[i + 4 * hop]!, xi[i + hop]! - xi[i + 4 * hop]!];
      const [rr, ri] = [xr[i + 2 * hop]! + xr[i + 3 * hop]!, xi[i + 2 * hop]! + xi[i + 3 * hop]!];
      const [ur, ui] = [xr[i + 2 * hop]! - xr[i + 3 * hop]!, xi[i + 2 * hop]! - xi[i + 3 * hop]!];
      const [er, ei] = [ar + C1 * pr + C2 * rr, ai + C1 * pi + C2 * ri];
      const [fr, fi] = [ar + C2 * pr + C1 * rr, ai + C2 * pi + C1 * ri];
      const [gr, gi] = [S1 * qi + S2 * ui, -S1 * qr - S2 * ur];
      const [hr, hi] = [S2 * qi - S1 * ui, -S2 * qr + S1 * ur];
      const o = q + stride * 5 * p;
      yr[o] = ar + pr + rr;
      yi[o] = ai + pi + ri;
      put(yr, yi, o + stride, er + gr, ei + gi, cos[p * stride]!, sin[p * stride]!);
      put(yr, yi, o + 2 * stride, fr + hr, fi + hi, cos[2 * p * stride]!, sin[2 * p * stride]!);
      put(yr, yi, o + 3 * stride, fr - hr, fi - hi, cos[3 * p * stride]!, sin[3 * p * stride]!);
      put(yr, yi, o + 4 * stride, er - gr, ei - gi, cos[4 * p * stride]!, sin[4 * p * stride]!);
    }
  }
}
function put(
  re: Float64Array,
  im: Float64Array,
  at: number,
  r: number,
  i: number,
  c: number,
  s: number,
): void {
  re[at] = r * c + i * s;
  im[at] = i * c - r * s;
}

function mixedRadix(length: number, factors: readonly number[]): FourierPlan {
  const { cos, sin } = circle(length);
  const work: Pair = { re: new Float64Array(length), im: new Float64Array(length) };
  const forward = (re: Float64Array, im: Float64Array) => {
    let [x, y]: [Pair, Pair] = [{ re, im }, work];
    let [m, stride] = [length, 1];
    for (const radix of factors) {
      m /= radix;
      if (radix === 4) stage4(x, y, m, stride, cos, sin);
      else if (radix === 5) stage5(x, y, m, stride, cos, sin);
      else stage(x, y, radix, m, stride, cos, sin);
      stride *= radix;
      [x, y] = [y, x];
    }
    if (x === work) {
      re.set(work.re);
      im.set(work.im);
    }
  };
  return { forward, inverse: inverseOf(forward, length) };
}

/** The inverse is the forward transform with real and imaginary parts exchanged. */
function inverseOf(forward: FourierPlan['forward'], length: number): FourierPlan['inverse'] {
  return (re, im) => {
    forward(im, re);
    for (let i = 0; i < length; i++) {
      re[i] = re[i]! / length;
      im[i] = im[i]! / length;
    }
  };
}

/** A convolution with a chirp, in a transform of a power of two. */
function bluestein(length: number): FourierPlan {
  const size = 2 ** Math.ceil(Math.log2(2 * length - 1));
  const plan = fourier(size);
  // k^2 is taken modulo 2n before it meets pi: exact for every length below 2^26.
  const turn = (k: number) => (Math.PI * ((k * k) % (2 * length))) / length;
  const cos = Float64Array.from({ length }, (_, k) => Math.cos(turn(k)));
  const sin = Float64Array.from({ length }, (_, k) => Math.sin(turn(k)));
  const chirp: Pair = { re: new Float64Array(size), im: new Float64Array(size) };
  for (let k = 0; k < length; k++) {
    for (const i of [k, (size - k) % size]) [chirp.re[i], chirp.im[i]] = [cos[k]!, sin[k]!];
  }
  plan.forward(chirp.re, chirp.im);
  const [r, i] = [new Float64Array(size), new Float64Array(size)];
  const forward = (re: Float64Array, im: Float64Array) => {
    r.fill(0);
    i.fill(0);
    for (let k = 0; k < length; k++) put(r, i, k, re[k]!, im[k]!, cos[k]!, sin[k]!);
    plan.forward(r, i);
    for (let k = 0; k < size; k++) put(r, i, k, r[k]!, i[k]!, chirp.re[k]!, -chirp.im[k]!);
    plan.inverse(r, i);
    for (let k = 0; k < length; k++) put(re, im, k, r[k]!, i[k]!, cos[k]!, sin[k]!);
  };
  return { forward, inverse: inverseOf(forward, length) };
}

/** A plan for `length` (1 or more). Holds scratch space: one call at a time. @example fourier(5000).forward(re, im) */
export function fourier(length: number): FourierPlan {
  const factors = radices(length);
  return Math.max(1, ...factors) > LARGEST_PRIME ? bluestein(length) : mixedRadix(length, factors);
}
