/** @file Quality of a recording: findings that become flags, and the repair of invalid samples. */

/** A range below this is a line: less than any ECG electrode shows, more than a step of common converters. */
const FLAT_MILLIVOLTS = 0.01;
const FLAT_SECONDS = 1;
/** A clipped wave stays at its extreme this long, and lies this far from the lead's middle. */
const CLIPPED_SECONDS = 0.1;
const CLIPPED_MILLIVOLTS = 1;

/**
 * Replaces NaN by straight lines between the neighbours (the nearest valid sample at the ends), in place, and gives the number
 * of samples replaced. A lead without a valid sample stays as it is.
 */
export function interpolateNaN(values: Float32Array): number {
  let replaced = 0;
  let last = -1;
  for (let i = 0; i <= values.length; i++) {
    if (i < values.length && Number.isNaN(values[i])) continue;
    if (i - last > 1 && !(last === -1 && i === values.length)) {
      const from = values[last === -1 ? i : last] as number;
      const to = values[i === values.length ? last : i] as number;
      for (let j = last + 1; j < i; j++) {
        values[j] = from + ((to - from) * (j - last)) / (i - last);
        replaced++;
      }
    }
    last = i;
  }
  return replaced;
}

/** Flags of one lead, in mV: 'flat V3', 'flat V3 2.4 s', 'saturated V3'. */
export function leadFlags(lead: string, values: Float32Array, samplingHz: number): string[] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (high - low < FLAT_MILLIVOLTS) return [`flat ${lead}`];
  const middle = mean(values);
  let longest = 0;
  let clipped = 0;
  for (let start = 0, i = 1; i <= values.length; i++) {
    const value = values[start] as number;
    if (i < values.length && values[i] === value) continue;
    const run = i - start;
    start = i;
    if (run > longest) longest = run;
    const isClipped = value === (value > middle ? high : low);
    if (run > clipped && isClipped && Math.abs(value - middle) > CLIPPED_MILLIVOLTS) clipped = run;
  }
  const flags: string[] = [];
  const flatSeconds = longest / samplingHz;
  if (flatSeconds >= FLAT_SECONDS) flags.push(`flat ${lead} ${flatSeconds.toFixed(1)} s`);
  if (clipped / samplingHz >= CLIPPED_SECONDS) flags.push(`saturated ${lead}`);
  return flags;
}

/** Root mean square of III - (II - I): 0 where the three leads belong to one recording. Equal lengths, any unit. */
export function einthovenResidual(
  I: ArrayLike<number>,
  II: ArrayLike<number>,
  III: ArrayLike<number>,
) {
  let sum = 0;
  for (let i = 0; i < I.length; i++) {
    sum += ((III[i] as number) - (II[i] as number) + (I[i] as number)) ** 2;
  }
  return Math.sqrt(sum / I.length);
}

/** Population standard deviation. */
export function standardDeviation(values: Float32Array): number {
  const middle = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - middle) ** 2;
  return Math.sqrt(sum / values.length);
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

export function countNaN(values: Float32Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) count++;
  return count;
}

/** Moving average of this length leaves waves of the heart and takes hum and muscle noise out. */
const SMOOTH_SECONDS = 0.02;
/** Above the noise of acceptable diagnostic recordings, see docs of the plugin. */
const NOISY_MILLIVOLTS = 0.05;
const NORMAL_DEVIATIONS = 1.4826;

/**
 * Typical size of hum and muscle noise in mV: 1.4826 times the median distance from the moving average over 20 ms, as a
 * standard deviation of normal noise. The median leaves QRS complexes out.
 */
export function noiseLevel(values: Float32Array, samplingHz: number): number {
  const half = Math.max(1, Math.round((SMOOTH_SECONDS * samplingHz) / 2));
  if (values.length <= 2 * half + 1) return 0;
  const distances = new Float32Array(values.length - 2 * half);
  let sum = 0;
  for (let i = 0; i < 2 * half; i++) sum += values[i] as number;
  for (let i = 0; i < distances.length; i++) {
    sum += values[i + 2 * half] as number;
    distances[i] = Math.abs((values[i + half] as number) - sum / (2 * half + 1));
    sum -= values[i] as number;
  }
  distances.sort();
  return NORMAL_DEVIATIONS * (distances[distances.length >> 1] as number);
}

/** What rounding three leads to common converter steps leaves of III - (II - I). */
const ROUNDING_MILLIVOLTS = 0.01;

/** Flags of all leads (equal lengths, mV) and of Einthoven's law, where I, II and III are there. */
export function qualityFlags(
  names: readonly string[],
  rows: readonly Float32Array[],
  samplingHz: number,
  einthovenLimit: number,
): string[] {
  const flags = rows.flatMap((row, i) => {
    const name = names[i] as string;
    const noise = noiseLevel(row, samplingHz);
    const noisy = noise >= NOISY_MILLIVOLTS ? [`noisy ${name} ${noise.toFixed(2)} mV`] : [];
    return [...leadFlags(name, row, samplingHz), ...noisy];
  });
  const [I, II, III] = ['I', 'II', 'III'].map((name) => rows[names.indexOf(name)]);
  if (!I || !II || !III) return flags;
  const residual = einthovenResidual(I, II, III);
  const largest = Math.max(...[I, II, III].map(standardDeviation));
  if (residual < ROUNDING_MILLIVOLTS || residual <= einthovenLimit * largest) return flags;
  return [...flags, `Einthoven residual ${residual.toFixed(3)} mV`];
}
