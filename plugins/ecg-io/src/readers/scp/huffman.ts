/** @file Huffman codes of SCP-ECG: the default table and tables of section 2 (EN 1064, 5.5 and annex C). */

export type HuffmanCode = {
  readonly prefixBits: number;
  /** Prefix and the value that follows it. */
  readonly totalBits: number;
  /** False: the code switches to the table `base` (1 is the first). */
  readonly isValue: boolean;
  readonly base: number;
  /** The prefix; its first bit is the least significant one. */
  readonly prefix: number;
};
export type HuffmanTable = readonly HuffmanCode[];

/** Values of -8 to 8 by their size; beyond, eight or sixteen bits as they are. */
export const defaultTable: HuffmanTable = [
  { prefixBits: 1, totalBits: 1, isValue: true, base: 0, prefix: 0 },
  ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((size) =>
    [0, 1].map((sign) => ({
      prefixBits: size + 2,
      totalBits: size + 2,
      isValue: true,
      base: sign === 0 ? size : -size,
      // `size` ones, a zero, the sign
      prefix: (2 ** size - 1) | (sign << (size + 1)),
    })),
  ),
  { prefixBits: 10, totalBits: 18, isValue: true, base: 0, prefix: 0x1ff },
  { prefixBits: 10, totalBits: 26, isValue: true, base: 0, prefix: 0x3ff },
];

/** Longest prefix of a table that is read: longer ones are refused by the caller. */
export const MAX_PREFIX_BITS = 24;

/** `count` values, or fewer where the codes end or are none of the table. */
export function decodeHuffman(
  bytes: Uint8Array,
  tables: readonly HuffmanTable[],
  count: number,
): Int32Array {
  const out = new Int32Array(count);
  const lookups = tables.map(lookupOf);
  const bits = bytes.length * 8;
  let [at, done, table] = [0, 0, 0];
  const bit = (i: number) => ((bytes[i >> 3] as number) >> (7 - (i & 7))) & 1;
  while (done < count && at < bits) {
    let code: HuffmanCode | undefined;
    let prefix = 0;
    for (let length = 1; length <= MAX_PREFIX_BITS && at + length <= bits; length++) {
      prefix |= bit(at + length - 1) << (length - 1);
      code = lookups[table]?.get(prefix * 32 + length);
      if (code !== undefined) break;
    }
    if (code === undefined || at + code.totalBits > bits) break;
    at += code.prefixBits;
    if (!code.isValue) {
      table = code.base - 1;
      continue;
    }
    const follow = code.totalBits - code.prefixBits;
    let value = 0;
    for (let i = 0; i < follow; i++) value = (value << 1) | bit(at + i);
    at += follow;
    // What follows the prefix has a sign; a code without it stands for its base.
    out[done++] = follow === 0 ? code.base : (value << (32 - follow)) >> (32 - follow);
  }
  return out.subarray(0, done);
}

function lookupOf(table: HuffmanTable): Map<number, HuffmanCode> {
  return new Map(table.map((code) => [code.prefix * 32 + code.prefixBits, code]));
}
