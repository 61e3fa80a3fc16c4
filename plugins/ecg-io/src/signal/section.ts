/** @file A digital filter as a cascade of second-order sections. */

/** y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]; a0 is 1. */
export type Section = {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
};
/** Changes one row of `samples` values in place. Holds scratch space: one call at a time. */
export type RowFilter = (row: Float64Array) => void;
