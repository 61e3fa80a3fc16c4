/** @file The named sizes of the ECG transformer. */

export type VitSize = { readonly width: number; readonly depth: number; readonly heads: number };

/** Widths, depths and heads of the published model family; `mediumDeep` is the paper's. */
export const vitSizes = {
  pluto: { width: 256, depth: 2, heads: 8 },
  tiny: { width: 384, depth: 3, heads: 6 },
  tiny2: { width: 384, depth: 3, heads: 6 },
  tinyDeep: { width: 192, depth: 12, heads: 3 },
  small: { width: 512, depth: 4, heads: 8 },
  smallDeep: { width: 384, depth: 12, heads: 6 },
  medium: { width: 640, depth: 5, heads: 10 },
  mediumDeep: { width: 576, depth: 12, heads: 8 },
  large: { width: 864, depth: 6, heads: 12 },
  base: { width: 768, depth: 12, heads: 12 },
} as const satisfies { readonly [name: string]: VitSize };

export type VitSizeName = keyof typeof vitSizes;
export const vitSizeNames = Object.keys(vitSizes) as readonly VitSizeName[];
