/** @file EDF and EDF+: 16-bit signals in data records; annotations are left out. */
import * as errors from '../common/errors.ts';
import { ageAt, checked, factsOf, sexOf } from '../common/facts.ts';
import type { Day } from '../common/facts.ts';
import { defineReader } from '../common/define-reader.ts';
import { leadOptionsSchema } from '../common/lead-options.ts';
import { checkCounts, checkRate } from '../common/limits.ts';
import type { Facts, Recording } from '../common/recording.ts';
import { microvoltsOf } from '../common/units.ts';

const FORMAT = 'EDF';
const HEADER_BYTES = 256;
const ANNOTATIONS = 'EDF Annotations';
const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');

export const edf = defineReader({
  id: 'edf',
  format: FORMAT,
  options: leadOptionsSchema,
  recognises: (head, name) => /\.edf$/i.test(name) && textOf(head.subarray(0, 8)).trimEnd() === '0',
  decode: decodeEdf,
});

/** Errors: E_ECG_DAMAGED, _NO_WAVEFORM, _LIMIT, _UNSUPPORTED. Signals that are no voltages are left out. */
export function decodeEdf(bytes: Uint8Array, where: string): Recording {
  const field = (at: number, length: number) => textOf(bytes.subarray(at, at + length)).trim();
  const integer = (at: number, length: number, what: string) => {
    const text = field(at, length);
    if (!/^[+-]?\d{1,8}$/.test(text))
      throw errors.damaged(where, FORMAT, `its ${what} is no integer`);
    return Number(text);
  };
  const decimal = (at: number, what: string) => {
    const text = field(at, 8);
    const value = text === '' ? NaN : Number(text);
    if (!Number.isFinite(value)) throw errors.damaged(where, FORMAT, `its ${what} is no number`);
    return value;
  };
  if (bytes.length < HEADER_BYTES || field(0, 8) !== '0')
    throw errors.damaged(where, FORMAT, 'its header is not there');
  const count = integer(252, 4, 'number of signals');
  checkCounts(where, count, 0);
  const start = HEADER_BYTES * (count + 1);
  if (count < 1 || bytes.length < start)
    throw errors.damaged(where, FORMAT, 'its header ends early');
  const seconds = decimal(244, 'record duration');
  const column = (offset: number, width: number, i: number) =>
    HEADER_BYTES + offset * count + width * i;
  const signals = Array.from({ length: count }, (_, i) => ({
    label: field(column(0, 16, i), 16),
    unit: field(column(96, 8, i), 8),
    physical: [
      decimal(column(104, 8, i), 'physical minimum'),
      decimal(column(112, 8, i), 'physical maximum'),
    ] as const,
    digital: [
      integer(column(120, 8, i), 8, 'digital minimum'),
      integer(column(128, 8, i), 8, 'digital maximum'),
    ] as const,
    samples: integer(column(216, 8, i), 8, 'samples per record'),
  }));
  if (signals.some((signal) => signal.samples < 0))
    throw errors.damaged(where, FORMAT, 'a signal has a negative length');
  const perRecord = signals.reduce((sum, signal) => sum + signal.samples, 0);
  if (perRecord === 0) throw errors.noWaveform(where, FORMAT, 'samples');
  const stated = integer(236, 8, 'number of records');
  // -1: the recording was not closed; the size of the file tells.
  const records = stated === -1 ? Math.floor((bytes.length - start) / (2 * perRecord)) : stated;
  if (records < 1 || start + 2 * perRecord * records > bytes.length) {
    const cause = `it promises ${stated} records of ${2 * perRecord} bytes and holds ${bytes.length - start} bytes`;
    throw errors.damaged(where, FORMAT, cause);
  }
  checkCounts(where, count, perRecord * records);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  let offset = 0;
  const placed = signals.map((signal) => ({
    ...signal,
    offset: (offset += signal.samples) - signal.samples,
  }));
  if (field(192, 44).startsWith('EDF+D')) {
    const marks = placed.find((signal) => signal.label === ANNOTATIONS);
    const at = (record: number) => start + 2 * (record * perRecord + (marks?.offset ?? 0));
    for (let record = 1; record < records; record++) {
      const [before, after] = [record - 1, record].map((each) =>
        onset(bytes, at(each), 2 * (marks?.samples ?? 0)),
      );
      if (!(Math.abs((after as number) - (before as number) - seconds) < 1e-6)) {
        throw errors.unsupported(where, FORMAT, 'gaps between its data records');
      }
    }
  }
  const leads = placed.flatMap((signal) => {
    const unit = microvoltsOf(signal.unit);
    if (signal.label === ANNOTATIONS || unit === undefined || signal.samples === 0) return [];
    const [low, high] = signal.physical;
    const [from, to] = signal.digital;
    if (to <= from || low === high)
      throw errors.damaged(where, FORMAT, 'a signal has an empty range');
    const step = (high - low) / (to - from);
    const microvolts = new Float64Array(signal.samples * records);
    for (let i = 0, record = 0; record < records; record++) {
      const first = record * perRecord + signal.offset;
      for (let j = 0; j < signal.samples; j++) {
        const digital = view.getInt16(2 * (first + j), true);
        microvolts[i++] = (low + (digital - from) * step) * unit;
      }
    }
    const samplingHz = checkRate(where, FORMAT, signal.samples / seconds);
    return [{ name: signal.label, samplingHz, microvolts }];
  });
  if (leads.length === 0) throw errors.noWaveform(where, FORMAT, 'signal in volts');
  return { leads, facts: edfFacts(field(8, 80), field(88, 80)), flags: [] };
}

/** Time of a data record of EDF+, from the head of its annotations: '+12.5' and a byte 20. */
function onset(bytes: Uint8Array, at: number, length: number): number {
  // eslint-disable-next-line no-control-regex
  const text = /^([+-]\d{1,9}(?:\.\d{1,9})?)[\x14\x15]/.exec(
    textOf(bytes.subarray(at, at + Math.min(length, 32))),
  );
  return text ? Number(text[1]) : NaN;
}

/** EDF+ alone gives sex and date of birth: 'code sex dd-MMM-yyyy name' and 'Startdate dd-MMM-yyyy ...'. */
function edfFacts(patient: string, recording: string): Facts {
  const [, sex, born] = patient.split(/\s+/);
  const [keyword, started] = recording.split(/\s+/);
  const recorded = keyword === 'Startdate' ? dayOf(started) : undefined;
  return factsOf(ageAt(dayOf(born), recorded), sexOf(/^[MF]$/.test(sex ?? '') ? sex : undefined));
}

function dayOf(text: string | undefined): Day | undefined {
  const found = /^(\d{2})-([A-Z]{3})-(\d{4})$/.exec(text ?? '');
  return found
    ? checked(Number(found[3]), MONTHS.indexOf(found[2] as string) + 1, Number(found[1]))
    : undefined;
}

const textOf = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);
