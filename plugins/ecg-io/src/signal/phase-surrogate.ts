/** @file Fourier surrogates (Schwabedal et al. 2018): the same amplitude spectrum with disturbed phases. */
import { fourier } from './fourier.ts';

/** Turns the phases of all rows alike; `x` is [rows, samples], row by row. */
export type PhaseSurrogate = (x: Float32Array, random: () => number) => Float32Array;

/**
 * Adds 2 pi `phaseNoise` u, u uniform in [0, 1), to the phase of each frequency but the constant and Nyquist's. One draw
 * per frequency for all rows, so that what leads say about each other (Einthoven's law too) stays true.
 */
export function phaseSurrogate(phaseNoise: number, samples: number): PhaseSurrogate {
  const plan = fourier(samples);
  const [re, im] = [new Float64Array(samples), new Float64Array(samples)];
  const [cos, sin] = [new Float64Array(samples).fill(1), new Float64Array(samples)];
  const frequencies = Math.ceil(samples / 2) - 1;
  return (x, random) => {
    for (let k = 1; k <= frequencies; k++) {
      const phase = 2 * Math.PI * phaseNoise * random();
      cos[k] = cos[samples - k] = Math.cos(phase);
      sin[k] = Math.sin(phase);
      sin[samples - k] = -(sin[k] as number);
    }
    const out = new Float32Array(x.length);
    // The change is a real filter: two rows pass as one complex signal.
    for (let row = 0; row < x.length; row += 2 * samples) {
      const second = row + samples;
      re.set(x.subarray(row, second));
      if (second < x.length) im.set(x.subarray(second, second + samples));
      else im.fill(0);
      plan.forward(re, im);
      for (let k = 0; k < samples; k++) {
        const [r, i, c, s] = [re[k], im[k], cos[k], sin[k]] as [number, number, number, number];
        re[k] = r * c - i * s;
        im[k] = i * c + r * s;
      }
      plan.inverse(re, im);
      out.set(re, row);
      if (second < x.length) out.set(im, second);
    }
    return out;
  };
}
