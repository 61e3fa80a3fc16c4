/**
 * @file The moving dipole: P, Q, R, S and T as vectors with a Gaussian course in time (McSharry et al. 2003 in one dimension,
 * Sameni et al. 2007 in three).
 */
import { frontalDirection } from './lead-field.ts';
import type { SubjectParameters } from './parameters.ts';
import type { Beat } from './rhythm.ts';

/** x, y and z over time, in mV. */
export type Dipole = readonly [Float64Array, Float64Array, Float64Array];

type Wave = {
  /** s after the R peak. */
  readonly at: number;
  /** Standard deviations in s before and after the peak. */
  readonly rise: number;
  readonly fall: number;
  readonly axis: number;
  readonly backward: number;
  readonly length: number;
};

/** QRS offset lies this many widths after R, onset the rest before it. */
const QRS_AFTER = 0.54;

function wavesOf(p: SubjectParameters, beat: Beat): Wave[] {
  const width = p.qrsWidth / 1000;
  const onset = -(1 - QRS_AFTER) * width;
  const stretch = Math.cbrt(beat.rr);
  // Breathing turns the heart and changes the path to the electrodes a little.
  const axis = p.axis + 2 * beat.breath;
  const size = p.amplitude * (1 + 0.03 * beat.breath);
  const [tRise, tFall] = [0.062 * stretch, 0.036 * stretch];
  const tEnd = onset + (p.qtInterval / 1000) * stretch;
  const pWidth = 0.022;
  return [
    // P ends well before the QRS: its onset is 2.5 standard deviations before the peak.
    {
      at: onset - p.prInterval / 1000 + 2.5 * pWidth,
      rise: pWidth,
      fall: pWidth,
      axis: 55,
      backward: 0.1,
      length: p.pAmplitude,
    },
    // The septum first: to the right and forward, which makes q in V5, V6 and r in V1.
    {
      at: -0.27 * width,
      rise: 0.08 * width,
      fall: 0.08 * width,
      axis: axis + 165,
      backward: -1.7,
      length: 0.26 * size,
    },
    { at: 0, rise: 0.115 * width, fall: 0.115 * width, axis, backward: p.posterior, length: size },
    // The base last: backward and up.
    {
      at: 0.26 * width,
      rise: 0.11 * width,
      fall: 0.11 * width,
      axis: axis - 140,
      backward: 1.3,
      length: 0.36 * size,
    },
    // T goes with R in the frontal plane but forward: upright from V2 on.
    {
      at: tEnd - 2.4 * tFall,
      rise: tRise,
      fall: tFall,
      axis: 0.6 * axis + 17 + p.tAngle,
      backward: -0.7,
      length: p.tAmplitude,
    },
  ];
}

/** The dipole of all beats at `samplingHz`. */
export function dipoleOf(
  parameters: SubjectParameters,
  beats: readonly Beat[],
  samples: number,
  samplingHz: number,
): Dipole {
  const dipole: Dipole = [
    new Float64Array(samples),
    new Float64Array(samples),
    new Float64Array(samples),
  ];
  const [dx, dy, dz] = dipole;
  for (const beat of beats) {
    for (const wave of wavesOf(parameters, beat)) {
      const [x, y, z] = frontalDirection(wave.axis, wave.backward);
      const centre = (beat.time + wave.at) * samplingHz;
      const first = Math.max(0, Math.ceil(centre - 5 * wave.rise * samplingHz));
      const last = Math.min(samples - 1, Math.floor(centre + 5 * wave.fall * samplingHz));
      for (let i = first; i <= last; i++) {
        const t = (i - centre) / (samplingHz * (i < centre ? wave.rise : wave.fall));
        const value = wave.length * Math.exp(-0.5 * t * t);
        dx[i] = (dx[i] as number) + value * x;
        dy[i] = (dy[i] as number) + value * y;
        dz[i] = (dz[i] as number) + value * z;
      }
    }
  }
  return dipole;
}
