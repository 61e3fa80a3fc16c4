/** @file An array of two dimensions, leads and samples in either order, as a recording. */
import * as errors from '../common/errors.ts';
import { checkCounts, checkRate } from '../common/limits.ts';
import type { Recording } from '../common/recording.ts';
import { microvoltsOf } from '../common/units.ts';
import type { ArrayOptions } from './options.ts';

export type FoundArray = {
  readonly shape: readonly number[];
  /** In row-major order. */
  readonly at: (index: number) => number;
};

/**
 * The dimension as long as `storedLeads` is that of leads; the first where both are. Errors: E_ECG_ARRAY, E_ECG_RATE_UNKNOWN,
 * E_ECG_LIMIT.
 */
export function arrayRecording(
  found: FoundArray,
  format: string,
  where: string,
  options: ArrayOptions,
): Recording {
  const names = options.storedLeads;
  const [rows = 0, columns = 0] = found.shape;
  if (found.shape.length !== 2 || (rows !== names.length && columns !== names.length)) {
    throw errors.arrayUnclear(
      where,
      `the array has the shape [${found.shape.slice(0, 8).join(', ')}], and neither of two dimensions has the ${names.length} leads of the option storedLeads`,
      'set the options `storedLeads` and `array` of the reader to what the file has',
    );
  }
  const leadsFirst = rows === names.length;
  const samples = leadsFirst ? columns : rows;
  checkCounts(where, names.length, names.length * samples);
  if (options.samplingHz === undefined) throw errors.rateUnknown(where);
  const samplingHz = checkRate(where, format, options.samplingHz);
  const scale = microvoltsOf(options.unit) as number;
  const leads = names.map((name, lead) => {
    const microvolts = new Float64Array(samples);
    for (let i = 0; i < samples; i++) {
      microvolts[i] = found.at(leadsFirst ? lead * samples + i : i * names.length + lead) * scale;
    }
    return { name, samplingHz, microvolts };
  });
  return { leads, facts: {}, flags: [] };
}

/** The name to read of those that are there. Error: E_ECG_ARRAY. */
export function chooseArray(
  names: readonly string[],
  isMatrix: (name: string) => boolean,
  where: string,
  wanted: string | undefined,
): string {
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
  } else {
    if (names.includes('ecg')) return 'ecg';
    const matrices = names.filter(isMatrix);
    if (matrices.length === 1) return matrices[0] as string;
  }
  throw errors.arrayUnclear(
    where,
    `which of its arrays holds the recording is not clear; it has ${errors.listed(names)}`,
    'set the option `array` of the reader to the name of one',
  );
}
