/** @file Stated limits of the readers: nothing is allocated and no loop runs beyond them. */
import * as errors from './errors.ts';

/** Largest file that is read, in bytes. */
export const MAX_FILE_BYTES = 128 * 2 ** 20;
/** Largest XML file, in bytes: its tree takes a multiple of it in memory. */
export const MAX_XML_BYTES = 32 * 2 ** 20;
/** Leads of one file. */
export const MAX_LEADS = 256;
/** Samples of all leads together: 12 leads of 46 minutes at 500 Hz. */
export const MAX_VALUES = 2 ** 24;
/** Samples a second. */
export const MAX_HZ = 1e6;

/** Error: E_ECG_LIMIT where a file says that it has more than is read. */
export function checkCounts(where: string, leads: number, values: number): void {
  if (leads > MAX_LEADS) throw errors.limit(where, `${leads} leads`, `${MAX_LEADS} leads`);
  if (values > MAX_VALUES) throw errors.limit(where, `${values} samples`, `${MAX_VALUES} samples`);
}

/** Error: E_ECG_DAMAGED where it is no usable rate. */
export function checkRate(where: string, format: string, hz: number): number {
  if (!(hz > 0 && hz <= MAX_HZ)) {
    throw errors.damaged(where, format, 'its sampling rate lies outside 0 to 1,000,000 Hz');
  }
  return hz;
}
