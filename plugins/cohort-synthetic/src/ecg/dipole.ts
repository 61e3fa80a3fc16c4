/**
 * @file The moving dipole: atria, ventricles and repolarisation as vectors with a Gaussian course in time (McSharry et al. 2003 in one
 * dimension, Sameni et al. 2007 in three).
 */
import { SCAR_WAVES } from '../constants/couplings.ts';
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

/** Right atrium first, the left one later and backward. */
function atria(p: SubjectParameters, onset: number): Wave[] {
  const width = p.pWidth / 1000;
  const start = onset - p.prInterval / 1000;
  // Onset and offset are 2.5 standard deviations away.
  const [sd, wave] = [0.16 * width, { rise: 0.16 * width, fall: 0.16 * width }];
  const length = 0.72 * p.pAmplitude;
  return [
    { at: start + 2.5 * sd, ...wave, axis: 62, backward: -0.25, length },
    { at: start + width - 2.5 * sd, ...wave, axis: 45, backward: p.pTerminal, length },
  ];
}

function ventricles(p: SubjectParameters, beat: Beat, width: number): Wave[] {
  // Breathing turns the heart and changes the path to the electrodes a little.
  const axis = p.axis + 2 * beat.breath;
  const size = p.amplitude * (1 + 0.03 * beat.breath);
  const wave = (at: number, sd: number, to: Pick<Wave, 'axis' | 'backward' | 'length'>): Wave => ({
    at: at * width,
    rise: sd * width,
    fall: sd * width,
    ...to,
  });
  const waves = [
    // The septum first: to the right and forward, which makes q in V5, V6 and r in V1.
    wave(-0.27, 0.08, { axis: axis + 165, backward: -1.7, length: p.septalQ * size }),
    wave(p.peakTime, 0.115, { axis, backward: p.posterior, length: size }),
    // The base last: backward and up; and the right ventricle: to the right and forward.
    wave(0.26, 0.11, { axis: axis - 140, backward: 1.3, length: 0.36 * size }),
    wave(0.33, 0.08, { axis: axis + 130, backward: -0.9, length: p.rightward * size }),
  ];
  if (p.notch > 0) {
    waves.push(wave(0.16, 0.035, { axis: axis + 90, backward: 0.4, length: p.notch }));
  }
  if (p.scar !== undefined) {
    const { axis: away, backward } = SCAR_WAVES[p.scar.region];
    const length = SCAR_WAVES.length * p.scar.size * size;
    waves.push(wave(-0.16, 0.095, { axis: away, backward, length }));
  }
  return waves;
}

function repolarisation(p: SubjectParameters, beat: Beat, onset: number, width: number): Wave[] {
  const stretch = Math.cbrt(beat.rr);
  const tEnd = onset + (p.qtInterval / 1000) * stretch;
  // T's end is where its tail has fallen by 2.4 standard deviations.
  const fall = (p.tPeakEnd / 2400) * stretch;
  const waves = [
    // T goes with R in the frontal plane but forward: upright from V2 on.
    {
      at: tEnd - 2.4 * fall,
      rise: (p.tRise / 1000) * stretch,
      fall,
      axis: 0.6 * p.axis + 17 + p.tAngle,
      backward: p.tBackward,
      length: p.tAmplitude,
    },
  ];
  const sd = 0.03 * stretch;
  const at = onset + width + 2 * sd;
  waves.push({ at, rise: sd, fall: sd, axis: p.axis, backward: 0, length: p.stLevel });
  return waves;
}

function wavesOf(p: SubjectParameters, beat: Beat): Wave[] {
  const width = p.qrsWidth / 1000;
  const onset = -(1 - QRS_AFTER) * width;
  return [
    ...atria(p, onset),
    ...ventricles(p, beat, width),
    ...repolarisation(p, beat, onset, width),
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
