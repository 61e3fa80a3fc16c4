/** @file XLI, the compression of Philips Sierra XML: 10-bit LZW of second differences, high and low bytes apart. */
import * as errors from '../common/errors.ts';
import { MAX_VALUES } from '../common/limits.ts';

const CODE_BITS = 10;
const CODES = 2 ** CODE_BITS;
/** Marks the end; no entry of the table has it. */
const END_CODE = CODES - 1;
/** Subtracted from every second difference by the writer. */
const BIAS = 64;

/**
 * The leads of a block, as digital values of 16 bits; `samples` is how many each lead has. Chunk of a lead: bytes (int32),
 * a word that is not used, the second value (int16), then the codes. Errors: E_ECG_DAMAGED, E_ECG_LIMIT.
 */
export function decodeXli(
  bytes: Uint8Array,
  leads: number,
  samples: number,
  where: string,
): Int32Array[] {
  if (leads * samples > MAX_VALUES)
    throw errors.limit(where, `${leads * samples} samples`, `${MAX_VALUES} samples`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  return Array.from({ length: leads }, (_, lead) => {
    if (at + 8 > bytes.length) throw broken(where, `lead ${lead + 1} of ${leads} is not there`);
    const size = view.getInt32(at, true);
    const start = view.getInt16(at + 6, true);
    at += 8;
    if (size <= 0 || at + size > bytes.length) throw broken(where, `lead ${lead + 1} is cut off`);
    const unpacked = unpackLzw(bytes.subarray(at, at + size), 2 * samples);
    at += size;
    if (unpacked.length < 2 * samples) throw broken(where, `lead ${lead + 1} is too short`);
    return undoDifferences(unpacked, samples, start);
  });
}

const broken = (where: string, cause: string) => errors.damaged(where, 'Philips Sierra XML', cause);

/** At most `most` bytes of 10-bit codes, most significant bit first. */
export function unpackLzw(packed: Uint8Array, most: number): Uint8Array {
  const out = new Uint8Array(most);
  // Entry c >= 256 is a run of the output: where it starts and how long it is.
  const start = new Int32Array(CODES);
  const length = new Int32Array(CODES);
  let next = 256;
  let done = 0;
  let previous = -1;
  let previousAt = 0;
  let previousLength = 0;
  let [bits, held] = [0, 0];
  for (let i = 0; done < most;) {
    while (bits < CODE_BITS && i < packed.length) {
      held = ((held << 8) | (packed[i++] as number)) & 0x3ffff;
      bits += 8;
    }
    if (bits < CODE_BITS) break;
    bits -= CODE_BITS;
    const code = (held >> bits) & (CODES - 1);
    if (code === END_CODE || code > next || (code === next && previous === -1)) break;
    const from = done;
    if (code < 256) out[done++] = code;
    else {
      const isNew = code === next; // the run before and its own first byte
      const runAt = isNew ? previousAt : (start[code] as number);
      const runLength = isNew ? previousLength + 1 : (length[code] as number);
      for (let j = 0; j < runLength && done < most; j++) out[done++] = out[runAt + j] as number;
    }
    if (previous !== -1 && next < END_CODE) {
      start[next] = previousAt;
      length[next] = previousLength + 1;
      next++;
    }
    previous = code;
    previousAt = from;
    previousLength = done - from;
  }
  return out.subarray(0, done);
}

function undoDifferences(unpacked: Uint8Array, samples: number, start: number): Int32Array {
  const values = new Int32Array(samples);
  for (let i = 0; i < samples; i++) {
    values[i] = (((unpacked[i] as number) << 24) >> 16) | (unpacked[samples + i] as number);
  }
  let last = start;
  for (let i = 2; i < samples; i++) {
    const [x, y] = [values[i - 2] as number, values[i - 1] as number];
    const next = values[i] as number;
    values[i] = ((2 * y - x - last) << 16) >> 16;
    last = next - BIAS;
  }
  return values;
}
