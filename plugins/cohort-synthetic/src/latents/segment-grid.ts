/**
 * @file Values of the 16 AHA segments on the grid of rings and angles. Segment centres: 1-6 base and 7-12 middle from the anterior wall
 * over the septum every 60 degrees, 13-16 apex every 90; image angles, 90 is anterior (up), 180 the septum (the right heart's side).
 */
import { ANATOMY } from '../constants/anatomy.ts';

const { rings, angles } = ANATOMY;
export const CELLS = rings * angles;
const LEVELS = [
  { first: 0, count: 6, at: 1 / 6 },
  { first: 6, count: 6, at: 1 / 2 },
  { first: 12, count: 4, at: 5 / 6 },
] as const;

/** Middle of ring i, share of the length from base (0) to apex (1). */
export const ringAt = (ring: number) => (ring + 0.5) / rings;
/** Middle of angle j in degrees. */
export const angleAt = (angle: number) => ((angle + 0.5) * 360) / angles;

/** Steps from the anterior centre, counted from anterior over the septum. */
const stepsFrom = (degrees: number, count: number) =>
  (((((degrees - 90) / 360) * count) % count) + count) % count;

/** Segment (0-15) of every cell, as a contour's measurements are grouped. */
function segmentOf(ring: number, angle: number): number {
  const level = LEVELS[Math.min(2, Math.floor(ringAt(ring) * 3))] as (typeof LEVELS)[number];
  return level.first + (Math.round(stepsFrom(angleAt(angle), level.count)) % level.count);
}

export type SegmentTable = {
  /** Four segments and weights per cell. */
  readonly from: Uint8Array;
  readonly weight: Float64Array;
  /** Segment (0-15) of each cell, and cells of each segment. */
  readonly segment: Uint8Array;
  readonly cells: Float64Array;
};
let table: SegmentTable | undefined;

/** Linear between segment centres in angle and in length; made on first use. */
export function segmentTable(): SegmentTable {
  if (table !== undefined) return table;
  const made = {
    from: new Uint8Array(CELLS * 4),
    weight: new Float64Array(CELLS * 4),
    segment: new Uint8Array(CELLS),
    cells: new Float64Array(16),
  };
  for (let ring = 0; ring < rings; ring++) {
    const u = ringAt(ring);
    const low = u < LEVELS[1].at ? 0 : 1;
    const [a, b] = [LEVELS[low], LEVELS[low + 1]] as [
      (typeof LEVELS)[number],
      (typeof LEVELS)[number],
    ];
    const toB = Math.min(1, Math.max(0, (u - a.at) / (b.at - a.at)));
    for (let angle = 0; angle < angles; angle++) {
      const cell = ring * angles + angle;
      [a, b].forEach((level, k) => {
        const steps = stepsFrom(angleAt(angle), level.count);
        const left = Math.floor(steps);
        const share = k === 0 ? 1 - toB : toB;
        made.from[cell * 4 + 2 * k] = level.first + (left % level.count);
        made.from[cell * 4 + 2 * k + 1] = level.first + ((left + 1) % level.count);
        made.weight[cell * 4 + 2 * k] = share * (1 - (steps - left));
        made.weight[cell * 4 + 2 * k + 1] = share * (steps - left);
      });
      const segment = segmentOf(ring, angle);
      made.segment[cell] = segment;
      made.cells[segment] = (made.cells[segment] as number) + 1;
    }
  }
  return (table = made);
}

/** Segment values on the grid, [rings, angles]. */
export function onGrid(values: readonly number[]): Float64Array {
  const { from, weight } = segmentTable();
  const field = new Float64Array(CELLS);
  for (let cell = 0, k = 0; cell < CELLS; cell++) {
    let sum = 0;
    for (let n = 0; n < 4; n++, k++) {
      sum += (weight[k] as number) * (values[from[k] as number] as number);
    }
    field[cell] = sum;
  }
  return field;
}
