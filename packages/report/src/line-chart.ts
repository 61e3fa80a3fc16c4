/** @file A line chart as SVG: learning curves. The classes chart-title, chart-grid and chart-text let a page set its own colours. */
import { el, group, linePath, svgDocument } from './svg.ts';
import type { SvgNode } from './svg.ts';
import { axisTicks, tickLabel } from './ticks.ts';

export type ChartSeries = {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
};
export type Chart = {
  readonly title: string;
  readonly xLabel: string;
  readonly series: readonly ChartSeries[];
};

const size = { width: 420, height: 240 };
const frame = { left: 56, right: 12, top: 46, bottom: 36 };
/** Okabe and Ito's palette: told apart by colour-blind readers, and visible on white and on black. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#6b6b6b'];

/** Draws the series over a common x; points that are not finite leave gaps. */
export function lineChart(chart: Chart): string {
  const inside = {
    width: size.width - frame.left - frame.right,
    height: size.height - frame.top - frame.bottom,
  };
  const xTicks = axisTicks(
    chart.series.flatMap((s) => s.x),
    6,
    { whole: true },
  );
  const yTicks = axisTicks(
    chart.series.flatMap((s) => s.y),
    5,
    { whole: false },
  );
  const px = (x: number) =>
    frame.left + ((x - xTicks.low) / (xTicks.high - xTicks.low)) * inside.width;
  const py = (y: number) =>
    frame.top + (1 - (y - yTicks.low) / (yTicks.high - yTicks.low)) * inside.height;
  const bottom = frame.top + inside.height;
  const grid = [
    ...yTicks.at.map((y) => line(frame.left, py(y), size.width - frame.right, py(y))),
    ...xTicks.at.map((x) => line(px(x), bottom, px(x), bottom + 4)),
  ];
  const labels = [
    ...yTicks.at.map((y) => text(tickLabel(y, yTicks.step), frame.left - 8, py(y) + 4, 'end')),
    ...xTicks.at.map((x) => text(tickLabel(x, xTicks.step), px(x), bottom + 17, 'middle')),
    text(chart.xLabel, frame.left + inside.width / 2, size.height - 4, 'middle'),
  ];
  return svgDocument({
    ...size,
    unit: 'px',
    title: chart.title,
    children: [
      el(
        'text',
        {
          x: frame.left,
          y: 16,
          'font-size': 14,
          'font-weight': 700,
          fill: '#1a1a1a',
          class: 'chart-title',
        },
        chart.title,
      ),
      group({ stroke: '#d9d9d9', 'stroke-width': 1, class: 'chart-grid' }, grid),
      group({ 'font-size': 11, fill: '#5c5c5c', class: 'chart-text' }, labels),
      ...legend(chart.series),
      ...chart.series.map((s, i) => curve(s, colour(i), px, py)),
    ],
  });
}

function curve(
  series: ChartSeries,
  stroke: string,
  px: (x: number) => number,
  py: (y: number) => number,
): SvgNode {
  const x = series.x.map(px);
  const y = series.y.map((v) => (Number.isFinite(v) ? py(v) : Number.NaN));
  const dots = x.length > 40 ? [] : x.flatMap((cx, i) => dot(cx, y[i] as number, stroke));
  return group({}, [
    el('path', {
      d: linePath(x, y),
      fill: 'none',
      stroke,
      'stroke-width': 2,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    }),
    ...dots,
  ]);
}

function dot(cx: number, cy: number, fill: string): SvgNode[] {
  return Number.isFinite(cy) ? [el('circle', { cx, cy, r: 2.5, fill })] : [];
}

function legend(series: readonly ChartSeries[]): SvgNode[] {
  let x = frame.left;
  return series.flatMap((s, i) => {
    const at = x;
    x += 30 + s.name.length * 6.2;
    return [
      el('line', { x1: at, y1: 31, x2: at + 14, y2: 31, stroke: colour(i), 'stroke-width': 3 }),
      el(
        'text',
        { x: at + 18, y: 35, 'font-size': 11, fill: '#5c5c5c', class: 'chart-text' },
        s.name,
      ),
    ];
  });
}

function colour(i: number): string {
  return colours[i % colours.length] as string;
}

function line(x1: number, y1: number, x2: number, y2: number): SvgNode {
  return el('line', { x1, y1, x2, y2 });
}

function text(content: string, x: number, y: number, anchor: string): SvgNode {
  return el('text', { x, y, 'text-anchor': anchor }, content);
}
