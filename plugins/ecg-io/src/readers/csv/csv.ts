/** @file CSV: a line of lead names (and a time column), then one line per sample. */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { standardLead } from '../../leads.ts';
import { signalOptions } from '../arrays/options.ts';
import * as errors from '../common/errors.ts';
import { defineReader } from '../common/define-reader.ts';
import { checkCounts, checkRate } from '../common/limits.ts';
import type { Recording } from '../common/recording.ts';
import { microvoltsOf } from '../common/units.ts';

const FORMAT = 'CSV';
/** Fewer known leads than this make no recording: tables of other things have a column "I" as well. */
const LEAST_LEADS = 2;
const secondsPer: { readonly [unit: string]: number } = { s: 1, sec: 1, seconds: 1, ms: 1e-3 };

export const csvOptions = Type.Object({ ...signalOptions }, { additionalProperties: false });
export type CsvOptions = Static<typeof csvOptions>;

export const csv = defineReader({
  id: 'csv-ecg',
  format: FORMAT,
  options: csvOptions,
  recognises: (head, name) => /\.(csv|tsv)$/i.test(name) && headerOf(textOf(head)) !== undefined,
  decode: decodeCsv,
});

type Column = { readonly name: string; readonly unit: string | undefined };
type Header = {
  readonly separator: string;
  readonly columns: readonly Column[];
  readonly end: number;
};

/** The first line that is neither empty nor a comment, where it names leads. */
function headerOf(text: string): Header | undefined {
  const found = /^(?:\s*(?:#[^\n]*)?\n)*([^\n]+)/.exec(text.slice(0, 65_536));
  const line = (found?.[1] ?? '').trim();
  const separator = [',', ';', '\t'].find((each) => line.includes(each));
  if (separator === undefined || found === null) return undefined;
  const columns = line.split(separator).map(columnOf);
  const known = columns.filter((column) => standardLead(column.name) !== undefined);
  return known.length < LEAST_LEADS ? undefined : { separator, columns, end: found[0].length };
}

/** 'V1', '"V1"', 'V1 (uV)', 'V1 [mV]', 'time_ms', 'time'. */
function columnOf(text: string): Column {
  const plain = text
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim();
  const bracket = /^(.*?)\s*[([]([^()[\]]{1,12})[)\]]$/.exec(plain);
  const joined = /^(\w+)_(s|ms|mV|uV|V)$/i.exec(plain);
  const [, name, unit] = bracket ?? joined ?? [undefined, plain, undefined];
  return { name: (name ?? plain).trim(), unit };
}

/** Errors: E_ECG_DAMAGED, _UNIT, _RATE_UNKNOWN, _LIMIT. Empty fields and 'nan' are invalid samples. */
export function decodeCsv(bytes: Uint8Array, where: string, options: CsvOptions): Recording {
  const text = textOf(bytes);
  const header = headerOf(text);
  if (header === undefined) throw errors.damaged(where, FORMAT, 'its first line names no leads');
  const { separator, columns } = header;
  checkCounts(where, columns.length, 0);
  const lines = text
    .slice(header.end)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !line.startsWith('#'));
  checkCounts(where, columns.length, columns.length * lines.length);
  const values = columns.map(() => new Float64Array(lines.length));
  lines.forEach((line, i) => {
    const fields = line.split(separator);
    if (fields.length !== columns.length) {
      const cause = `sample ${i + 1} has ${fields.length} fields, the first line ${columns.length}`;
      throw errors.damaged(where, FORMAT, cause);
    }
    fields.forEach((field, column) => {
      const value = numberOf(field, separator);
      if (value === undefined) {
        throw errors.damaged(where, FORMAT, `column ${column + 1} of sample ${i + 1} is no number`);
      }
      (values[column] as Float64Array)[i] = value;
    });
  });
  const timeAt = columns.findIndex((column) => /^(t|time|seconds?)$/i.test(column.name));
  const time = timeAt === -1 ? undefined : values[timeAt];
  const samplingHz = options.samplingHz ?? rateOf(time, columns[timeAt]?.unit ?? 's', where);
  const leads = columns.flatMap(({ name, unit }, i) => {
    if (i === timeAt) return [];
    const scale = microvoltsOf(unit ?? options.unit);
    if (scale === undefined) throw errors.unitUnknown(where, errors.listed([name]));
    return [
      { name, samplingHz, microvolts: (values[i] as Float64Array).map((value) => value * scale) },
    ];
  });
  return { leads, facts: {}, flags: [] };
}

function numberOf(field: string, separator: string): number | undefined {
  const plain = field.trim();
  if (plain === '' || /^nan$/i.test(plain)) return NaN;
  // Decimal commas stand where fields are separated otherwise.
  const text = separator === ',' ? plain : plain.replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : undefined;
}

/** From a column of even times. Errors: E_ECG_RATE_UNKNOWN, E_ECG_DAMAGED. */
function rateOf(time: Float64Array | undefined, unit: string, where: string): number {
  const per = secondsPer[unit.toLowerCase()];
  if (time === undefined || time.length < 2 || per === undefined) throw errors.rateUnknown(where);
  const steps = time.length - 1;
  const step = (((time[steps] as number) - (time[0] as number)) / steps) * per;
  for (let i = 1; i < time.length; i++) {
    const own = ((time[i] as number) - (time[i - 1] as number)) * per;
    if (!(Math.abs(own - step) <= 0.5 * step)) {
      throw errors.damaged(where, FORMAT, `the times are uneven at sample ${i + 1}`);
    }
  }
  const hz = 1 / step;
  const whole = Math.round(hz);
  return checkRate(where, FORMAT, Math.abs(hz - whole) < 1e-3 * whole ? whole : hz);
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
