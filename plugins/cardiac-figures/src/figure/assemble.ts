/** @file From the tokens of a task back to the leads of a record. */
import { at } from '@dualbeat/core';
import type { FigureInput, HostMasked, ViewSpec } from '@dualbeat/core';
import { outputUnfit, viewUnfit } from '../errors.ts';

// Shapes: B rows, L leads, N tokens = (L / patch leads) * W windows, P = patch leads * patch samples.

/** One record, original and reconstruction over the same time. */
export type RecordSignals = {
  readonly id: string;
  readonly labels: readonly string[];
  readonly samplingHz: number;
  readonly unit: string;
  readonly windowSamples: number;
  /** [L][W * windowSamples]; NaN where the record has no signal. */
  readonly original: readonly Float32Array[];
  /** As `original`; NaN where there is no signal. What it holds at visible patches is for the task to say. */
  readonly reconstruction: readonly Float32Array[];
  /** [L][W]: 1 where the encoder did not see the patch. */
  readonly hidden: readonly Uint8Array[];
};

/**
 * The records of a batch, padding rows left out. `patch`: leads and samples of a token; without it, one lead and as
 * many samples as a token has values. Errors: E_NAME_UNKNOWN, E_FIGURE_OUTPUT, E_FIGURE_VIEW.
 */
export function recordSignals(
  from: FigureInput,
  patch: readonly number[] | undefined,
  limit = Number.POSITIVE_INFINITY,
): RecordSignals[] {
  const original = at(from.outputs, 'original', 'output');
  const reconstruction = at(from.outputs, 'reconstruction', 'output');
  const axes = ecgAxes(from.view);
  const grid = tokenGrid(original, reconstruction, from.view, patch);
  const records: RecordSignals[] = [];
  for (let row = 0; row < grid.rows && records.length < limit; row++) {
    const there = windowsOf(original, row, grid);
    if (there.every((lead) => lead.every((flag) => flag === 0))) continue;
    const marked = windowsOf(reconstruction, row, grid);
    records.push({
      id: from.ids[row] ?? `row ${row + 1}`,
      ...axes,
      unit: from.view.unit,
      windowSamples: grid.patchSamples,
      original: leadsOf(original, row, grid, there),
      reconstruction: leadsOf(reconstruction, row, grid, there),
      hidden: marked.map((lead, l) => lead.map((flag, w) => (flag && there[l]?.[w] ? 1 : 0))),
    });
  }
  return records;
}

type Grid = {
  readonly rows: number;
  readonly leads: number;
  readonly windows: number;
  readonly tokens: number;
  readonly patchLeads: number;
  readonly patchSamples: number;
};

function tokenGrid(
  original: HostMasked,
  reconstruction: HostMasked,
  view: ViewSpec,
  patch: readonly number[] | undefined,
): Grid {
  const shape = original.values.shape;
  const [rows = 0, tokens = 0, size = 0] = shape;
  for (const [name, output] of Object.entries({ original, reconstruction })) {
    const values = output.values.shape.join(', ');
    const present = output.present.shape.join(', ');
    if (shape.length !== 3 || values !== shape.join(', ') || present !== `${rows}, ${tokens}`) {
      throw outputUnfit(
        name,
        `values [${values}] and present [${present}] are not [rows, tokens, patch] and [rows, tokens] of one size.`,
      );
    }
  }
  const [leads = 0, samples = 0] = view.shape;
  const [patchLeads = 1, patchSamples = size] = patch ?? [];
  const windows = Math.floor(samples / patchSamples);
  const tiles = patchLeads * patchSamples === size && leads % patchLeads === 0;
  if (!tiles || (leads / patchLeads) * windows !== tokens) {
    throw outputUnfit(
      'original',
      `${tokens} tokens of ${size} values do not tile ${leads} leads x ${samples} samples in patches of ${patchLeads} x ${patchSamples}.`,
    );
  }
  return { rows, leads, windows, tokens, patchLeads, patchSamples };
}

/** Lead names and sampling rate. Errors: E_FIGURE_VIEW. */
export function ecgAxes(view: ViewSpec): { labels: readonly string[]; samplingHz: number } {
  const [lead, time] = view.axes;
  if (view.shape.length !== 2 || !lead || !time) {
    throw viewUnfit(`the view has the shape [${view.shape.join(', ')}], not [leads, samples].`);
  }
  const perSecond = time.unit === 's' ? 1 : time.unit === 'ms' ? 1000 : Number.NaN;
  const samplingHz = perSecond / (time.spacing ?? Number.NaN);
  if (!(samplingHz > 0))
    throw viewUnfit(`the time axis has spacing ${time.spacing} and unit ${time.unit}.`);
  const count = view.shape[0] as number;
  const labels = Array.from({ length: count }, (_, i) => lead.labels?.[i] ?? `${i + 1}`);
  return { labels, samplingHz };
}

function windowsOf(output: HostMasked, row: number, grid: Grid): Uint8Array[] {
  return Array.from({ length: grid.leads }, (_, lead) => {
    const first = row * grid.tokens + Math.floor(lead / grid.patchLeads) * grid.windows;
    return Uint8Array.from({ length: grid.windows }, (_, w) =>
      output.present.data[first + w] ? 1 : 0,
    );
  });
}

function leadsOf(
  output: HostMasked,
  row: number,
  grid: Grid,
  there: readonly Uint8Array[],
): Float32Array[] {
  const { patchLeads, patchSamples, windows, tokens } = grid;
  return Array.from({ length: grid.leads }, (_, lead) => {
    const values = new Float32Array(windows * patchSamples).fill(Number.NaN);
    for (let w = 0; w < windows; w++) {
      if (!there[lead]?.[w]) continue;
      const token = row * tokens + Math.floor(lead / patchLeads) * windows + w;
      const from = (token * patchLeads + (lead % patchLeads)) * patchSamples;
      values.set(output.values.data.subarray(from, from + patchSamples), w * patchSamples);
    }
    return values;
  });
}
