/**
 * @file Sampling rate conversion by a windowed sinc: linear phase, no delay, anti-aliased. For a rational ratio of rates the
 * kernel has finitely many phases, which are made once (a polyphase filter). Smith, "Digital Audio Resampling"; Kaiser 1974.
 */

/** Zero crossings of the sinc on each side, at the lower of the two rates. */
const CROSSINGS = 32;
/** Kaiser window of 80 dB. The transition band is then 0.157 of the Nyquist frequency of the lower rate ... */
const BETA = 7.857;
/** ... and ends there: flat to 0.84, 80 dB down from 1. */
const CUTOFF = 0.92;
/** Above this many phases (an odd ratio of rates) kernels are made as they are needed. */
const MAX_PHASES = 4096;

type Kernel = { readonly first: number; readonly weights: Float64Array };

/**
 * Rows of `from` Hz to `to` Hz: values [rows, samples] to [rows, round(samples * to / from)]. Sample 0 stays at time 0; beyond
 * the ends the first and last sample are held.
 * @example resample(ecg, 12, 100, 500); // 12 x 1000 to 12 x 5000
 */
export function resample(
  values: Float32Array,
  rows: number,
  from: number,
  to: number,
): Float32Array {
  if (from === to) return values;
  const length = values.length / rows;
  const samples = Math.round((length * to) / from);
  const kernelAt = kernels(from, to);
  const out = new Float32Array(rows * samples);
  for (let k = 0; k < samples; k++) {
    const { first, weights } = kernelAt(k);
    for (let row = 0; row < rows; row++) {
      const start = row * length;
      let sum = 0;
      for (let j = 0; j < weights.length; j++) {
        const i = Math.min(Math.max(first + j, 0), length - 1);
        sum += (weights[j] as number) * (values[start + i] as number);
      }
      out[row * samples + k] = sum;
    }
  }
  return out;
}

/** The kernel of output sample k; `first` is the input sample of its first weight. */
function kernels(from: number, to: number): (k: number) => Kernel {
  const ratio = rational(to / from);
  if (ratio === undefined) {
    return (k) => {
      const t = (k * from) / to;
      const whole = Math.floor(t);
      return shifted(makeKernel(t - whole, from, to), whole);
    };
  }
  const { up, down } = ratio;
  const phases = new Map<number, Kernel>();
  return (k) => {
    const phase = (k * down) % up;
    let kernel = phases.get(phase);
    if (kernel === undefined) phases.set(phase, (kernel = makeKernel(phase / up, from, to)));
    return shifted(kernel, (k * down - phase) / up);
  };
}

const shifted = ({ first, weights }: Kernel, by: number): Kernel => ({
  first: first + by,
  weights,
});

/** Weights around input time `fraction` (0 to 1), which add up to 1: a constant stays as it is. */
function makeKernel(fraction: number, from: number, to: number): Kernel {
  const band = Math.min(1, to / from);
  const half = CROSSINGS / band;
  const first = Math.ceil(fraction - half);
  const last = Math.floor(fraction + half);
  const weights = Float64Array.from({ length: last - first + 1 }, (_, j) => {
    const distance = first + j - fraction;
    return sinc(CUTOFF * band * distance) * kaiser(distance / half);
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { first, weights: weights.map((weight) => weight / sum) };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** x from -1 to 1. */
function kaiser(x: number): number {
  return bessel0(BETA * Math.sqrt(Math.max(0, 1 - x * x))) / bessel0(BETA);
}

/** Modified Bessel function of order 0, by its series. */
function bessel0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** `ratio` as up / down, by continued fractions; `undefined` where that takes more than MAX_PHASES phases. */
function rational(ratio: number): { up: number; down: number } | undefined {
  let [up, down, lastUp, lastDown] = [1, 0, 0, 1];
  let rest = ratio;
  while (down === 0 || Math.abs(up / down - ratio) > 1e-12 * ratio) {
    const whole = Math.floor(rest);
    [up, lastUp] = [whole * up + lastUp, up];
    [down, lastDown] = [whole * down + lastDown, down];
    if (up > MAX_PHASES || down > 1e9) return undefined;
    rest = 1 / (rest - whole);
    if (!Number.isFinite(rest)) break;
  }
  return { up, down };
}
