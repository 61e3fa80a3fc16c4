/** @file One record on ECG paper: original, reconstruction and what was hidden. All lengths in millimetres. */
import type { MetricValue } from '@dualbeat/core';
import { el, group, linePath, svgDocument } from '@dualbeat/report';
import type { SvgNode } from '@dualbeat/report';
import type { RecordSignals } from './assemble.ts';
import { hiddenScores } from './hidden-scores.ts';
import { layoutOf } from './layout.ts';
import type { LayoutName } from './layout.ts';
import { drawHeader, headerMm } from './header.ts';
import { ink } from './ink.ts';
import { calibrationPulse, ecgPaper } from './paper.ts';
import { placeRows } from './rows.ts';
import type { PlacedCell, PlacedRow } from './rows.ts';
import { scaleFor } from './scale.ts';
import { keptPoints } from './simplify.ts';

export type DrawOptions = {
  readonly layout: LayoutName;
  readonly speedMmPerS: number;
  readonly gainMmPerUnit: number | 'auto';
  readonly seconds: number;
  readonly show: 'hidden' | 'all';
};

const margin = { side: 5, pulse: 10, bottom: 12 };
/** Of the paper; room for scores and scale below it. */
const leastMm = 130;
/** Narrower cells have no room for their time beside the lead's name. */
const timesFromMm = 30;
/** Below what is seen in print; keeps the file small. */
const toleranceMm = 0.01;

/** The figure as SVG, in true size: printed at 100 %, 25 mm/s is 25 mm/s. */
export function drawRecord(record: RecordSignals, options: DrawOptions): string {
  const total = (record.original[0]?.length ?? 0) / record.samplingHz;
  const seconds = Math.min(total, options.seconds);
  const scale = scaleFor(record.original, record.unit, options.gainMmPerUnit);
  const layout = layoutOf(options.layout, record.labels, seconds, options.speedMmPerS);
  const cells = layout.flat();
  const used =
    margin.pulse + 2 + Math.max(...cells.map((c) => c.at + c.seconds)) * options.speedMmPerS;
  const paperWidth = Math.max(leastMm, Math.ceil(used / 5) * 5);
  const width = paperWidth + 2 * margin.side;
  const scores = hiddenScores(record);
  const head = {
    title: `Record ${record.id}`,
    facts: factsText(record, seconds, scores.share),
    note: options.show === 'all' ? '' : 'drawn where it was hidden from the encoder',
    left: margin.side,
    right: width - margin.side,
  };
  const top = headerMm(head);
  const rows = placeRows(layout, shown(record, options.show), {
    x: margin.side + margin.pulse,
    y: top,
    mmPerSecond: options.speedMmPerS,
    mmPerUnit: scale.mmPerUnit,
  });
  const paper = {
    x: margin.side,
    y: top,
    width: paperWidth,
    height: (rows.at(-1)?.bottom ?? top) - top,
  };
  const height = top + paper.height + margin.bottom;
  return svgDocument({
    width,
    height,
    unit: 'mm',
    title: `ECG reconstruction, record ${record.id}`,
    description: `Original and reconstructed ECG, ${record.labels.join(', ')}. ${scoreText(scores)}`,
    children: [
      el('rect', { width, height, fill: '#ffffff' }),
      ecgPaper(paper),
      group(
        { fill: ink.hidden, 'fill-opacity': 0.22, class: 'hidden' },
        rows.flatMap((row) => bands(row, record)),
      ),
      ...traces(rows, record, options.show, scale.mmPerUnit),
      ...rows.map((row) => calibrationPulse(margin.side + 1, row.baseline, scale.mmPerUnit)),
      ...labels(rows, record),
      ...drawHeader(head),
      ...footer(
        height,
        scoreText(scores),
        `${options.speedMmPerS} mm/s · ${scale.mmPerUnit} mm/${scale.unit}`,
        width,
      ),
    ],
  });
}

/** The reconstruction that is drawn: at hidden patches only, or everywhere. */
function shown(record: RecordSignals, show: 'hidden' | 'all'): RecordSignals {
  if (show === 'all') return record;
  const reconstruction = record.reconstruction.map((lead, l) =>
    lead.map((v, i) => (record.hidden[l]?.[Math.floor(i / record.windowSamples)] ? v : Number.NaN)),
  );
  return { ...record, reconstruction };
}

/** One rectangle per run of hidden patches. */
function bands(row: PlacedRow, record: RecordSignals): SvgNode[] {
  return row.cells.flatMap((cell) => {
    const flags = record.hidden[cell.lead] as Uint8Array;
    const perSample = cell.width / (cell.last - cell.first);
    const out: SvgNode[] = [];
    for (let w = 0; w < flags.length;) {
      let end = w;
      while (flags[end] === 1) end++;
      const from = Math.max(cell.first, w * record.windowSamples);
      const to = Math.min(cell.last, end * record.windowSamples);
      if (to > from) {
        const x = cell.x + (from - cell.first) * perSample;
        out.push(
          el('rect', {
            x,
            y: row.top + 0.4,
            width: (to - from) * perSample,
            height: row.bottom - row.top - 0.8,
          }),
        );
      }
      w = end + 1;
    }
    return out;
  });
}

