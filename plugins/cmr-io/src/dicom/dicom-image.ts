/** @file One DICOM MR image: what a cine needs of it. */
import { isCoded } from '@dualbeat/core';
import type { DataSet } from 'dicom-parser';
import * as errors from '../errors.ts';
import { MAX_EXTENT } from '../limits.ts';

export type DicomImage = {
  readonly where: string;
  readonly rows: number;
  readonly columns: number;
  /** mm between rows and between columns. */
  readonly spacing: readonly [number, number];
  /** Direction of growing column, then of growing row; patient coordinates (left, posterior, superior). */
  readonly orientation: readonly number[];
  readonly position: readonly number[];
  readonly thickness: number | null;
  readonly spacingBetweenSlices: number | null;
  readonly triggerTime: number | null;
  readonly instance: number | null;
  readonly series: string;
  readonly seriesNumber: number;
  readonly description: string;
  /** Frames of the heart cycle, as the scanner tells it. */
  readonly cycle: number | null;
  readonly facts: {
    readonly age: number | null;
    readonly sex: string | null;
    readonly heartRate: number | null;
  };
  /** Values of [rows, columns] with slope and intercept, written into `out` from `at` on. */
  readonly pixels: (out: Float32Array, at: number) => void;
};

const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1';
const plain = new Set(['1.2.840.10008.1.2', EXPLICIT_LITTLE, '1.2.840.10008.1.2.2']);

/** 'DICM' at byte 128. */
export function isDicom(head: Uint8Array): boolean {
  return [0x44, 0x49, 0x43, 0x4d].every((byte, i) => head[128 + i] === byte);
}

/** Null for DICOM files that are no images (reports, presentation states). Errors: E_CMR_DAMAGED, _LIMIT, _UNSUPPORTED. */
export async function dicomImage(bytes: Uint8Array, where: string): Promise<DicomImage | null> {
  const library = await import('dicom-parser');
  const { parseDicom, readPart10Header } = library.default ?? library;
  try {
    // The syntax first: the parser would decompress a deflated file without a bound.
    const syntax = readPart10Header(bytes).string('x00020010') ?? '';
    if (!plain.has(syntax)) {
      const shown = /^[\d.]{1,64}$/.test(syntax) ? syntax : 'none that is known';
      throw errors.unsupported(
        where,
        'DICOM',
        `the transfer syntax ${shown} (uncompressed ones are read)`,
      );
    }
    const data = parseDicom(bytes);
    return data.elements['x7fe00010'] === undefined && data.uint16('x00280010') === undefined
      ? null
      : imageOf(data, bytes, where, syntax !== '1.2.840.10008.1.2.2');
  } catch (error) {
    if (isCoded(error)) throw error;
    throw errors.damaged(where, 'DICOM', 'its structure cannot be followed', error);
  }
}

