/**
 * @file Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), the project's only source of
 * random bits, on the host and in every runtime. Known answers: Random123's kat_vectors.
 *
 * Counter layout, fixed for ever (a change is a new format):
 *   word 0: block within the row; element e is word e & 3 of block e >> 2
 *   word 1: row of the whole batch (first row of the slice + row within it)
 *   word 2: stream, the 32-bit hash of a name path (see stream.ts)
 *   word 3: step (0 in eval)
 * Key: the two words of the seed.
 */
const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High 32 bits of the unsigned product. */
function mulHigh(a: number, b: number): number {
  const a0 = a & 0xffff,
    a1 = a >>> 16,
    b0 = b & 0xffff,
    b1 = b >>> 16;
  const low = a0 * b0;
  const mid1 = a1 * b0 + (low >>> 16);
  const mid2 = a0 * b1 + (mid1 & 0xffff);
  return (a1 * b1 + Math.floor(mid1 / 65536) + Math.floor(mid2 / 65536)) >>> 0;
}

/** Writes the four words of one block into `out` at `offset`. All words are taken modulo 2^32. */
export function philoxBlock(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
  out: Uint32Array | Int32Array,
  offset = 0,
): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const h0 = mulHigh(M0, c0 >>> 0),
      l0 = Math.imul(M0, c0);
    const h1 = mulHigh(M1, c2 >>> 0),
      l1 = Math.imul(M1, c2);
    [c0, c1, c2, c3] = [h1 ^ c1 ^ k0, l1, h0 ^ c3 ^ k1, l0];
    k0 = (k0 + W0) | 0;
    k1 = (k1 + W1) | 0;
  }
  out[offset] = c0;
  out[offset + 1] = c1;
  out[offset + 2] = c2;
  out[offset + 3] = c3;
}

/** The words of `rows` x `elements` in the layout above, row-major, as int32. */
export function philoxWords(
  key: readonly [number, number],
  at: { stream: number; step: number; firstRow: number; rows: number; elements: number },
): Int32Array {
  const out = new Int32Array(at.rows * at.elements);
  const block = new Int32Array(4);
  for (let r = 0; r < at.rows; r++) {
    for (let b = 0; b * 4 < at.elements; b++) {
      philoxBlock([b, at.firstRow + r, at.stream, at.step], key, block);
      const end = Math.min(4, at.elements - b * 4);
      for (let w = 0; w < end; w++) out[r * at.elements + b * 4 + w] = block[w] as number;
    }
  }
  return out;
}
