/** @file SVG to PNG by resvg, with the font that ships here, so that pictures are the same on every machine. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type * as Renderer from '@resvg/resvg-js';
import { rendererMissing, svgInvalid } from './errors.ts';

export type PngOptions = {
  /** In pixels; the height follows. Without it, the SVG's own size at 96 dpi times `scale`. */
  readonly width?: number;
  /** 2: twice the own size. */
  readonly scale?: number;
};

const fontFiles = ['DejaVuSansCondensed.ttf', 'DejaVuSansCondensed-Bold.ttf'].map((name) =>
  fileURLToPath(new URL(`../fonts/${name}`, import.meta.url)),
);
/** What the shipped fonts can write; other text (say, a Chinese record name) needs the machine's fonts. */
const otherText =
  /[^\s -\u017f\u0391-\u03c9\u2010-\u2027\u2030\u2070-\u2094\u2190-\u2193\u2200-\u2265\u25a0\u25cf\u2713\u2717]/;

/**
 * The picture of an SVG on white paper, as the bytes of a PNG file. Text is set in the shipped font; characters that
 * it lacks are taken from the machine's fonts, and left out (never a failure) where there is none.
 * Errors: E_SVG_INVALID, E_PNG_RENDERER.
 */
export function svgToPng(svg: string, options: PngOptions = {}): Uint8Array {
  const { Resvg } = renderer();
  try {
    const image = new Resvg(svg, {
      background: '#ffffff',
      fitTo:
        options.width === undefined
          ? { mode: 'zoom', value: options.scale ?? 1 }
          : { mode: 'width', value: options.width },
      font: {
        loadSystemFonts: otherText.test(svg),
        fontFiles,
        defaultFontFamily: 'DejaVu Sans Condensed',
        sansSerifFamily: 'DejaVu Sans Condensed',
      },
      logLevel: 'off',
    });
    return new Uint8Array(image.render().asPng());
  } catch (error) {
    throw svgInvalid(error);
  }
}

/** Loaded at the first picture only: a machine without the native renderer can do all else. */
function renderer(): typeof Renderer {
  try {
    return createRequire(import.meta.url)('@resvg/resvg-js') as typeof Renderer;
  } catch (error) {
    throw rendererMissing(error);
  }
}
