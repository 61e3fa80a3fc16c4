/** @file One view of one record to bytes and back. Little-endian, as the codec `bytes` of the arrays says. */
import { createHash } from 'node:crypto';
import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import type { HostArray, ViewSpec } from '@dualbeat/core';
import type { Compression, EncodedView, Encoding } from './types.ts';

type Numbers = HostArray['data'];

const largest = 32767;
/** Steps that digital recordings and images have: whole numbers, and 1 uV in mV. */
const exactSteps = [1, 0.001];
const bytesPer: Readonly<Record<Encoding, number>> = { int16: 2, float32: 4, int32: 4, uint8: 1 };

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
export const encodedBytes = (spec: ViewSpec, encoding: Encoding): number =>
  sizeOf(spec.shape) * bytesPer[encoding];

/** An array that fits the view's type, for `rows` records. */
export function arrayFor(spec: ViewSpec, rows: number): Numbers {
  const size = rows * sizeOf(spec.shape);
  if (spec.dtype === 'float32') return new Float32Array(size);
  return spec.dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}

/** What is wrong with the numbers, or undefined. */
export function problemOf(values: Numbers, spec: ViewSpec): string | undefined {
  const want = arrayFor(spec, 0).constructor.name;
  if (values.constructor.name !== want) return `${values.constructor.name} where ${want} is due`;
  const size = sizeOf(spec.shape);
  if (values.length !== size) {
    return `${values.length} values, ${spec.shape.join(' x ')} = ${size} are due`;
  }
  if (!(values instanceof Float32Array)) return undefined;
  const bad = values.findIndex((value) => !Number.isFinite(value));
  return bad < 0 ? undefined : `value ${bad} is ${values[bad]}`;
}

/** `values` are those that `problemOf` finds nothing in. */
export function encodeView(
  values: Numbers,
  encoding: Encoding,
  compression: Compression,
): EncodedView {
  const scale = encoding === 'int16' ? scaleOf(values) : 1;
  const stored = encoding === 'int16' ? quantise(values, scale) : values;
  const raw = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  const digest = createHash('sha256').update(raw).update(`/${scale}`).digest('hex');
  const bytes = compression === 'gzip' ? gzipSync(raw, { level: 1 }) : Uint8Array.from(raw);
  return { bytes, scale, crc: crc32(bytes) | 0, digest };
}

/**
 * Decodes into `out` from `at` on. A string says what is wrong with the bytes; `out` may then hold a part.
 * `bytes` begin at a multiple of 4 in their buffer.
 */
export function decodeView(
  bytes: Uint8Array,
  stored: { readonly encoding: Encoding; readonly compression: Compression },
  { scale, crc }: Pick<EncodedView, 'scale' | 'crc'>,
  out: Numbers,
  at: number,
  size: number,
): string | undefined {
  if ((crc32(bytes) | 0) !== crc) return 'its bytes do not have their checksum';
  const raw = rawOf(bytes, stored.compression, size * bytesPer[stored.encoding]);
  if (typeof raw === 'string') return raw;
  if (stored.encoding === 'int16') {
    const numbers = new Int16Array(raw.buffer, raw.byteOffset, size);
    for (let i = 0; i < size; i++) out[at + i] = (numbers[i] as number) * scale;
    return undefined;
  }
  new Uint8Array(out.buffer, out.byteOffset + at * out.BYTES_PER_ELEMENT, raw.length).set(raw);
  return undefined;
}

/** SHA-256 as `encodeView` gave it. A string with a space says what is wrong. */
export function digestOfStored(
  bytes: Uint8Array,
  compression: Compression,
  scale: number,
  length: number,
): string {
  const raw = rawOf(bytes, compression, length);
  if (typeof raw === 'string') return raw;
  return createHash('sha256').update(raw).update(`/${scale}`).digest('hex');
}

function rawOf(bytes: Uint8Array, compression: Compression, length: number): Uint8Array | string {
  let raw = bytes;
  if (compression === 'gzip') {
    try {
      raw = aligned(gunzipSync(bytes, { maxOutputLength: length })); // no bomb
    } catch {
      return 'it is no whole gzip stream of its size';
    }
  }
  return raw.length === length ? raw : `it has ${raw.length} bytes, ${length} are due`;
}

const aligned = (bytes: Uint8Array): Uint8Array =>
  bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);

/**
 * The step of the stored numbers: one that the values are whole multiples of (they come back exactly), else the largest value
 * becomes 32767, and no value changes by more than 1/65534 of the largest. Zero stays zero.
 */
function scaleOf(values: Numbers): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  if (most === 0) return 1;
  const exact = exactSteps.find(
    (step) =>
      most <= largest * step &&
      values.every((value) => Math.fround(Math.round(value / step) * step) === value),
  );
  // Not so small that the division overflows (values of 1e-40).
  return exact ?? Math.max(most / largest, Number.MIN_VALUE * 2 ** 52);
}

function quantise(values: Numbers, scale: number): Int16Array {
  const stored = new Int16Array(values.length);
  for (let i = 0; i < values.length; i++) stored[i] = Math.round((values[i] as number) / scale);
  return stored;
}
