/** @file What a reconstruction keeps of an ECG: R peaks, QRS width, and how much noise is left. */
import type { MetricValue } from '@dualbeat/core';
import { mean, quantile } from '@dualbeat/evaluation';
import { leadsDiffer } from '../errors.ts';
import type { Delineation } from './delineation.ts';
import { powerAbove } from './power-spectrum.ts';
import { qrsEdges } from './qrs-edges.ts';
import { rPeak } from './r-peak.ts';

/** Of one number per beat and lead. */
export type Spread = {
  /** Of the absolute values. */
  readonly median: MetricValue;
  readonly p95: MetricValue;
  /** Mean of the signed values, reconstruction minus original. */
  readonly bias: MetricValue;
  /** How many were measured; a beat counts once in each lead that has it delineated. */
  readonly beats: number;
};
export type Comparison = {
  readonly rPeakShiftMs: Spread;
  readonly qrsWidthErrorMs: Spread;
  /** Mean over the leads, in the square of the signal's unit; `ratio` is reconstructed over original. */
  readonly noisePowerAbove40Hz: {
    readonly original: MetricValue;
    readonly reconstructed: MetricValue;
    readonly ratio: MetricValue;
  };
  /** Beats whose peak has, within 40 ms, no counterpart of a tenth of its height in the reconstruction. */
  readonly lost: number;
};

const noiseHz = 40;
/** A reconstructed peak is looked for this far before and after the original one. */
const slackSeconds = 0.04;
/** Share of the original peak's height that a reconstructed peak must have. */
const found = 0.1;

/**
 * Compares leads [L][T] of one record. `delineations` say where the QRS complexes are. Samples that are not to be
 * compared (visible patches, say) are NaN in either signal: beats that touch them are left out, and the noise power is
 * that of the stretches without them, the same in both signals. Errors: E_MEASURE_LEADS.
 */
export function compareReconstruction(
  original: readonly Float32Array[],
  reconstructed: readonly Float32Array[],
  samplingHz: number,
  delineations: readonly Delineation[],
): Comparison {
  return summarised([measureRecord(original, reconstructed, samplingHz, delineations)]);
}

/** One beat of one lead; NaN where not measured. */
export type BeatMeasures = {
  readonly shiftMs: number;
  readonly wideningMs: number;
  readonly lost: boolean;
};
/** What `compareReconstruction` measures on one record, before it is summed up. */
export type RecordMeasures = {
  readonly beats: readonly BeatMeasures[];
  readonly noise: { readonly original: MetricValue; readonly reconstructed: MetricValue };
};

/** As `compareReconstruction`, beat by beat. Errors: E_MEASURE_LEADS. */
export function measureRecord(
  original: readonly Float32Array[],
  reconstructed: readonly Float32Array[],
  samplingHz: number,
  delineations: readonly Delineation[],
): RecordMeasures {
  const shape = (leads: readonly Float32Array[]) =>
    `${leads.length} leads of ${[...new Set(leads.map((l) => l.length))].join(' or ')} samples`;
  const differs = original.some((lead, i) => lead.length !== reconstructed[i]?.length);
  if (differs || original.length !== reconstructed.length) {
    throw leadsDiffer(shape(original), shape(reconstructed));
  }
  const a = original.map((lead, l) => where(lead, reconstructed[l] as Float32Array));
  const b = reconstructed.map((lead, l) => where(lead, original[l] as Float32Array));
  const toMs = 1000 / samplingHz;
  return {
    beats: delineations.map((beat) => {
      const { shift, widening, lost } = compareBeat(a, b, samplingHz, beat);
      return { shiftMs: shift * toMs, wideningMs: widening * toMs, lost };
    }),
    noise: { original: noise(a, samplingHz), reconstructed: noise(b, samplingHz) },
  };
}

/** All beats of the records together; noise is the mean over the records that have a stretch to measure it on. */
export function summarised(records: readonly RecordMeasures[]): Comparison {
  const beats = records.flatMap((record) => record.beats);
  const original = meanOf(records.map((record) => record.noise.original));
  const reconstructed = meanOf(records.map((record) => record.noise.reconstructed));
  return {
    rPeakShiftMs: spread(beats.map((beat) => beat.shiftMs)),
    qrsWidthErrorMs: spread(beats.map((beat) => beat.wideningMs)),
    noisePowerAbove40Hz: { original, reconstructed, ratio: ratio(original, reconstructed) },
    lost: beats.filter((beat) => beat.lost).length,
  };
}

/** In samples; NaN where not measured. */
type BeatComparison = { readonly shift: number; readonly widening: number; readonly lost: boolean };

function compareBeat(
  original: readonly Float32Array[],
  reconstructed: readonly Float32Array[],
  samplingHz: number,
  { lead, onset, offset }: Delineation,
): BeatComparison {
  const [a, b] = [original[lead], reconstructed[lead]];
  const none = { shift: Number.NaN, widening: Number.NaN, lost: false };
  if (!a || !b) return none;
  const reach = Math.round(slackSeconds * samplingHz);
  const first = Math.max(0, onset - reach);
  const last = Math.min(a.length - 1, offset + reach);
  // The two signals have their NaN in the same places: these beats are not lost, but out of the comparison.
  for (let i = first; i <= last; i++) if (!Number.isFinite(a[i])) return none;
  const peak = rPeak(a, { onset, offset });
  if (!peak || peak.sample - reach < 0 || peak.sample + reach > a.length - 1) return none;
  const other = rPeak(b, { onset, offset }, { peak, reach });
  if (!other || other.height < found * peak.height) return { ...none, lost: true };
  const shift = other.sample - peak.sample;
  const moved = Math.round(shift); // a beat that moved is as wide as before: its window moves with it
  const edges = qrsEdges(a, { onset, offset }, samplingHz);
  const otherEdges = qrsEdges(b, { onset: onset + moved, offset: offset + moved }, samplingHz);
  return {
    shift,
    widening:
      edges && otherEdges
        ? otherEdges.offset - otherEdges.onset - (edges.offset - edges.onset)
        : Number.NaN,
    lost: false,
  };
}

function spread(values: readonly number[]): Spread {
  const measured = values.filter(Number.isFinite);
  const sizes = measured.map(Math.abs);
  return {
    median: quantile(sizes, 0.5),
    p95: quantile(sizes, 0.95),
    bias: mean(measured),
    beats: measured.length,
  };
}

/** Mean over the leads. */
function noise(leads: readonly Float32Array[], samplingHz: number): MetricValue {
  return meanOf(leads.map((lead) => powerAbove(lead, samplingHz, noiseHz)));
}

/** Of the numbers among the values; where there is none, the reason that the first value has. */
function meanOf(values: readonly MetricValue[]): MetricValue {
  const numbers = values.filter((v) => typeof v === 'number');
  return numbers.length === 0 ? (values[0] ?? mean([])) : mean(numbers);
}

function ratio(original: MetricValue, reconstructed: MetricValue): MetricValue {
  if (typeof original !== 'number') return original;
  if (typeof reconstructed !== 'number') return reconstructed;
  if (original > 0) return reconstructed / original;
  return { undefinedBecause: 'the original holds nothing above 40 Hz' };
}

/** `lead` with NaN where `other` has no value. */
function where(lead: Float32Array, other: Float32Array): Float32Array {
  return lead.map((v, i) => (Number.isFinite(other[i]) ? v : Number.NaN));
}
