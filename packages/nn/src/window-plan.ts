/** @file Shifted windows over a grid of tokens (Liu et al. 2021, arXiv:2103.14030; over three axes: arXiv:2106.13230), as host tables. */
import type { Axes3 } from './conv-padding.ts';
import type { RowTable } from './pick-rows.ts';

export type WindowPlan = {
  /** Tokens of the grid -> windows, one after the other; zeros where the grid does not fill the last ones. */
  readonly rows: RowTable;
  readonly windows: number;
  /** Tokens of one window. */
  readonly size: number;
  /** [size * size] rows of the table of relative positions, and how many it has. */
  readonly relative: Int32Array;
  readonly positions: number;
  /** [windows, size, size]: 0, or -100 between tokens that a shift brought together; absent where nothing was shifted. */
  readonly mask?: Float32Array;
};

/** A window is no larger than the grid; along such an axis nothing is shifted. `shifted`: by half a window, cyclically. */
export function windowPlan(grid: Axes3, wanted: Axes3, shifted: boolean): WindowPlan {
  const three = (f: (i: 0 | 1 | 2) => number): Axes3 => [f(0), f(1), f(2)];
  const window = three((i) => Math.min(wanted[i], grid[i]));
  const shift = three((i) => (shifted && wanted[i] < grid[i] ? Math.floor(wanted[i] / 2) : 0));
  const counts = three((i) => Math.ceil(grid[i] / window[i]));
  const padded = three((i) => counts[i] * window[i]);
  const size = product(window);
  const windows = product(counts);
  const there = new Int32Array(windows * size).fill(-1);
  const back = new Int32Array(product(grid));
  const region = new Int32Array(windows * size);
  for (const [n, place] of cells(counts).entries()) {
    for (const [m, inner] of cells(window).entries()) {
      const at = three((i) => place[i] * window[i] + inner[i]);
      const from = three((i) => (at[i] + shift[i]) % padded[i]);
      const slot = n * size + m;
      region[slot] = flatten(
        three((i) =>
          shift[i] === 0 || at[i] < padded[i] - window[i]
            ? 0
            : at[i] < padded[i] - shift[i]
              ? 1
              : 2,
        ),
        [3, 3, 3],
      );
      if (from.some((x, i) => x >= (grid[i] as number))) continue;
      const row = flatten(from, grid);
      there[slot] = row;
      back[row] = slot;
    }
  }
  const moved = shift.some((s) => s > 0);
  return {
    rows: { there, back },
    windows,
    size,
    ...relativePositions(window),
    ...(moved ? { mask: maskOf(region, windows, size) } : {}),
  };
}

function maskOf(region: Int32Array, windows: number, size: number): Float32Array {
  const mask = new Float32Array(windows * size * size);
  for (let n = 0; n < windows; n++)
    for (let q = 0; q < size; q++)
      for (let k = 0; k < size; k++)
        if (region[n * size + q] !== region[n * size + k]) mask[(n * size + q) * size + k] = -100;
  return mask;
}

/** Offsets from key to query along each axis, counted from the smallest. */
function relativePositions(window: Axes3): Pick<WindowPlan, 'relative' | 'positions'> {
  const span = window.map((n) => 2 * n - 1) as unknown as Axes3;
  const inner = cells(window);
  const relative = Int32Array.from(
    inner.flatMap((q) =>
      inner.map((k) =>
        flatten(
          [0, 1, 2].map(
            (i) => (q[i] as number) - (k[i] as number) + (window[i] as number) - 1,
          ) as unknown as Axes3,
          span,
        ),
      ),
    ),
  );
  return { relative, positions: product(span) };
}

const product = ([a, b, c]: Axes3): number => a * b * c;
const flatten = (at: Axes3, size: Axes3): number => (at[0] * size[1] + at[1]) * size[2] + at[2];

function cells(size: Axes3): Axes3[] {
  const out: Axes3[] = [];
  for (let i = 0; i < size[0]; i++)
    for (let j = 0; j < size[1]; j++) for (let k = 0; k < size[2]; k++) out.push([i, j, k]);
  return out;
}
