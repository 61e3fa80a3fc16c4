/** @file The sections of an SCP-ECG file, by number, and reading of their numbers within bounds. */
import * as errors from '../common/errors.ts';

const FORMAT = 'SCP-ECG';
const RECORD_HEADER = 6;
const SECTION_HEADER = 16;
const POINTER_BYTES = 10;
const MAX_SECTIONS = 64;

/** Little-endian numbers of a section; reading beyond its end is E_ECG_DAMAGED. */
export type SectionReader = {
  readonly length: number;
  u8(at: number): number;
  u16(at: number): number;
  i16(at: number): number;
  u32(at: number): number;
  bytes(at: number, length: number): Uint8Array;
};

/** Contents of the sections that are there, without their headers. Errors: E_ECG_DAMAGED. */
export function sectionsOf(file: Uint8Array, where: string): Map<number, SectionReader> {
  const whole = sectionReader(file, where);
  const size = whole.u32(2);
  if (size < RECORD_HEADER + SECTION_HEADER || size > file.length) {
    const cause = `it holds ${file.length} of the ${size} bytes that it promises`;
    throw errors.damaged(where, FORMAT, cause);
  }
  if (crcOf(file.subarray(2, size)) !== whole.u16(0)) {
    throw errors.damaged(where, FORMAT, 'it does not have its checksum');
  }
  const pointers = whole.u32(RECORD_HEADER + 4) - SECTION_HEADER;
  const count = Math.floor(pointers / POINTER_BYTES);
  if (count < 1 || count > MAX_SECTIONS)
    throw errors.damaged(where, FORMAT, 'it has no table of sections');
  const sections = new Map<number, SectionReader>();
  for (let i = 0; i < count; i++) {
    const at = RECORD_HEADER + SECTION_HEADER + i * POINTER_BYTES;
    const [id, length, index] = [whole.u16(at), whole.u32(at + 2), whole.u32(at + 6)];
    if (length <= SECTION_HEADER || id === 0) continue;
    if (index < 1 || index - 1 + length > size) {
      throw errors.damaged(where, FORMAT, `section ${id} lies outside the file`);
    }
    const start = index - 1 + SECTION_HEADER;
    sections.set(id, sectionReader(file.subarray(start, index - 1 + length), where));
  }
  return sections;
}

export function sectionReader(bytes: Uint8Array, where: string): SectionReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const inside = <T>(at: number, length: number, read: () => T): T => {
    if (at < 0 || length < 0 || at + length > bytes.length) {
      throw errors.damaged(where, FORMAT, 'a section ends early');
    }
    return read();
  };
  return {
    length: bytes.length,
    u8: (at) => inside(at, 1, () => view.getUint8(at)),
    u16: (at) => inside(at, 2, () => view.getUint16(at, true)),
    i16: (at) => inside(at, 2, () => view.getInt16(at, true)),
    u32: (at) => inside(at, 4, () => view.getUint32(at, true)),
    bytes: (at, length) => inside(at, length, () => bytes.subarray(at, at + length)),
  };
}

/** CRC-CCITT (polynomial 0x1021, start 0xffff) of EN 1064. */
export function crcOf(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let i = 0; i < 8; i++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
  }
  return crc & 0xffff;
}