function traces(
  rows: readonly PlacedRow[],
  record: RecordSignals,
  show: 'hidden' | 'all',
  mmPerUnit: number,
): SvgNode[] {
  const drawn = shown(record, show).reconstruction;
  const paths = (signals: readonly Float32Array[]) =>
    rows.flatMap((row) =>
      row.cells.map((cell) => trace(row, cell, signals[cell.lead] as Float32Array, mmPerUnit)),
    );
  const pen = { fill: 'none', 'stroke-linejoin': 'round', 'stroke-linecap': 'round' };
  return [
    group(
      { ...pen, stroke: ink.original, 'stroke-width': 0.22, class: 'original' },
      paths(record.original),
    ),
    group(
      { ...pen, stroke: ink.reconstruction, 'stroke-width': 0.32, class: 'reconstruction' },
      paths(drawn),
    ),
  ];
}

function trace(row: PlacedRow, cell: PlacedCell, signal: Float32Array, mmPerUnit: number): SvgNode {
  const count = Math.max(0, Math.min(cell.last, signal.length) - cell.first);
  const perSample = cell.width / (cell.last - cell.first);
  const x = Float64Array.from({ length: count }, (_, i) => cell.x + i * perSample);
  const y = Float64Array.from({ length: count }, (_, i) => {
    const mm = row.baseline - ((signal[cell.first + i] as number) - cell.offset) * mmPerUnit;
    return Number.isNaN(mm) ? mm : Math.max(row.top, Math.min(row.bottom, mm));
  });
  const kept = keptPoints(x, y, toleranceMm);
  const d = linePath(
    kept.map((i) => x[i] as number),
    kept.map((i) => y[i] as number),
  );
  return el('path', { d });
}

function labels(rows: readonly PlacedRow[], record: RecordSignals): SvgNode[] {
  const inTurn = rows[0]?.cells.some((cell) => cell.from > 0) === true;
  return rows.flatMap((row, r) =>
    row.cells.flatMap((cell, c) => {
      const name = record.labels[cell.lead] as string;
      const y = row.top + 3.6;
      const start = el('path', {
        d: `M${cell.x} ${row.baseline - 2}v4`,
        stroke: ink.original,
        'stroke-width': 0.3,
        class: 'lead-start',
      });
      const times = `${timeText(cell.from)}–${timeText(cell.from + cell.seconds)} s`;
      return [
        ...(c === 0 ? [] : [start]),
        el(
          'text',
          { x: cell.x + 0.8, y, 'font-size': 3.6, 'font-weight': 700, class: 'lead' },
          name,
        ),
        ...(r === 0 && inTurn && cell.width >= timesFromMm
          ? [
              el(
                'text',
                {
                  x: cell.x + cell.width - 3,
                  y,
                  'font-size': 2.5,
                  fill: ink.soft,
                  'text-anchor': 'end',
                },
                times,
              ),
            ]
          : []),
      ];
    }),
  );
}

function factsText(record: RecordSignals, seconds: number, share: number): string {
  return [
    `${record.labels.length} lead${record.labels.length === 1 ? '' : 's'}`,
    `${timeText(seconds)} s`,
    `${Math.round(record.samplingHz * 100) / 100} Hz`,
    `${Math.round(share * 100)} % of patches hidden`,
  ].join(' · ');
}

function footer(height: number, scores: string, scale: string, width: number): SvgNode[] {
  const y = height - margin.bottom + 5;
  return [
    el(
      'text',
      { x: margin.side, y, 'font-size': 3.4, 'font-weight': 700, class: 'scores' },
      scores,
    ),
    el(
      'text',
      {
        x: width - margin.side,
        y: y + 4.4,
        'font-size': 3,
        'text-anchor': 'end',
        class: 'scale',
      },
      scale,
    ),
    el(
      'text',
      { x: margin.side, y: y + 4.4, 'font-size': 2.6, fill: ink.soft },
      'For research; not for diagnosis.',
    ),
  ];
}

function scoreText(scores: {
  readonly nmse: MetricValue;
  readonly correlation: MetricValue;
}): string {
  const text = (value: MetricValue) =>
    typeof value === 'number'
      ? value.toFixed(3).replace('-', '−')
      : `not defined (${value.undefinedBecause})`;
  return `Hidden samples: NMSE ${text(scores.nmse)}, correlation ${text(scores.correlation)}`;
}

function timeText(seconds: number): string {
  return String(Math.round(seconds * 100) / 100);
}
