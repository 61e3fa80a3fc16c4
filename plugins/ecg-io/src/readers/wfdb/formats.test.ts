import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteLength, signalFormats } from './formats.ts';
import type { SignalFormat } from './formats.ts';

const formatOf = (number: number) => signalFormats.get(number) as SignalFormat;

describe('signal formats', () => {
  // Bytes worked out by hand from signal(5).
  it.each([
    [16, [0x01, 0x00, 0xff, 0xff, 0x00, 0x80], [1, -1, -32768]],
    [61, [0x00, 0x01, 0xff, 0xff, 0x80, 0x00], [1, -1, -32768]],
    [24, [0x01, 0x00, 0x00, 0xff, 0xff, 0xff, 0x00, 0x00, 0x80], [1, -1, -8388608]],
    [32, [0x01, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0x80], [1, -1, -2147483648]],
    [80, [0x81, 0x7f, 0x00, 0xff], [1, -1, -128, 127]],
    [160, [0x01, 0x80, 0xff, 0x7f, 0x00, 0x00], [1, -1, -32768]],
    // 0x123 and -2 (0xffe): low bytes 23 and fe, nibbles 1 and f; a lone third sample, -2048 (0x800).
    [212, [0x23, 0xf1, 0xfe, 0x00, 0x08], [0x123, -2, -2048]],
  ])('format %i', (number, bytes, values) => {
    const format = formatOf(number);
    expect([...format.decode(Uint8Array.from(bytes), values.length)]).toEqual(values);
    expect(byteLength(format, values.length)).toBe(bytes.length);
  });

  it('format 212 takes any pair of 12-bit values', () => {
    const sample = fc.integer({ min: -2048, max: 2047 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const bytes = [a & 0xff, ((a >> 8) & 0xf) | ((b >> 4) & 0xf0), b & 0xff];
        expect([...formatOf(212).decode(Uint8Array.from(bytes), 2)]).toEqual([a, b]);
      }),
    );
  });

  it('decodes from the middle of a buffer', () => {
    const bytes = Uint8Array.of(9, 9, 9, 0x01, 0x00, 0xff, 0xff).subarray(3);
    expect([...formatOf(16).decode(bytes, 2)]).toEqual([1, -1]);
  });
});
