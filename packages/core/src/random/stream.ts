/** @file Stream numbers from names. */

/** FNV-1a, 32 bits, over the UTF-8 bytes of `name`: the number of a random stream. */
export function streamOf(name: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) h = Math.imul(h ^ byte, 0x01000193);
  return h >>> 0;
}