function imageOf(data: DataSet, bytes: Uint8Array, where: string, little: boolean): DicomImage {
  const fail = (what: string) => errors.damaged(where, 'DICOM image', what);
  const [rows, columns] = [data.uint16('x00280010'), data.uint16('x00280011')];
  if (!rows || !columns) throw fail('its rows and columns are not told');
  if (Math.max(rows, columns) > MAX_EXTENT)
    throw errors.limit(where, `${rows} x ${columns} pixels`, `${MAX_EXTENT} an axis`);
  if ((data.uint16('x00280002') ?? 1) !== 1) throw errors.unsupported(where, 'DICOM', 'colours');
  if ((data.string('x00280004') ?? 'MONOCHROME2') !== 'MONOCHROME2')
    throw errors.unsupported(where, 'DICOM', 'an inverted grey scale');
  if ((data.intString('x00280008') ?? 1) > 1)
    throw errors.unsupported(where, 'DICOM', 'several frames in one file');
  const numbers = (tag: string, count: number, what: string): number[] => {
    const list = Array.from({ length: count }, (_, i) => data.floatString(tag, i) ?? NaN);
    if (!list.every((value) => Number.isFinite(value) && Math.abs(value) < 1e5)) throw fail(what);
    return list;
  };
  const spacing = numbers('x00280030', 2, 'its pixel spacing is not told') as [number, number];
  if (!spacing.every((mm) => mm > 1e-3 && mm < 1e3)) throw fail('its pixel spacing is no length');
  const orientation = numbers('x00200037', 6, 'its orientation is not told');
  const [a, b] = [orientation.slice(0, 3), orientation.slice(3)];
  if (
    Math.abs(dot(a, a) - 1) > 0.01 ||
    Math.abs(dot(b, b) - 1) > 0.01 ||
    Math.abs(dot(a, b)) > 0.01
  )
    throw fail('its orientation is no pair of perpendicular directions');
  const number = (tag: string): number | null => {
    const value = data.floatString(tag);
    return value !== undefined && Number.isFinite(value) ? value : null;
  };
  const interval = number('x00181062');
  const cycle = number('x00181090');
  return {
    ...{ where, rows, columns, spacing, orientation },
    position: numbers('x00200032', 3, 'its position is not told'),
    thickness: number('x00180050'),
    spacingBetweenSlices: number('x00180088'),
    triggerTime: number('x00181060'),
    instance: number('x00200013'),
    series: data.string('x0020000e') ?? '',
    seriesNumber: number('x00200011') ?? 0,
    description: data.string('x0008103e') ?? '',
    cycle: cycle !== null && Number.isInteger(cycle) && cycle > 0 && cycle <= 1000 ? cycle : null,
    facts: {
      age: ageOf(data.string('x00101010')),
      sex: { M: 'male', F: 'female' }[(data.string('x00100040') ?? '').trim()] ?? null,
      heartRate: heartRate(number('x00181088'), interval),
    },
    pixels: pixelsOf(data, bytes, where, { count: rows * columns, little }),
  };
}

function pixelsOf(
  data: DataSet,
  bytes: Uint8Array,
  where: string,
  { count, little }: { readonly count: number; readonly little: boolean },
): DicomImage['pixels'] {
  const bits = data.uint16('x00280100');
  const stored = data.uint16('x00280101') ?? bits ?? 0;
  const signed = data.uint16('x00280103') === 1;
  if ((bits !== 8 && bits !== 16) || stored < 1 || stored > bits)
    throw errors.unsupported(where, 'DICOM', `${bits ?? 'no'} bits a pixel`);
  const element = data.elements['x7fe00010'];
  const width = bits / 8;
  if (
    element === undefined ||
    element.encapsulatedPixelData === true ||
    element.length < count * width ||
    element.dataOffset + count * width > bytes.length
  )
    throw errors.damaged(where, 'DICOM image', 'it ends before its pixels do');
  const finite = (value: number | undefined, other: number) =>
    value !== undefined && Number.isFinite(value) && Math.abs(value) < 1e9 ? value : other;
  const slope = finite(data.floatString('x00281053'), 1) || 1;
  const intercept = finite(data.floatString('x00281052'), 0);
  const { dataOffset } = element;
  const unused = 32 - stored;
  return (out, at) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < count; i++) {
      const place = dataOffset + i * width;
      const raw = width === 1 ? view.getUint8(place) : view.getUint16(place, little);
      const value = signed ? (raw << unused) >> unused : (raw << unused) >>> unused;
      out[at + i] = value * slope + intercept;
    }
  };
}

function ageOf(text: string | undefined): number | null {
  const found = /^(\d{3})([DWMY])$/.exec((text ?? '').trim());
  if (found === null) return null;
  const perYear = { D: 365.25, W: 365.25 / 7, M: 12, Y: 1 }[found[2] as 'D'];
  const years = Math.floor(Number(found[1]) / perYear);
  return years <= 120 ? years : null;
}

function heartRate(rate: number | null, interval: number | null): number | null {
  const found = rate ?? (interval === null ? NaN : 60_000 / interval);
  return found >= 20 && found <= 250 ? found : null;
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
