/** @file Coded errors of the report package. */
import { DualbeatError } from '@dualbeat/core';

/** E_SVG_INVALID: the renderer cannot read the SVG. */
export function svgInvalid(error: unknown): DualbeatError {
  return new DualbeatError({
    code: 'E_SVG_INVALID',
    cause: `the SVG cannot be read: ${messageOf(error)}.`,
    fix: 'check the figure that made it; text and attributes must be escaped.',
    error,
  });
}

/** E_PNG_RENDERER: the native renderer is not there for this machine. */
export function rendererMissing(error: unknown): DualbeatError {
  return new DualbeatError({
    code: 'E_PNG_RENDERER',
    cause: `@resvg/resvg-js cannot be loaded on ${process.platform}-${process.arch}: ${messageOf(error)}.`,
    fix: 'install the optional dependencies too (npm ci without --omit=optional); the SVG files need no renderer.',
    error,
  });
}

/** E_FIGURE_NAME: a figure's name cannot be the name of a file. */
export function figureName(name: string): DualbeatError {
  return new DualbeatError({
    code: 'E_FIGURE_NAME',
    where: JSON.stringify(name),
    cause:
      'a figure is named with letters, digits, dots, dashes and underscores only, at most 200.',
    fix: 'rename the figure in its component; `fileName(text)` makes a name of any text.',
  });
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').replace(/[.\s]+$/, '');
}
