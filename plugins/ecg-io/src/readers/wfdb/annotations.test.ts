import fc from 'fast-check';
import { isCoded } from '@dualbeat/core';
import { describe, expect, it } from 'vitest';
import { parseAnnotations, readAnnotations } from './annotations.ts';

const bytesOf = (...words: number[]) => new Uint8Array(Uint16Array.from(words).buffer);
const word = (code: number, low: number) => (code << 10) | low;
const END = 0;
const messageOf = async (run: () => unknown) => {
  try {
    await run();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

describe('parseAnnotations', () => {
  it('adds up intervals, long skips and symbols', () => {
    const bytes = bytesOf(
      ...[word(39, 10), word(1, 20), word(59, 0), 0x0001, 0x0002, word(40, 5), word(45, 1), END],
    );
    const marks = parseAnnotations(bytes, 'a.atr');
    expect(marks.map((mark) => [mark.sample, mark.symbol])).toEqual([
      [10, '('],
      [30, 'N'],
      [30 + 65536 + 2 + 5, ')'],
      [30 + 65536 + 2 + 6, '#45'],
    ]);
  });

  it('a skip may go back', () => {
    const bytes = bytesOf(word(1, 30), word(59, 0), 0xffff, 0xfff6, word(1, 0), END);
    expect(parseAnnotations(bytes, 'a.atr').map((mark) => mark.sample)).toEqual([30, 20]);
  });

  it('NUM and CHN stay, SUB and AUX do not', () => {
    const note = bytesOf(word(63, 3), 0x4e28, 0x0029); // '(N)' and a pad byte
    const bytes = Buffer.concat([
      bytesOf(word(28, 1), word(60, 2), word(61, 0xff), word(62, 1)),
      note,
      bytesOf(word(1, 1), END),
    ]);
    expect(parseAnnotations(bytes, 'a.atr')).toEqual([
      { sample: 1, symbol: '+', num: 2, subtype: -1, channel: 1, aux: '(N)' },
      { sample: 2, symbol: 'N', num: 2, subtype: 0, channel: 1, aux: '' },
    ]);
  });

  it('names file and cause', async () => {
    const run = (...words: number[]) =>
      messageOf(() => parseAnnotations(bytesOf(...words), 'a.atr'));
    expect(await run()).toMatchInlineSnapshot(
      `"E_WFDB_EMPTY: a.atr: the file has no content. Fix: copy the file again from its source."`,
    );
    expect(await run(word(1, 10))).toMatchInlineSnapshot(
      `"E_WFDB_ANNOTATION: a.atr: it is not a whole annotation file: it ends without an end mark. Fix: copy the annotation file again from its source."`,
    );
    expect(await run(word(60, 1), END)).toMatchInlineSnapshot(
      `"E_WFDB_ANNOTATION: a.atr: it is not a whole annotation file: it begins inside an annotation. Fix: copy the annotation file again from its source."`,
    );
    expect(await run(word(1, 1), word(63, 40), END)).toMatchInlineSnapshot(
      `"E_WFDB_ANNOTATION: a.atr: it is not a whole annotation file: it is cut inside a note. Fix: copy the annotation file again from its source."`,
    );
    expect(await messageOf(() => readAnnotations('none.atr'))).toMatchInlineSnapshot(
      `"E_WFDB_READ: none.atr: the file cannot be read (ENOENT). Fix: check that it is a plain file and that you may read it."`,
    );
  });

  it('any bytes give annotations or a coded error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(parseAnnotations(bytes, 'a').length).toBeLessThanOrEqual(bytes.length / 2);
        } catch (error) {
          expect(isCoded(error)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
