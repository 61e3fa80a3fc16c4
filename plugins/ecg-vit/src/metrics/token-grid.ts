/** @file From tokens back to leads: where each token of a record lies, and what of it was hidden. */
import type { HostMasked, Named } from '@dualbeat/core';
import { at } from '@dualbeat/core';
import { outputUnfit } from './errors.ts';

// Shapes: B rows, N tokens = (L / patch leads) * W windows, P = patch leads * patch samples, T' = W * patch samples.

/** What a token is to the encoder. */
export const ABSENT = 0;
export const VISIBLE = 1;
export const HIDDEN = 2;

export type Grid = {
  readonly leads: number;
  readonly windows: number;
  /** Samples of one window. */
  readonly samples: number;
};
export type TokenRecord = {
  readonly grid: Grid;
  /** [L][T'] */
  readonly original: readonly Float32Array[];
  /** [L][T']; only the samples of hidden windows are predictions. */
  readonly reconstruction: readonly Float32Array[];
  /** [L][W]: ABSENT, VISIBLE or HIDDEN. */
  readonly state: readonly Uint8Array[];
};

/**
 * The records of a batch that are there at all; padding rows are left out.
 * `patch`: leads and samples of one token; without it, one lead and as many samples as a token has values.
 * Errors: E_NAME_UNKNOWN, E_RECONSTRUCTION_OUTPUT.
 */
export function tokenRecords(
  outputs: Named<HostMasked>,
  shape: { readonly leads: number; readonly samples: number },
  patch: readonly number[] | undefined,
): TokenRecord[] {
  const original = at(outputs, 'original', 'output');
  const reconstruction = at(outputs, 'reconstruction', 'output');
  const [rows = 0, tokens = 0, size = 0] = checked('original', original);
  const other = checked('reconstruction', reconstruction);
  if (other.join() !== [rows, tokens, size].join()) {
    throw outputUnfit(
      'reconstruction',
      `its shape [${other.join(', ')}] is not that of the original, [${rows}, ${tokens}, ${size}].`,
    );
  }
  const [patchLeads = 1, patchSamples = size] = patch ?? [];
  const windows = Math.floor(shape.samples / patchSamples);
  const fits = patchLeads * patchSamples === size && shape.leads % patchLeads === 0;
  if (!fits || (shape.leads / patchLeads) * windows !== tokens) {
    throw outputUnfit(
      'original',
      `${tokens} tokens of ${size} values do not tile ${shape.leads} leads x ${shape.samples} samples in patches of ${patchLeads} x ${patchSamples}.`,
    );
  }
  const grid: Grid = { leads: shape.leads, windows, samples: patchSamples };
  const records: TokenRecord[] = [];
  for (let row = 0; row < rows; row++) {
    const state = statesOf(original, reconstruction, row, grid, patchLeads);
    if (state.every((lead) => lead.every((s) => s === ABSENT))) continue;
    records.push({
      grid,
      original: leadsOf(original, row, grid, patchLeads),
      reconstruction: leadsOf(reconstruction, row, grid, patchLeads),
      state,
    });
  }
  return records;
}

function checked(name: string, output: HostMasked): readonly number[] {
  const { shape } = output.values;
  const present = output.present.shape;
  if (
    shape.length !== 3 ||
    present.length !== 2 ||
    present[0] !== shape[0] ||
    present[1] !== shape[1]
  ) {
    throw outputUnfit(
      name,
      `values [${shape.join(', ')}] and present [${present.join(', ')}] are not [rows, tokens, patch] and [rows, tokens].`,
    );
  }
  return shape;
}

function statesOf(
  original: HostMasked,
  reconstruction: HostMasked,
  row: number,
  grid: Grid,
  patchLeads: number,
): Uint8Array[] {
  const tokens = original.values.shape[1] as number;
  return Array.from({ length: grid.leads }, (_, lead) => {
    const first = row * tokens + Math.floor(lead / patchLeads) * grid.windows;
    return Uint8Array.from({ length: grid.windows }, (_, w) => {
      if (original.present.data[first + w] === 0) return ABSENT;
      return reconstruction.present.data[first + w] === 0 ? VISIBLE : HIDDEN;
    });
  });
}

function leadsOf(output: HostMasked, row: number, grid: Grid, patchLeads: number): Float32Array[] {
  const [, tokens = 0, size = 0] = output.values.shape;
  return Array.from({ length: grid.leads }, (_, lead) => {
    const values = new Float32Array(grid.windows * grid.samples);
    for (let w = 0; w < grid.windows; w++) {
      const token = Math.floor(lead / patchLeads) * grid.windows + w;
      const from = (row * tokens + token) * size + (lead % patchLeads) * grid.samples;
      values.set(output.values.data.subarray(from, from + grid.samples), w * grid.samples);
    }
    return values;
  });
}
