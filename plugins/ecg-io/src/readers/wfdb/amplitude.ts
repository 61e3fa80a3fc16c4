/** @file Digital values of a WFDB signal to millivolts. */
import * as errors from '../../errors.ts';
import { einthovenResidual } from '../quality.ts';
import type { DigitalSignal } from './signals.ts';

/** Millivolts per unit, by the lower-case unit; 'm' apart from 'M' matters to no ECG. */
const millivoltsPerUnit: { readonly [unit: string]: number } = {
  v: 1000,
  mv: 1,
  uv: 1e-3,
  '\u00b5v': 1e-3, // micro sign
  '\u03bcv': 1e-3, // Greek mu
  nv: 1e-6,
};

/** Root mean square that rounding the three leads can leave, and the range that makes a lead more than rounding. */
const ROUNDING_STEPS = 2;
const ALIVE_STEPS = 20;

/**
 * The samples of `lead` in mV, NaN where invalid, sample 0 first (skew undone; the samples that it takes from the end are NaN).
 * Error: E_WFDB_UNIT.
 */
export function millivoltsOf(
  lead: string,
  { header, format, digital }: DigitalSignal,
  how: { readonly digital: boolean; readonly microvoltsPerStep: number },
  where: string,
): Float32Array {
  const perUnit = millivoltsPerUnit[header.unit.toLowerCase()];
  if (perUnit === undefined && !how.digital) throw errors.unitUnknown(where, lead);
  const zero = how.digital ? header.adcZero : header.baseline;
  const scale = how.digital ? how.microvoltsPerStep / 1000 : (perUnit as number) / header.gain;
  const skip = header.skew * header.samplesPerFrame;
  const values = new Float32Array(digital.length).fill(NaN);
  for (let i = skip; i < digital.length; i++) {
    const value = digital[i] as number;
    if (value !== format.invalid) values[i - skip] = (value - zero) * scale;
  }
  return values;
}

/**
 * True where the leads have unlike gains although their digital values obey III = II - I: the header scales each lead on its
 * own, and the digital values are the common scale.
 */
export function headerGainsBreakEinthoven(I: DigitalSignal, II: DigitalSignal, III: DigitalSignal) {
  const gain = I.header.gain;
  if (gain === II.header.gain && gain === III.header.gain) return false;
  if ([II, III].some((signal) => signal.digital.length !== I.digital.length)) return false;
  if (![I, II].every((signal) => rangeOf(signal.digital) > ALIVE_STEPS)) return false;
  return einthovenResidual(I.digital, II.digital, III.digital) <= ROUNDING_STEPS;
}

function rangeOf(values: Int32Array): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low;
}
