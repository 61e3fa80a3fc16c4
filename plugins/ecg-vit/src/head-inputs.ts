/**
 * @file What the heads of this plugin read from `from.inputs`. The host lists what the encoders of a stage give:
 * '<view>' [D] (pooled), and for an encoder with tokens '<view>/tokens' [prefix + N, D] and '<view>/patches'
 * [...grid, ...patch] (the patches of the view itself).
 */
import type { ArraySpec, Named } from '@dualbeat/core';
import { tokenView } from './errors.ts';
import type { PatchGrid } from './patches.ts';

export type TokenInput = PatchGrid & {
  readonly view: string;
  readonly prefix: number;
  readonly width: number;
};

/** The tokenised view that a head reads: the one named, else the only one. Error: E_HEAD_VIEW. */
export function tokenInput(head: string, inputs: Named<ArraySpec>, view?: string): TokenInput {
  const views = Object.keys(inputs)
    .filter((name) => name.endsWith('/patches'))
    .map((name) => name.slice(0, -'/patches'.length));
  const chosen = view ?? (views.length === 1 ? views[0] : undefined);
  const tokens = chosen === undefined ? undefined : inputs[`${chosen}/tokens`];
  const patches = chosen === undefined ? undefined : inputs[`${chosen}/patches`];
  if (chosen === undefined || tokens === undefined || patches === undefined)
    throw tokenView(head, views, view);
  const [rows, cols, leads, samples] = patches.shape as readonly [number, number, number, number];
  const [count, width] = tokens.shape as readonly [number, number];
  return {
    view: chosen,
    grid: [rows, cols],
    patch: [leads, samples],
    prefix: count - rows * cols,
    width,
  };
}
