/** @file SCP-ECG (EN 1064): rhythm data of section 6, plain or Huffman, differences, reference beat added back. */
import * as errors from '../common/errors.ts';
import { defineReader } from '../common/define-reader.ts';
import { leadOptionsSchema } from '../common/lead-options.ts';
import { checkCounts, checkRate } from '../common/limits.ts';
import type { Recording } from '../common/recording.ts';
import { scpFacts } from './facts.ts';
import { decodeHuffman, defaultTable, MAX_PREFIX_BITS } from './huffman.ts';
import type { HuffmanTable } from './huffman.ts';
import { scpLeadName } from './lead-names.ts';
import { addReferenceBeat } from './reference-beat.ts';
import { sectionsOf } from './sections.ts';
import type { SectionReader } from './sections.ts';

const FORMAT = 'SCP-ECG';
const DEFAULT_TABLE = 19999;
const MAX_TABLES = 64;
const MAX_CODES = 4096;

export const scp = defineReader({
  id: 'scp-ecg',
  format: FORMAT,
  options: leadOptionsSchema,
  // Section 0 begins at byte 6; its header ends in 'SCPECG' in all versions since 1.3, but not in all writers.
  recognises: (head, name) =>
    /\.(scp|ecg)$/i.test(name) &&
    head.length > 22 &&
    ((head[8] as number) | ((head[9] as number) << 8)) === 0 &&
    new TextDecoder('latin1').decode(head.subarray(16, 22)).startsWith('SCPECG'),
  decode: decodeScp,
});

type Span = { readonly id: number; readonly start: number; readonly end: number };

/** Errors: E_ECG_DAMAGED, _NO_WAVEFORM, _LIMIT, _UNSUPPORTED. */
export function decodeScp(bytes: Uint8Array, where: string): Recording {
  const sections = sectionsOf(bytes, where);
  const [leadSection, rhythm] = [sections.get(3), sections.get(6)];
  if (leadSection === undefined || rhythm === undefined) {
    throw errors.noWaveform(where, FORMAT, 'rhythm data (sections 3 and 6)');
  }
  const leadFlags = leadSection.u8(1);
  const spans = spansOf(leadSection, where);
  const samples = spans.reduce((sum, { start, end }) => sum + end - start + 1, 0);
  checkCounts(where, spans.length, samples);
  const tables = tablesOf(sections.get(2), where);
  if (rhythm.u8(5) !== 0) throw errors.unsupported(where, FORMAT, 'bimodal compression');
  const counts = spans.map(({ start, end }) => end - start + 1);
  const decoded = decodeBlock(rhythm, counts, tables, where);
  const flags: string[] = [];
  if ((leadFlags & 1) !== 0) {
    const [beats, reference] = [sections.get(4), sections.get(5)];
    if (beats === undefined || reference === undefined) {
      throw errors.damaged(where, FORMAT, 'its reference beat (sections 4 and 5) is not there');
    }
    addReferenceBeat(decoded, beats, referenceRows(reference, spans.length, tables, where), where);
    flags.push('reference beat added');
  }
  const samplingHz = checkRate(where, FORMAT, 1e6 / decoded.intervalMicroseconds);
  return {
    leads: spans.map(({ id }, i) => ({
      name: scpLeadName(id),
      samplingHz,
      microvolts: Float64Array.from(
        decoded.rows[i] as Float64Array,
        (value) => (value * decoded.nanovolts) / 1000,
      ),
    })),
    facts: scpFacts(sections.get(1)),
    flags,
  };
}

function spansOf(section: SectionReader, where: string): Span[] {
  const count = section.u8(0);
  if (count === 0) throw errors.noWaveform(where, FORMAT, 'leads');
  return Array.from({ length: count }, (_, i) => {
    const [start, end] = [section.u32(2 + 9 * i), section.u32(6 + 9 * i)];
    if (end < start) throw errors.damaged(where, FORMAT, 'a lead ends before it begins');
    return { id: section.u8(10 + 9 * i), start, end };
  });
}

