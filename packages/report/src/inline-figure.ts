/** @file A figure inside the report page. */
import type { FigureFile } from '@dualbeat/core';
import { escapeXml } from './svg.ts';

/** What could act on the page or clash with another figure: scripts, handlers, styles, ids, foreign or linked content. */
const notPlain =
  /<(?:script|style|foreignObject|iframe|image|a)\b|\bon\w+\s*=|\bid\s*=|\bhref\s*=|<!|<\?/i;

/**
 * The figure's SVG as markup where it is plain drawing (then its text can be searched), otherwise as an image with the
 * SVG inside it, which isolates it from the page. Both need no other file.
 */
export function inlineFigure(figure: FigureFile): string {
  if (!notPlain.test(figure.svg)) return figure.svg;
  const data = Buffer.from(figure.svg, 'utf8').toString('base64');
  return `<img alt="${escapeXml(figure.title)}" src="data:image/svg+xml;base64,${data}">`;
}
