/** @file Writes a figure as SVG and PNG. */
import type { FigureFile } from '@dualbeat/core';
import { safeJoin, writeAtomic } from '@dualbeat/runs';
import { figureName } from './errors.ts';
import { svgToPng } from './svg-to-png.ts';
import type { PngOptions } from './svg-to-png.ts';

export type FigurePaths = { readonly svg: string; readonly png: string };

/** Pixels per CSS pixel: 7.6 per millimetre, enough for a thin trace on ECG paper. */
const pngScale = 2;

/** Longer than what `fileName` makes: a host puts the split before it. */
const fitName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/;

/**
 * Writes `<dir>/<name>.svg` and `<dir>/<name>.png`, each whole or not at all, and gives their paths; the folder exists. The SVG is written
 * first and stays where the PNG fails. Errors: E_FIGURE_NAME, E_SVG_INVALID, E_PNG_RENDERER, and those of writeAtomic.
 */
export async function writeFigure(
  dir: string,
  figure: FigureFile,
  options: PngOptions = {},
): Promise<FigurePaths> {
  if (!fitName.test(figure.name)) throw figureName(figure.name);
  const svg = safeJoin(dir, `${figure.name}.svg`);
  const png = safeJoin(dir, `${figure.name}.png`);
  await writeAtomic(svg, figure.svg);
  await writeAtomic(png, svgToPng(figure.svg, { scale: pngScale, ...options }));
  return { svg, png };
}

/** A file name made of any text: other characters become dashes. Different texts may give the same name. */
export function fileName(text: string): string {
  const name = text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 100);
  return name === '' ? 'figure' : name;
}