/** Tables of section 2; `undefined` without it: samples are then stored as they are. */
function tablesOf(section: SectionReader | undefined, where: string): HuffmanTable[] | undefined {
  if (section === undefined) return undefined;
  const count = section.u16(0);
  if (count === DEFAULT_TABLE) return [defaultTable];
  if (count === 0 || count > MAX_TABLES)
    throw errors.damaged(where, FORMAT, 'it has no Huffman table');
  let at = 2;
  return Array.from({ length: count }, () => {
    const codes = section.u16(at);
    if (codes > MAX_CODES)
      throw errors.limit(where, `${codes} Huffman codes`, `${MAX_CODES} Huffman codes`);
    at += 2;
    return Array.from({ length: codes }, () => {
      const [prefixBits, totalBits] = [section.u8(at), section.u8(at + 1)];
      const code = {
        prefixBits,
        totalBits,
        isValue: section.u8(at + 2) !== 0,
        base: section.i16(at + 3),
        prefix: section.u32(at + 5),
      };
      at += 9;
      if (
        prefixBits < 1 ||
        prefixBits > MAX_PREFIX_BITS ||
        totalBits < prefixBits ||
        totalBits - prefixBits > 24
      ) {
        throw errors.damaged(where, FORMAT, 'a Huffman code has an impossible length');
      }
      return code;
    });
  });
}

export type Block = {
  readonly nanovolts: number;
  readonly intervalMicroseconds: number;
  /** In steps of `nanovolts`. */
  readonly rows: Float64Array[];
};

/** Section 5 or 6: resolution, interval, difference order, a byte, lengths of the leads, their codes. */
function decodeBlock(
  section: SectionReader,
  counts: readonly (number | undefined)[],
  tables: readonly HuffmanTable[] | undefined,
  where: string,
): Block {
  const [nanovolts, intervalMicroseconds, order] = [section.u16(0), section.u16(2), section.u8(4)];
  if (order > 2 || nanovolts === 0 || intervalMicroseconds === 0) {
    throw errors.damaged(where, FORMAT, 'the head of its samples is impossible');
  }
  let at = 6 + 2 * counts.length;
  const rows = counts.map((wanted, i) => {
    const length = section.u16(6 + 2 * i);
    const bytes = section.bytes(at, length);
    at += length;
    const most = tables === undefined ? Math.floor(length / 2) : length * 8;
    const count = wanted ?? most;
    const digital =
      tables === undefined
        ? plain(bytes, Math.min(count, most))
        : decodeHuffman(bytes, tables, Math.min(count, most));
    // Some writers count from 0 and so promise one sample more than they store.
    if (wanted !== undefined && digital.length < count - 1) {
      const cause = `a lead promises ${count} samples and holds ${digital.length}`;
      throw errors.damaged(where, FORMAT, cause);
    }
    return Float64Array.from(undoDifferences(digital, order));
  });
  return { nanovolts, intervalMicroseconds, rows };
}

function referenceRows(
  section: SectionReader,
  leads: number,
  tables: readonly HuffmanTable[] | undefined,
  where: string,
): Block {
  return decodeBlock(
    section,
    Array.from({ length: leads }, () => undefined),
    tables,
    where,
  );
}

function plain(bytes: Uint8Array, count: number): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int32Array.from({ length: count }, (_, i) => view.getInt16(2 * i, true));
}

/** Sums of first (order 1) or second differences; the first one or two values are stored as they are. In place. */
function undoDifferences(values: Int32Array, order: number): Int32Array {
  for (let i = order; i < values.length && order > 0; i++) {
    const before = values[i - 1] as number;
    const base = order === 1 ? before : 2 * before - (values[i - 2] as number);
    values[i] = (values[i] as number) + base;
  }
  return values;
}
