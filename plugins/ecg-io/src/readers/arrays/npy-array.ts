/** @file The npy format of numpy, versions 1 to 3: a header in Python's notation, then the values. */
import * as errors from '../common/errors.ts';
import { MAX_VALUES } from '../common/limits.ts';
import type { FoundArray } from './array-recording.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const MAX_HEADER = 65_536;

type Read = (view: DataView, at: number, little: boolean) => number;
const types: { readonly [type: string]: { readonly bytes: number; readonly read: Read } } = {
  f8: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  f4: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f2: { bytes: 2, read: (view, at, little) => halfOf(view.getUint16(at, little)) },
  i4: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  i2: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

export const isNpy = (head: Uint8Array) => MAGIC.every((byte, i) => head[i] === byte);

/** Errors: E_ECG_DAMAGED, E_ECG_UNSUPPORTED (objects, other types), E_ECG_LIMIT. */
export function parseNpy(bytes: Uint8Array, where: string): FoundArray {
  const broken = (cause: string) => errors.damaged(where, 'npy', cause);
  if (bytes.length < 12 || !isNpy(bytes)) throw broken('its head is not there');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isFirst = bytes[6] === 1;
  const length = isFirst ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = (isFirst ? 10 : 12) + length;
  if (length > MAX_HEADER || start > bytes.length) throw broken('its header ends early');
  const header = new TextDecoder('latin1').decode(bytes.subarray(isFirst ? 10 : 12, start));
  const descr = /'descr'\s*:\s*'([<>|=]?)([a-zA-Z]\d{0,3})'/.exec(header);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header);
  const extents = /'shape'\s*:\s*\(([\d\s,]{0,200})\)/.exec(header);
  if (!descr || !order || !extents) throw broken('its header is malformed');
  const type = Object.hasOwn(types, descr[2] as string) ? types[descr[2] as string] : undefined;
  if (type === undefined) {
    throw errors.unsupported(
      where,
      'npy',
      `values that are none of ${Object.keys(types).join(', ')}`,
    );
  }
  const shape = (extents[1] as string)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (count > MAX_VALUES) throw errors.limit(where, `${count} values`, `${MAX_VALUES} values`);
  if (start + count * type.bytes > bytes.length) {
    throw broken(`it promises ${count} values and holds ${bytes.length - start} bytes`);
  }
  const little = descr[1] !== '>';
  const value = (index: number) => type.read(view, start + index * type.bytes, little);
  const [rows = 0, columns = 0] = shape;
  const isFortran = order[1] === 'True' && shape.length === 2;
  return {
    shape,
    at: isFortran ? (i) => value((i % columns) * rows + Math.floor(i / columns)) : value,
  };
}

/** IEEE 754 half precision. */
export function halfOf(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
