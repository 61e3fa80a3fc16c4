/** @file A recording to the shape of the cohort: resampled, cut to its middle or filled up with zeros. */
import type { ReaderRecord } from '@dualbeat/core';
import { resample } from './resample.ts';

export type Conformed = { readonly values: Float32Array; readonly flags: readonly string[] };

/** [leads, samples] at `samplingHz`; flags: 'resampled from 100 Hz', 'cut from 15 s', 'zeros after 8.2 s', and the reader's. */
export function conform(record: ReaderRecord, samplingHz: number, samples: number): Conformed {
  const flags = [...record.flags];
  const rows = record.view.shape[0] as number;
  const from = ratesOf(record);
  if (from !== samplingHz) flags.push(`resampled from ${Number(from.toFixed(3))} Hz`);
  const values = resample(record.values, rows, from, samplingHz);
  const length = values.length / rows;
  if (length === samples) return { values, flags };
  const seconds = Number((length / samplingHz).toFixed(3));
  flags.push(length > samples ? `cut from ${seconds} s` : `zeros after ${seconds} s`);
  const start = Math.max(0, Math.floor((length - samples) / 2));
  const out = new Float32Array(rows * samples);
  for (let row = 0; row < rows; row++) {
    const part = values.subarray(
      row * length + start,
      row * length + Math.min(start + samples, length),
    );
    out.set(part, row * samples);
  }
  return { values: out, flags };
}

/** Samples a second, from the time axis; spacings are 1/Hz, so whole rates are given back exactly. */
function ratesOf(record: ReaderRecord): number {
  const spacing = record.view.axes[1]?.spacing as number;
  const hz = 1 / spacing;
  const whole = Math.round(hz);
  return Math.abs(hz - whole) < 1e-9 * hz ? whole : hz;
}
