/** @file One line of a journal: a JSON object whose last key is the CRC-32 of the bytes before it. */
import { crc32 } from 'node:zlib';

export type JournalEntry = {
  /** Counts from 0 over the life of the journal, without repeats. */
  readonly seq: number;
  /** ISO time. */
  readonly t: string;
  readonly type: string;
  readonly [field: string]: unknown;
};

/** `,"crc":"xxxxxxxx"}`: these bytes end every line. */
const tailLength = 18;
const tailForm = /^,"crc":"([0-9a-f]{8})"\}$/;

/** The line of `entry` with its line feed. Numbers that JSON has not become 'NaN', 'Infinity' and '-Infinity'. */
export function journalLine(entry: JournalEntry): Buffer {
  const head = Buffer.from(JSON.stringify(entry, asJson).slice(0, -1), 'utf8');
  const crc = crc32(head).toString(16).padStart(8, '0');
  return Buffer.concat([head, Buffer.from(`,"crc":"${crc}"}\n`, 'latin1')]);
}

/** The entry of `line` (without line feed), or undefined where the line is not what was written. */
export function parseJournalLine(line: Uint8Array): JournalEntry | undefined {
  if (line.length < tailLength) return undefined;
  const split = line.length - tailLength;
  const head = line.subarray(0, split);
  const tail = Buffer.from(line.buffer, line.byteOffset + split, tailLength).toString('latin1');
  const crc = tailForm.exec(tail)?.[1];
  if (crc === undefined || Number.parseInt(crc, 16) !== crc32(head)) return undefined;
  try {
    const entry: unknown = JSON.parse(`${Buffer.from(head).toString('utf8')}}`);
    return isEntry(entry) ? entry : undefined;
  } catch {
    return undefined; // a right CRC over what is no JSON: not our line
  }
}

function asJson(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  // A typed array would become {"0":...}; a Buffer has a toJSON that wraps it, so look at what stood there.
  const raw = (this as Record<string, unknown>)[key];
  if (ArrayBuffer.isView(raw) && !(raw instanceof DataView)) {
    return Array.from(raw as unknown as ArrayLike<number>);
  }
  return value;
}

function isEntry(value: unknown): value is JournalEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { seq, t, type } = value as Record<string, unknown>;
  return Number.isSafeInteger(seq) && typeof t === 'string' && typeof type === 'string';
}
