/** @file NIfTI-1 and NIfTI-2 (.nii, .nii.gz) to a cine volume. */
import { isCoded } from '@dualbeat/core';
import type { CineVolume } from '../cine-volume.ts';
import * as errors from '../errors.ts';
import { MAX_EXTENT, MAX_VALUES } from '../limits.ts';
import { gunzip } from './gunzip.ts';

type Get = (view: DataView, at: number, little: boolean) => number;
/** By NIfTI's datatype code: bytes of a value, and how it is read. */
const types: { readonly [code: number]: readonly [number, Get] } = {
  2: [1, (v, i) => v.getUint8(i)],
  4: [2, (v, i, l) => v.getInt16(i, l)],
  8: [4, (v, i, l) => v.getInt32(i, l)],
  16: [4, (v, i, l) => v.getFloat32(i, l)],
  64: [8, (v, i, l) => v.getFloat64(i, l)],
  256: [1, (v, i) => v.getInt8(i)],
  512: [2, (v, i, l) => v.getUint16(i, l)],
  768: [4, (v, i, l) => v.getUint32(i, l)],
  1024: [8, (v, i, l) => Number(v.getBigInt64(i, l))],
  1280: [8, (v, i, l) => Number(v.getBigUint64(i, l))],
};
const mmOf: { readonly [unit: number]: number } = { 0: 1, 1: 1000, 2: 1, 3: 0.001 };
const msOf: { readonly [unit: number]: number } = { 8: 1000, 16: 1, 24: 0.001 };

/**
 * The first axis of the file is the column, the second the row, the third the slice, the fourth the frame: files of either in-plane
 * order (216 x 256 and 256 x 216 in ACDC) keep their own rows and columns, and the affine says where they lie. Slope and intercept
 * are applied, values that are not finite become 0 and are flagged. Errors: E_CMR_DAMAGED, _LIMIT, _UNSUPPORTED.
 */
export async function decodeNifti(file: Uint8Array, where: string): Promise<CineVolume> {
  try {
    const zipped = file[0] === 0x1f && file[1] === 0x8b;
    return await decode(zipped ? await gunzip(file, where) : file, where);
  } catch (error) {
    if (isCoded(error)) throw error;
    throw errors.damaged(where, 'NIfTI', 'its structure cannot be followed', error);
  }
}

async function decode(bytes: Uint8Array, where: string): Promise<CineVolume> {
  const nifti = await import('nifti-reader-js');
  // The library takes the buffer as the file, so a part of a larger one must be copied; the header alone is enough.
  const head = bytes.slice(0, 1024).buffer as ArrayBuffer;
  if (bytes.length < 352 || !nifti.isNIFTI(head)) {
    throw errors.damaged(where, 'NIfTI', 'it does not begin with a NIfTI header');
  }
  const header = nifti.readHeader(head);
  const dims = header.dims.map(Number);
  const extents = Array.from({ length: 7 }, (_, i) => (i < (dims[0] ?? 0) ? dims[i + 1] : 1));
  if (!extents.every((extent) => Number.isInteger(extent) && (extent as number) >= 1)) {
    throw errors.damaged(where, 'NIfTI', 'an extent in its header is no positive number');
  }
  const [columns, rows, slices, frames, ...more] = extents as [number, number, number, number];
  if ((more as number[]).some((extent) => extent !== 1) || (dims[0] as number) < 2) {
    throw errors.unsupported(where, 'NIfTI', `${dims[0]} axes (2 to 4 are read)`);
  }
  const count = columns * rows * slices * frames;
  if (Math.max(columns, rows, slices, frames) > MAX_EXTENT || count > MAX_VALUES) {
    throw errors.limit(where, `${count} values`, `${MAX_VALUES} values, ${MAX_EXTENT} an axis`);
  }
  const type = types[header.datatypeCode];
  if (type === undefined) {
    throw errors.unsupported(where, 'NIfTI', `values of the type ${header.datatypeCode}`);
  }
  const [width, get] = type;
  const start = Math.max(0, Math.floor(Number(header.vox_offset)));
  if (!Number.isFinite(start) || start + count * width > bytes.length) {
    throw errors.damaged(where, 'NIfTI', `it ends before its ${count} values do`);
  }
  const unit = mmOf[header.xyzt_units & 7] ?? 1;
  const [column, row, slice] = [1, 2, 3].map((i) => Math.abs(Number(header.pixDims[i])) * unit) as [
    number,
    number,
    number,
  ];
  const usable = [column, row, ...(slices > 1 ? [slice] : [])];
  if (!usable.every((mm) => mm > 1e-3 && mm < 1e3)) {
    throw errors.damaged(where, 'NIfTI', 'its spacing lies outside 0.001 to 1000 mm');
  }
  const flags: string[] = [];
  const values = valuesOf(bytes, { start, count, width, get, header }, flags);
  const thick = slice > 1e-3 && slice < 1e3 ? slice : 1;
  const times = (msOf[header.xyzt_units & 56] ?? 0) * Number(header.pixDims[4]);
  const affine = header.affine.slice(0, 3).flatMap((line) => line.slice(0, 4).map((v) => v * unit));
  return {
    ...{ frames, slices, rows, columns, values, flags },
    spacing: { slice: thick, row, column },
    positions: Array.from({ length: slices }, (_, i) => i * thick),
    sliceGap: null,
    present: new Uint8Array(frames * slices).fill(1),
    frameNumbers: Array.from({ length: frames }, (_, i) => i),
    cycle: frames,
    frameTimes:
      frames > 1 && times > 0 && times < 1e4
        ? Array.from({ length: frames }, (_, i) => i * times)
        : null,
    affine: affine.length === 12 && affine.every(Number.isFinite) ? affine : null,
    facts: {},
  };
}

type Stored = {
  readonly start: number;
  readonly count: number;
  readonly width: number;
  readonly get: Get;
  readonly header: { littleEndian: boolean; scl_slope: number; scl_inter: number };
};

function valuesOf(
  bytes: Uint8Array,
  { start, count, width, get, header }: Stored,
  flags: string[],
): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(count);
  // NIfTI: a slope of 0 (or NaN, as ACDC has it) means that values are as they are.
  const scaled = Number.isFinite(header.scl_slope) && header.scl_slope !== 0;
  const slope = scaled ? header.scl_slope : 1;
  const intercept = scaled && Number.isFinite(header.scl_inter) ? header.scl_inter : 0;
  let bad = 0;
  for (let i = 0; i < count; i++) {
    const value = Math.fround(
      get(view, start + i * width, header.littleEndian) * slope + intercept,
    );
    if (Number.isFinite(value)) values[i] = value;
    else bad++;
  }
  if (bad > 0) flags.push(`not finite, set to 0: ${bad} voxels`);
  return values;
}
