/** @file Fixed two-dimensional sine-cosine positions. */
import { positionWidth } from './errors.ts';

/**
 * Table [prefix + rows * cols, width], row-major; `prefix` rows (cls tokens) are zero. The first half of the channels
 * codes the column (time), the second half the row (lead); each half is [sin | cos] of position * 10000^(-i / (width/4)).
 * Rounded to float32 at each step, as the reference does.
 * Error: E_POSITION_WIDTH.
 */
export function sinCosPositions2d(
  [rows, cols]: readonly [number, number],
  width: number,
  prefix: number,
): Float32Array {
  if (width % 4 !== 0) throw positionWidth(width);
  const quarter = width / 4;
  const frequency = Float32Array.from({ length: quarter }, (_, i) => 10000 ** (-i / quarter));
  const table = new Float32Array((prefix + rows * cols) * width);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const start = (prefix + row * cols + col) * width;
      for (let i = 0; i < quarter; i++) {
        const time = Math.fround(col * (frequency[i] as number));
        const lead = Math.fround(row * (frequency[i] as number));
        table[start + i] = Math.sin(time);
        table[start + quarter + i] = Math.cos(time);
        table[start + 2 * quarter + i] = Math.sin(lead);
        table[start + 3 * quarter + i] = Math.cos(lead);
      }
    }
  }
  return table;
}
