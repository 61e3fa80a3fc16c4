/** @file Places the rows of a layout on the page: baselines on thick grid lines, no row running into the next. */
import { quantile } from '@dualbeat/evaluation';
import type { RecordSignals } from './assemble.ts';
import type { Cell, Layout } from './layout.ts';

export type PlacedCell = Cell & {
  readonly x: number;
  readonly width: number;
  /** Samples [first, last) of the record. */
  readonly first: number;
  readonly last: number;
  /** What of the signal lies on the baseline, in the signal's unit. */
  readonly offset: number;
};
export type PlacedRow = {
  readonly top: number;
  readonly baseline: number;
  readonly bottom: number;
  readonly cells: readonly PlacedCell[];
};

/** Room for the lead's name above the trace, in mm. */
const labelMm = 4;
/** A trace may take this much above and below; what is larger (a failed reconstruction) is cut off. */
const most = { up: 41, down: 30 };

export function placeRows(
  layout: Layout,
  record: RecordSignals,
  at: {
    readonly x: number;
    readonly y: number;
    readonly mmPerSecond: number;
    readonly mmPerUnit: number;
  },
): PlacedRow[] {
  let top = at.y;
  return layout.map((cells) => {
    const placed = cells.map((cell): PlacedCell => {
      const width = cell.seconds * at.mmPerSecond;
      const first = Math.round(cell.from * record.samplingHz);
      const last = Math.round((cell.from + cell.seconds) * record.samplingHz);
      const seen = (record.original[cell.lead] as Float32Array).filter(Number.isFinite);
      const offset = quantile(seen, 0.5); // the isoelectric line takes most of a beat
      return {
        ...cell,
        x: at.x + cell.at * at.mmPerSecond,
        width,
        first,
        last,
        offset: typeof offset === 'number' ? offset : 0,
      };
    });
    const [up, down] = extent(placed, record, at.mmPerUnit);
    const above = fives(labelMm + Math.min(most.up, Math.max(6, at.mmPerUnit, up)));
    const below = fives(1 + Math.min(most.down, Math.max(4, down)));
    const row = { top, baseline: top + above, bottom: top + above + below, cells: placed };
    top = row.bottom;
    return row;
  });
}

function extent(
  cells: readonly PlacedCell[],
  record: RecordSignals,
  mmPerUnit: number,
): [number, number] {
  let up = 0;
  let down = 0;
  for (const { lead, first, last, offset } of cells) {
    for (const signal of [record.original[lead], record.reconstruction[lead]]) {
      for (let i = first; i < Math.min(last, signal?.length ?? 0); i++) {
        const mm = ((signal?.[i] as number) - offset) * mmPerUnit;
        if (mm > up) up = mm;
        if (-mm > down) down = -mm;
      }
    }
  }
  return [up, down];
}

function fives(mm: number): number {
  return Math.ceil(mm / 5) * 5;
}
