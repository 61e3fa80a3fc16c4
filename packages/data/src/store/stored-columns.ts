/** @file The columns of the table that reading a view needs. */
import type { Cell } from './types.ts';

/** Columns of what is stored of one view. */
export type StoredColumns = {
  readonly [name in 'present' | 'scale' | 'crc' | 'record']: readonly Cell[];
};
export function codeOf(cells: StoredColumns, row: number): { scale: number; crc: number } {
  return { scale: Number(cells.scale[row] ?? 1), crc: Number(cells.crc[row] ?? 0) };
}
