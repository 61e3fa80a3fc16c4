/** @file ECG paper and the calibration pulse. All lengths in millimetres. */
import { el, group, rounded } from '@dualbeat/report';
import type { SvgNode } from '@dualbeat/report';

export type Box = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** The millimetre grid: thin lines each millimetre, thick ones each five. Width and height are multiples of 5. */
export function ecgPaper({ x, y, width, height }: Box): SvgNode {
  const lines = (step: number, skip: number): string => {
    let d = '';
    for (let i = 0; i <= width; i += step)
      if (i % skip !== 0) d += `M${rounded(x + i)} ${rounded(y)}v${rounded(height)}`;
    for (let i = 0; i <= height; i += step)
      if (i % skip !== 0) d += `M${rounded(x)} ${rounded(y + i)}h${rounded(width)}`;
    return d;
  };
  return group({ fill: 'none', class: 'paper' }, [
    el('rect', { x, y, width, height, fill: '#fffafa' }),
    el('path', { d: lines(1, 5), stroke: '#f6d5d5', 'stroke-width': 0.1, class: 'mm' }),
    el('path', {
      d: lines(5, Infinity),
      stroke: '#eab0b0',
      'stroke-width': 0.18,
      class: 'five-mm',
    }),
  ]);
}

/** A pulse of one unit, 5 mm (0.2 s at 25 mm/s) wide, on the baseline `y`. */
export function calibrationPulse(x: number, y: number, heightMm: number): SvgNode {
  return el('path', {
    d: `M${rounded(x)} ${rounded(y)}h1v${rounded(-heightMm)}h5v${rounded(heightMm)}h1`,
    fill: 'none',
    stroke: '#1a1a1a',
    'stroke-width': 0.28,
    'stroke-linejoin': 'miter',
    class: 'calibration',
  });
}
