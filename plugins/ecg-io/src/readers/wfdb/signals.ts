/** @file WFDB signal files: digital values per signal, checked against the header before and after reading. */
import { open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import * as errors from '../../errors.ts';
import { byteLength, signalFormats } from './formats.ts';
import type { SignalFormat } from './formats.ts';
import type { SignalHeader, WfdbHeader } from './header.ts';

export type DigitalSignal = {
  readonly header: SignalHeader;
  readonly format: SignalFormat;
  /** In the order of the file, frames x samplesPerFrame values. */
  readonly digital: Int32Array;
};

const inflate = promisify(gunzip);
/** Deflate cannot do better; a header that asks for more is wrong, and nothing is allocated for it. */
const MAX_INFLATION = 1032;

/**
 * The signal files of a record as they lie on disk (`x.dat` or `x.dat.gz`), each once. The size of one that is not compressed is
 * compared with the header: a copy that was cut off is noticed before anything is read. Errors: E_WFDB_SIGNAL_MISSING, _TRUNCATED.
 */
export async function signalFiles(header: WfdbHeader, path: string): Promise<string[]> {
  const files = [...new Set(header.signals.map((signal) => signal.file))];
  return Promise.all(
    files.map(async (file) => {
      const at = await locate(path, file);
      const needs = bytesPromised(header, file);
      if (!at.path.endsWith('.gz') && at.size < needs) {
        throw errors.signalTruncated(path, file, at.size, needs);
      }
      return at.path;
    }),
  );
}

/** Bytes that the header promises of a signal file; 0 where it does not say. */
function bytesPromised({ signals, frames }: WfdbHeader, file: string): number {
  const own = signals.filter((signal) => signal.file === file);
  const [first] = own;
  const format = first === undefined ? undefined : signalFormats.get(first.format);
  if (first === undefined || format === undefined || frames === undefined) return 0;
  const perFrame = own.reduce((sum, signal) => sum + signal.samplesPerFrame, 0);
  return first.byteOffset + byteLength(format, frames * perFrame);
}

/**
 * Digital values of all signals of the record whose header lies at `path`. No more is allocated than the files hold.
 * Errors: E_WFDB_FORMAT, _SIGNAL_MISSING, _TRUNCATED, _GZIP, _READ, _HEADER; with `verify` _CHECKSUM and _INITIAL.
 */
export async function readSignals(
  header: WfdbHeader,
  path: string,
  verify: boolean,
): Promise<DigitalSignal[]> {
  const groups = new Map<string, SignalHeader[]>();
  for (const signal of header.signals) {
    const group = groups.get(signal.file);
    if (group === undefined) groups.set(signal.file, [signal]);
    else group.push(signal);
  }
  const read = new Map<SignalHeader, DigitalSignal>();
  for (const signals of groups.values()) {
    for (const signal of await readGroup(signals, header.frames, path)) {
      if (verify) verifySignal(signal, path);
      read.set(signal.header, signal);
    }
  }
  return header.signals.map((signal) => read.get(signal) as DigitalSignal);
}

/** The signals of one file, which are interleaved frame by frame. */
async function readGroup(
  signals: readonly SignalHeader[],
  promised: number | undefined,
  path: string,
): Promise<DigitalSignal[]> {
  const first = signals[0] as SignalHeader;
  const format = signalFormats.get(first.format);
  if (format === undefined) {
    const known = [...signalFormats.keys()].join(', ');
    throw errors.formatUnknown(path, first.name, first.format, known);
  }
  if (signals.some((s) => s.format !== first.format || s.byteOffset !== first.byteOffset)) {
    throw errors.headerMalformed(path, 1, 'signals of one file differ in format or offset');
  }
  const perFrame = signals.reduce((sum, signal) => sum + signal.samplesPerFrame, 0);
  const bytesOf = (frames: number) => first.byteOffset + byteLength(format, frames * perFrame);
  const needs = promised === undefined ? undefined : bytesOf(promised);
  const bytes = await readBytes(path, first.file, needs);
  const data = bytes.subarray(first.byteOffset);
  const frames = promised ?? Math.floor((data.length * 8) / format.bits / perFrame);
  if (frames === 0) throw errors.signalTruncated(path, first.file, bytes.length, bytesOf(1));
  const all = format.decode(data, frames * perFrame);
  let start = 0;
  return signals.map((header) => {
    const width = header.samplesPerFrame;
    const digital = new Int32Array(frames * width);
    for (let frame = 0, i = 0, at = start; frame < frames; frame++, at += perFrame) {
      for (let j = 0; j < width; j++) digital[i++] = all[at + j] as number;
    }
    start += width;
    return { header, format, digital };
  });
}

/** The first `needs` bytes of a signal file (all of it where the header does not say), unpacked if need be. */
async function readBytes(
  path: string,
  file: string,
  needs: number | undefined,
): Promise<Uint8Array> {
  const at = await locate(path, file);
  if (at.size === 0) throw errors.fileEmpty(at.path);
  if (!at.path.endsWith('.gz')) {
    return demand(needs ?? at.size, at.size, path, file, () =>
      readFirst(at.path, needs ?? at.size),
    );
  }
  if (needs === undefined) {
    throw errors.headerMalformed(path, 1, 'it must say how many samples a gzip file holds');
  }
  const packed = await readFirst(at.path, at.size);
  const most = at.size * MAX_INFLATION;
  return demand(needs, most, path, file, () => unpack(packed, needs, path, file));
}

/** What `read` gives, when `most` bytes can be enough before and are enough after. Error: E_WFDB_TRUNCATED. */
async function demand(
  needs: number,
  most: number,
  path: string,
  file: string,
  read: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  if (most < needs) throw errors.signalTruncated(path, file, most, needs);
  const bytes = await read();
  if (bytes.length < needs) throw errors.signalTruncated(path, file, bytes.length, needs);
  return bytes;
}

async function unpack(packed: Uint8Array, needs: number, path: string, file: string) {
  try {
    return await inflate(packed, { maxOutputLength: Math.max(needs, 1) });
  } catch (error) {
    throw errors.gzipBroken(path, file, needs, error);
  }
}

/** The first `length` bytes; the caller has seen that the file holds them. */
async function readFirst(path: string, length: number): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await file.read(bytes, done, length - done, done);
        if (bytesRead === 0) break; // shrunk since
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw errors.unreadable(path, error);
  }
}

async function locate(path: string, file: string): Promise<{ path: string; size: number }> {
  for (const name of [file, `${file}.gz`]) {
    const at = join(dirname(path), name);
    const found = await stat(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw errors.unreadable(at, error);
    });
    if (found === undefined) continue;
    if (!found.isFile()) throw errors.unreadable(at, undefined);
    return { path: at, size: found.size };
  }
  throw errors.signalFileMissing(path, file);
}

/** header(5): the checksum is the 16-bit signed sum of all samples, also of those before sample 0 (skew). */
function verifySignal({ header, digital }: DigitalSignal, path: string): void {
  if (header.initial !== undefined && digital[0] !== header.initial) {
    throw errors.initialWrong(path, header.name, digital[0] as number, header.initial);
  }
  if (header.checksum === undefined) return;
  let sum = 0;
  for (let i = 0; i < digital.length; i++) sum = (sum + (digital[i] as number)) | 0;
  // Some writers store the sum unsigned.
  if (((sum - header.checksum) & 0xffff) !== 0) {
    throw errors.checksumWrong(path, header.name, (sum << 16) >> 16, header.checksum);
  }
}
