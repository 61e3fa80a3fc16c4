/** @file WFDB headers (`.hea`): text to fields. Source: WFDB Applications Guide, header(5). */
import * as errors from '../../errors.ts';

export type SignalHeader = {
  /** Relative to the header's folder, never outside it. */
  readonly file: string;
  readonly format: number;
  readonly samplesPerFrame: number;
  /** Samples in the file before sample 0. */
  readonly skew: number;
  readonly byteOffset: number;
  /** Digital steps per unit. */
  readonly gain: number;
  /** Digital value of zero. */
  readonly baseline: number;
  readonly unit: string;
  /** 0: not said. */
  readonly adcBits: number;
  readonly adcZero: number;
  readonly initial: number | undefined;
  readonly checksum: number | undefined;
  readonly name: string;
};
export type WfdbHeader = {
  /** Frames a second. */
  readonly samplingHz: number;
  /** `undefined`: as many as the signal files hold. */
  readonly frames: number | undefined;
  readonly signals: readonly SignalHeader[];
  /** Without '#', trimmed. */
  readonly comments: readonly string[];
};

// Defaults of the format itself, header(5).
const WFDB_HZ = 250;
const WFDB_GAIN = 200;

const number = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const recordLine = new RegExp(
  String.raw`^([^\s/]+)(?:/(\d{1,9}))?\s+(\d{1,9})(?:\s+(${number})(?:/${number}(?:\(${number}\))?)?(?:\s+(\d{1,12})(?:\s.*)?)?)?$`,
);
const formatField = /^(\d{1,9})(?:x(\d{1,9}))?(?::(\d{1,9}))?(?:\+(\d{1,9}))?$/;
const gainField = new RegExp(String.raw`^(${number})(?:\(([+-]?\d{1,12})\))?(?:/(\S+))?$`);

/** Fields of a header; `where` names it in errors: E_WFDB_HEADER, E_WFDB_SEGMENTS, E_WFDB_SIGNAL_PATH, E_WFDB_EMPTY. */
export function parseHeader(text: string, where: string): WfdbHeader {
  if (text.trim() === '') throw errors.fileEmpty(where);
  const lines = text.split(/\r?\n/).map((line, i) => ({ line: i + 1, text: line.trim() }));
  const comments = lines.filter((l) => l.text.startsWith('#')).map((l) => l.text.slice(1).trim());
  const [head, ...rest] = lines.filter((l) => l.text !== '' && !l.text.startsWith('#'));
  if (head === undefined) throw errors.headerMalformed(where, 1, 'there is no record line');
  const record = recordLine.exec(head.text);
  if (record === null) {
    const form = '"name signals [frequency [samples [time [date]]]]"';
    throw errors.headerMalformed(where, head.line, `a record line reads ${form}`);
  }
  if (record[2] !== undefined) throw errors.multiSegment(where, Number(record[2]));
  const count = Number(record[3]);
  if (count === 0) throw errors.headerMalformed(where, head.line, 'it names no signal');
  if (rest.length < count) {
    const cause = `it promises ${count} signals, ${rest.length} signal lines follow`;
    throw errors.headerMalformed(where, head.line, cause);
  }
  const samplingHz = record[4] === undefined ? WFDB_HZ : Number(record[4]);
  if (!(samplingHz > 0 && samplingHz <= 1e6)) {
    throw errors.headerMalformed(where, head.line, 'the frequency lies outside 0 to 1,000,000 Hz');
  }
  const frames = record[5] === undefined || Number(record[5]) === 0 ? undefined : Number(record[5]);
  const signals = rest.slice(0, count).map((l) => parseSignal(l.text, l.line, where));
  return { samplingHz, frames, signals, comments };
}

function parseSignal(text: string, line: number, where: string): SignalHeader {
  const malformed = (cause: string) => errors.headerMalformed(where, line, cause);
  const [file = '', format = '', gain, bits, zero, initial, checksum, block, ...name] =
    text.split(/\s+/);
  const how = formatField.exec(format);
  if (how === null) throw malformed('the format field reads "format[xN][:skew][+offset]"');
  if (!staysInside(file)) throw errors.signalPathUnsafe(where, line);
  const scale = gain === undefined ? undefined : gainField.exec(gain);
  if (scale === null) throw malformed('the gain field reads "gain[(baseline)][/units]"');
  const integer = (field: string | undefined, what: string): number | undefined => {
    if (field === undefined) return undefined;
    if (!/^[+-]?\d{1,12}$/.test(field)) throw malformed(`the ${what} is no integer`);
    return Number(field);
  };
  const samplesPerFrame = Number(how[2] ?? 1);
  if (samplesPerFrame === 0) throw malformed('it has 0 samples per frame');
  const adcZero = integer(zero, 'ADC zero') ?? 0;
  const stepsPerUnit = Number(scale?.[1] ?? 0);
  if (!Number.isFinite(stepsPerUnit)) throw malformed('the gain is no number');
  integer(block, 'block size');
  return {
    file,
    format: Number(how[1]),
    samplesPerFrame,
    skew: Number(how[3] ?? 0),
    byteOffset: Number(how[4] ?? 0),
    gain: stepsPerUnit === 0 ? WFDB_GAIN : stepsPerUnit, // header(5): 0 means not calibrated
    baseline: scale?.[2] === undefined ? adcZero : Number(scale[2]),
    unit: scale?.[3] ?? 'mV',
    adcBits: integer(bits, 'ADC resolution') ?? 0,
    adcZero,
    initial: integer(initial, 'initial value'),
    checksum: integer(checksum, 'checksum'),
    name: name.join(' '),
  };
}

/** A relative path of plain names: no '..', no leading '/', no drive letter, no '-' (standard input). */
function staysInside(file: string): boolean {
  // eslint-disable-next-line no-control-regex
  if (file === '-' || /[\u0000-\u001f\\:]/.test(file) || file.length > 255) return false;
  return file.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
