/** @file WFDB signal formats: bytes to digital values. Source: WFDB Applications Guide, signal(5). */

export type SignalFormat = {
  readonly bits: number;
  /** The digital value that stands for "no valid sample". */
  readonly invalid: number;
  /** Digital values of `count` samples from the start of `bytes`. */
  decode(bytes: Uint8Array, count: number): Int32Array;
};

const viewOf = (bytes: Uint8Array) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function each(count: number, value: (i: number) => number): Int32Array {
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) out[i] = value(i);
  return out;
}

/** 12-bit two's complement, two samples in three bytes; the middle byte holds both high nibbles. */
function decode212(bytes: Uint8Array, count: number): Int32Array {
  return each(count, (i) => {
    const at = (i >> 1) * 3;
    const middle = bytes[at + 1] as number;
    const high = i % 2 === 0 ? middle & 0x0f : middle >> 4;
    const low = bytes[i % 2 === 0 ? at : at + 2] as number;
    return (((high << 8) | low) << 20) >> 20;
  });
}

/** By the number that the header gives. */
export const signalFormats: ReadonlyMap<number, SignalFormat> = new Map([
  [
    16,
    {
      bits: 16,
      invalid: -32768,
      decode: (bytes, count) => {
        const view = viewOf(bytes);
        return each(count, (i) => view.getInt16(2 * i, true));
      },
    },
  ],
  [
    24,
    {
      bits: 24,
      invalid: -8388608,
      decode: (bytes, count) => {
        const view = viewOf(bytes);
        return each(count, (i) => (view.getInt8(3 * i + 2) << 16) | view.getUint16(3 * i, true));
      },
    },
  ],
  [
    32,
    {
      bits: 32,
      invalid: -2147483648,
      decode: (bytes, count) => {
        const view = viewOf(bytes);
        return each(count, (i) => view.getInt32(4 * i, true));
      },
    },
  ],
  [
    61,
    {
      bits: 16,
      invalid: -32768,
      decode: (bytes, count) => {
        const view = viewOf(bytes);
        return each(count, (i) => view.getInt16(2 * i, false));
      },
    },
  ],
  [
    80,
    { bits: 8, invalid: -128, decode: (bytes, n) => each(n, (i) => (bytes[i] as number) - 128) },
  ],
  [
    160,
    {
      bits: 16,
      invalid: -32768,
      decode: (bytes, count) => {
        const view = viewOf(bytes);
        return each(count, (i) => view.getUint16(2 * i, true) - 32768);
      },
    },
  ],
  [212, { bits: 12, invalid: -2048, decode: decode212 }],
] satisfies [number, SignalFormat][]);

/** Bytes of `count` samples; a lone last sample of format 212 takes two bytes. */
export function byteLength(format: SignalFormat, count: number): number {
  return Math.ceil((count * format.bits) / 8);
}
