/** @file What stands above the paper: title and facts on the left, the legend on the right or below them. In millimetres. */
import { el, group } from '@dualbeat/report';
import type { SvgNode } from '@dualbeat/report';
import { ink } from './ink.ts';

export type Header = {
  readonly title: string;
  readonly facts: string;
  /** About the reconstruction; may be empty. */
  readonly note: string;
  readonly left: number;
  readonly right: number;
};

const size = { title: 4.6, facts: 3.2, note: 2.7, legend: 3.2 };
const height = { oneBlock: 15, twoBlocks: 25 };
const legendMm = 75;
const apartMm = 6;

/** Height of the header: the legend stands below the title where the page is too narrow for both. */
export function headerMm(header: Header): number {
  return isNarrow(header) ? height.twoBlocks : height.oneBlock;
}

export function drawHeader(header: Header): SvgNode[] {
  const { title, facts, note, left, right } = header;
  const narrow = isNarrow(header);
  const y = narrow ? 10 : 0;
  return [
    el('text', { x: left, y: 6.6, 'font-size': size.title, 'font-weight': 700 }, title),
    el('text', { x: left, y: 11.8, 'font-size': size.facts, fill: ink.soft }, facts),
    legend(narrow ? left : right - legendMm + 0.6, y),
    ...(note === ''
      ? []
      : [
          el(
            'text',
            {
              x: narrow ? left : right,
              y: y + 11.8,
              'font-size': size.note,
              fill: ink.soft,
              'text-anchor': narrow ? 'start' : 'end',
            },
            note,
          ),
        ]),
  ];
}

function legend(x: number, y: number): SvgNode {
  const line = (at: number, stroke: string, thick: number) =>
    el('line', {
      x1: x + at,
      x2: x + at + 7,
      y1: y + 5.5,
      y2: y + 5.5,
      stroke,
      'stroke-width': thick,
    });
  const text = (at: number, content: string) =>
    el('text', { x: x + at, y: y + 6.6, 'font-size': size.legend }, content);
  return group({ class: 'legend' }, [
    line(0, ink.original, 0.35),
    text(8.5, 'original'),
    line(24, ink.reconstruction, 0.5),
    text(32.5, 'reconstruction'),
    el('rect', {
      x: x + 56,
      y: y + 3.6,
      width: 7,
      height: 3.8,
      fill: ink.hidden,
      'fill-opacity': 0.4,
    }),
    text(64.5, 'hidden'),
  ]);
}

function isNarrow({ title, facts, note, left, right }: Header): boolean {
  const room = right - left - apartMm;
  return (
    textMm(title, size.title, 0.6) + legendMm > room ||
    textMm(facts, size.facts, 0.52) + textMm(note, size.note, 0.52) > room
  );
}

/** About; `em` is the mean width of a letter of the condensed font, bold or not. */
function textMm(text: string, fontSize: number, em: number): number {
  return text.length * fontSize * em;
}
