/** @file The calibration pulse that Philips machines write behind the recording. */
import type { RecordingLead } from '../common/recording.ts';

const PULSE_MICROVOLTS = 1000;
const PULSE_SECONDS = 0.2;

/**
 * The sample from which all leads hold the same values, a 1 mV pulse of a fifth of a second and zeros; `undefined` where the
 * recording ends otherwise.
 */
export function calibrationStart(leads: readonly RecordingLead[]): number | undefined {
  const [first, ...others] = leads;
  if (first === undefined || others.length === 0) return undefined;
  const values = first.microvolts;
  let start = values.length;
  const isCommon = (i: number) =>
    (values[i] === 0 || values[i] === PULSE_MICROVOLTS) &&
    others.every((lead) => lead.microvolts[i] === values[i]);
  while (start > 0 && isCommon(start - 1)) start--;
  let pulse = 0;
  for (let i = start; i < values.length; i++) if (values[i] === PULSE_MICROVOLTS) pulse++;
  return start > 0 && pulse >= PULSE_SECONDS * first.samplingHz ? start : undefined;
}
