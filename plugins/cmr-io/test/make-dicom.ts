/** @file A small DICOM MR image, explicit little endian. */

export type DicomOptions = {
  readonly instance: number;
  readonly slice: number;
  readonly rows?: number;
  readonly columns?: number;
  readonly triggerTime?: number;
  readonly cycle?: number | null;
  readonly series?: string;
  readonly seriesNumber?: number;
  readonly description?: string;
  /** mm between slices. */
  readonly step?: number;
  readonly orientation?: string;
  readonly value?: number;
  readonly syntax?: string;
  readonly photometric?: string;
};

export function makeDicom(of: DicomOptions): Uint8Array {
  const { rows = 4, columns = 5, step = 10, orientation = '1\\0\\0\\0\\1\\0' } = of;
  const syntax = of.syntax ?? '1.2.840.10008.1.2.1';
  const meta = [
    text(0x0002, 0x0002, 'UI', '1.2.840.10008.5.1.4.1.1.4'),
    text(0x0002, 0x0010, 'UI', syntax),
  ];
  const length = meta.reduce((sum, part) => sum + part.length, 0);
  const pixels = new Uint8Array(rows * columns * 2);
  const view = new DataView(pixels.buffer);
  for (let i = 0; i < rows * columns; i++)
    view.setUint16(2 * i, (of.value ?? 100 * of.slice + of.instance) + i, true);
  const parts = [
    text(0x0008, 0x103e, 'LO', of.description ?? 'cine sax'),
    text(0x0010, 0x0040, 'CS', 'F'),
    text(0x0010, 0x1010, 'AS', '061Y'),
    text(0x0018, 0x0050, 'DS', '8'),
    text(0x0018, 0x1060, 'DS', String(of.triggerTime ?? 30 * of.instance)),
    text(0x0018, 0x1062, 'IS', '1000'),
    ...(of.cycle === null ? [] : [text(0x0018, 0x1090, 'IS', String(of.cycle ?? 2))]),
    text(0x0020, 0x000e, 'UI', of.series ?? '1.2.3'),
    text(0x0020, 0x0011, 'IS', String(of.seriesNumber ?? 1)),
    text(0x0020, 0x0013, 'IS', String(of.instance)),
    text(0x0020, 0x0032, 'DS', `-50\\-60\\${of.slice * step}`),
    text(0x0020, 0x0037, 'DS', orientation),
    short(0x0028, 0x0002, 1),
    text(0x0028, 0x0004, 'CS', of.photometric ?? 'MONOCHROME2'),
    short(0x0028, 0x0010, rows),
    short(0x0028, 0x0011, columns),
    text(0x0028, 0x0030, 'DS', '1.8\\1.6'),
    short(0x0028, 0x0100, 16),
    short(0x0028, 0x0101, 12),
    short(0x0028, 0x0103, 0),
    long(0x7fe0, 0x0010, pixels),
  ];
  const group = new Uint8Array(12);
  const head = new DataView(group.buffer);
  [0x0002, 0x0000].forEach((v, i) => head.setUint16(2 * i, v, true));
  group.set([0x55, 0x4c, 4, 0], 4);
  head.setUint32(8, length, true);
  const magic = new Uint8Array(132);
  magic.set([0x44, 0x49, 0x43, 0x4d], 128);
  return Uint8Array.from(Buffer.concat([magic, group, ...meta, ...parts]));
}

function text(group: number, element: number, vr: string, value: string): Uint8Array {
  const padded = value.length % 2 === 0 ? value : value + (vr === 'UI' ? '\0' : ' ');
  const bytes = new Uint8Array(8 + padded.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, group, true);
  view.setUint16(2, element, true);
  bytes.set(Buffer.from(vr, 'latin1'), 4);
  view.setUint16(6, padded.length, true);
  bytes.set(Buffer.from(padded, 'latin1'), 8);
  return bytes;
}

function short(group: number, element: number, value: number): Uint8Array {
  const bytes = text(group, element, 'US', '  ');
  new DataView(bytes.buffer).setUint16(8, value, true);
  return bytes;
}

function long(group: number, element: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + value.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, group, true);
  view.setUint16(2, element, true);
  bytes.set(Buffer.from('OW', 'latin1'), 4);
  view.setUint32(8, value.length, true);
  bytes.set(value, 12);
  return bytes;
}
