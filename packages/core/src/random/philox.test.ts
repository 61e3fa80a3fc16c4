import { expect, test } from 'vitest';
import { hostRandom, permutation } from './host-random.ts';
import { philoxBlock, philoxWords } from './philox.ts';
import { streamOf } from './stream.ts';

const hex = (words: Uint32Array) =>
  [...words].map((w) => w.toString(16).padStart(8, '0')).join(' ');

// Known answers of Random123 (kat_vectors, philox4x32 10 rounds).
test.each([
  [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    '408f276d 41c83b0e a20bc7c6 6d5451fd',
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    'd16cfe09 94fdcceb 5001e420 24126ea1',
  ],
])('philox4x32-10 known answer %#', (counter, key, want) => {
  const out = new Uint32Array(4);
  philoxBlock(counter as [number, number, number, number], key as [number, number], out);
  expect(hex(out)).toBe(want);
});

test('a slice of rows draws what the whole batch draws', () => {
  const key: [number, number] = [7, 0];
  const whole = philoxWords(key, { stream: 5, step: 3, firstRow: 0, rows: 4, elements: 7 });
  const part = philoxWords(key, { stream: 5, step: 3, firstRow: 2, rows: 2, elements: 7 });
  expect([...part]).toEqual([...whole.subarray(14)]);
});

test('host streams: seed 0 is a seed, names and rows differ, permutations are complete', () => {
  expect(hostRandom(0, 'a')()).toBe(hostRandom(0, 'a')());
  expect(hostRandom(0, 'a')()).not.toBe(hostRandom(0, 'b')());
  expect(hostRandom(0, 'a', 1)()).not.toBe(hostRandom(0, 'a')());
  expect([...permutation(100, hostRandom(1, 'p'))].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 100 }, (_, i) => i),
  );
  expect(streamOf('')).toBe(0x811c9dc5);
});
