import { hostRandom, normalFrom } from '@dualbeat/core';
import type { MetricValue } from '@dualbeat/core';
import { pearson, quantile } from '@dualbeat/evaluation';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compareReconstruction } from './compare-reconstruction.ts';
import { hiddenBeats, qrsDelineations } from './delineation.ts';
import type { Delineation, Mark } from './delineation.ts';
import { powerAbove, powerSpectrum } from './power-spectrum.ts';
import { qrsEdges } from './qrs-edges.ts';
import { rPeak } from './r-peak.ts';

const fs = 500;
const number = (value: MetricValue) => value as number;

/** Gaussian beats each second from 0.5 s, of width sigma (s), moved by `shift` (s). */
function beats(sigma: number, shift = 0, height = 1, samplingHz = fs): Float32Array {
  return Float32Array.from({ length: 10 * samplingHz }, (_, i) => {
    const t = (((i / samplingHz - shift) % 1) + 1) % 1;
    return height * Math.exp(-(((t - 0.5) / sigma) ** 2) / 2);
  });
}
const marked = (lead = 0, half = 50): Delineation[] =>
  Array.from({ length: 10 }, (_, k) => ({
    lead,
    onset: 250 + 500 * k - half,
    peak: 250 + 500 * k,
    offset: 250 + 500 * k + half,
  }));

/**
 * The stretch between the points at which a Gaussian has a tenth of its height: below them lie 5 % of the slope each.
 * The fitted line of 2 x 5 + 1 samples (22 ms, variance 24 ms^2 as a weighting of differences) widens it.
 */
function exactWidthMs(sigma: number): number {
  const half = 5;
  let weight = 0;
  let square = 0;
  for (let j = -half; j < half; j++) {
    const w = half * (half + 1) - j * (j + 1);
    weight += w;
    square += w * (j + 0.5) ** 2;
  }
  const variance = (square / weight) * (1000 / fs) ** 2;
  return 2 * Math.sqrt(2 * Math.log(10)) * Math.sqrt((sigma * 1000) ** 2 + variance);
}

test('R peak between samples, up and down, on a slope, and near another', () => {
  const complex = { onset: 200, offset: 300 };
  const signal = beats(0.012, 0.0009).map((v, i) => v + 0.0002 * i);
  const peak = rPeak(signal, complex)!;
  expect(peak.polarity).toBe(1);
  expect(peak.height).toBeCloseTo(1, 2);
  expect(peak.sample).toBeCloseTo(250.45, 1); // the sampled parabola is not quite the Gaussian
  const down = signal.map((v) => -v);
  expect(rPeak(down, complex)).toEqual({ ...peak, polarity: -1 });
  expect(rPeak(beats(0.012, 0.03), complex, { peak, reach: 20 })?.sample).toBeCloseTo(265, 1);
  expect(rPeak(beats(0.012, 0.05), complex, { peak, reach: 20 })).toBeUndefined();
  expect(rPeak(down, complex, { peak, reach: 20 })?.height ?? 0).toBeLessThan(0.01);
  expect(rPeak(signal, { onset: -1, offset: 300 })).toBeUndefined();
  expect(rPeak(new Float32Array(500), complex)).toBeUndefined();
  expect(rPeak(signal.fill(NaN, 220, 221), complex)).toBeUndefined();
});

test.each([0.008, 0.012, 0.02])('QRS edges of a Gaussian beat, sigma %f s', (sigma) => {
  const edges = qrsEdges(beats(sigma), { onset: 200, offset: 300 }, fs)!;
  const width = ((edges.offset - edges.onset) / fs) * 1000;
  expect(Math.abs(width - exactWidthMs(sigma))).toBeLessThan(1);
  expect((edges.offset + edges.onset) / 2).toBeCloseTo(250, 2);
});

test('QRS edges: none where nothing is, or where the complex leaves the signal', () => {
  expect(qrsEdges(new Float32Array(500), { onset: 200, offset: 300 }, fs)).toBeUndefined();
  expect(qrsEdges(beats(0.012), { onset: 2, offset: 60 }, fs)).toBeUndefined();
  expect(
    qrsEdges(beats(0.012).fill(NaN, 250, 251), { onset: 200, offset: 300 }, fs),
  ).toBeUndefined();
});

test('power spectrum: sines and white noise have their known power', () => {
  const sine = (hz: number) =>
    Float64Array.from({ length: 5000 }, (_, i) => 0.4 * Math.sin((2 * Math.PI * hz * i) / fs));
  expect(number(powerAbove(sine(60), fs, 40))).toBeCloseTo(0.08, 3);
  expect(number(powerAbove(sine(10), fs, 40))).toBeLessThan(1e-6);
  const random = hostRandom(3, 'noise');
  const noise = Float64Array.from({ length: 50_000 }, () => normalFrom(random));
  expect(number(powerAbove(noise, fs, 40))).toBeCloseTo(210 / 250, 1);
  const { density, hzPerBin } = powerSpectrum(noise, fs)!;
  expect(density.reduce((a, b) => a + b) * hzPerBin).toBeCloseTo(1, 1);
  expect(hzPerBin).toBeCloseTo(1.953, 3);
});

test('power: what cannot be measured says why', () => {
  expect(powerAbove(new Float32Array(1000), 80, 40)).toEqual({
    undefinedBecause: 'a signal at 80 Hz holds nothing above 40 Hz',
  });
  expect(powerAbove(new Float32Array(100), 500, 40)).toEqual({
    undefinedBecause: 'no stretch of the signal is long enough for a spectrum',
  });
});

test('comparison: a shift and a widening of known size', () => {
  const original = [beats(0.012), beats(0.012, 0, -0.7)];
  const moved = [beats(0.012, 0.006), beats(0.014, 0, -0.7)];
  const shifted = compareReconstruction(original, moved, fs, marked(0));
  expect(number(shifted.rPeakShiftMs.median)).toBeCloseTo(6, 2);
  expect(number(shifted.rPeakShiftMs.p95)).toBeCloseTo(6, 2);
  expect(number(shifted.rPeakShiftMs.bias)).toBeCloseTo(6, 2);
  expect(number(shifted.qrsWidthErrorMs.p95)).toBeLessThan(0.3);
  expect(shifted.rPeakShiftMs.beats).toBe(10);
  const widened = compareReconstruction(original, moved, fs, marked(1));
  expect(number(widened.rPeakShiftMs.p95)).toBeLessThan(1e-3);
  const widening = exactWidthMs(0.014) - exactWidthMs(0.012);
  expect(widening).toBeGreaterThan(7);
  expect(Math.abs(number(widened.qrsWidthErrorMs.bias) - widening)).toBeLessThan(0.5);
  expect(widened.lost).toBe(0);
});

test('comparison: noise on the original that the reconstruction lacks', () => {
  const random = hostRandom(1, 'noise');
  const clean = [beats(0.012)];
  const noisy = clean.map((lead) => lead.map((v) => v + 0.02 * normalFrom(random)));
  const { noisePowerAbove40Hz: noise, rPeakShiftMs } = compareReconstruction(
    noisy,
    clean,
    fs,
    marked(),
  );
  expect(number(noise.original) - number(noise.reconstructed)).toBeCloseTo(4e-4 * (210 / 250), 4);
  expect(number(noise.ratio)).toBeLessThan(0.05);
  expect(number(rPeakShiftMs.p95)).toBeLessThan(3);
});

test('comparison: NaN marks what is not compared; a flat reconstruction loses its beats', () => {
  const original = [beats(0.012)];
  const half = original.map((lead) => lead.map((v, i) => (i < 2500 ? v : NaN)));
  expect(compareReconstruction(original, half, fs, marked()).rPeakShiftMs).toMatchObject({
    beats: 5,
    median: 0,
  });
  const flat = compareReconstruction(original, [new Float32Array(5000)], fs, marked());
  expect(flat.lost).toBe(10);
  expect(flat.rPeakShiftMs.median).toEqual({ undefinedBecause: 'there are no values' });
});

test('delineations from marks, and those in hidden patches', () => {
  const marks: Mark[] = ['(', 'p', ')', '(', 'N', ')', '(', 't', ')', 'N'].map((symbol, i) => ({
    sample: 90 + 10 * i,
    symbol,
  }));
  expect(qrsDelineations(marks, 2)).toEqual([{ lead: 2, onset: 120, peak: 130, offset: 140 }]);
  const hidden = [Uint8Array.of(0, 1, 1, 0)];
  const at = (onset: number, offset: number) => ({ lead: 0, onset, peak: onset, offset });
  expect(
    hiddenBeats([at(110, 150), at(190, 210), at(90, 110), at(290, 310)], hidden, 100),
  ).toHaveLength(2);
});

test('errors', () => {
  expect(() =>
    compareReconstruction([new Float32Array(10)], [new Float32Array(9)], 500, []),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_MEASURE_LEADS: the original is 1 leads of 10 samples, the reconstruction 1 leads of 9 samples. Fix: give both with the same leads and samples, in the same order.]`,
  );
});

const ludb = `${process.env.DUALBEAT_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url))}/ludb`;
const hasLudb = existsSync(`${ludb}/RECORDS`);
const leads = 'i ii iii avr avl avf v1 v2 v3 v4 v5 v6'.split(' ');

/** MIT annotation format: 6 bits of code, 10 of time step; the reader of record is in plugins/ecg-io. */
function readMarks(path: string): Mark[] {
  const bytes = readFileSync(path);
  const symbols: { [code: number]: string } = { 1: 'N', 24: 'p', 27: 't', 39: '(', 40: ')' };
  const marks: Mark[] = [];
  let sample = 0;
  for (let i = 0; i + 1 < bytes.length;) {
    const word = bytes.readUInt16LE(i);
    const [code, step] = [word >> 10, word & 1023];
    i += 2;
    if (code === 59) {
      sample += (bytes.readUInt16LE(i) << 16) + bytes.readUInt16LE(i + 2);
      i += 4;
    } else if (code === 63) i += step + (step & 1);
    else if (code > 0 && code < 59) {
      sample += step;
      marks.push({ sample, symbol: symbols[code] ?? '?' });
    }
  }
  return marks;
}

function ludbRecord(name: string): { signals: Float32Array[]; qrs: Delineation[] } {
  const bytes = readFileSync(`${ludb}/${name}.dat`);
  const signals = leads.map((_, lead) =>
    Float32Array.from({ length: 5000 }, (_, t) => bytes.readInt16LE((t * 12 + lead) * 2) / 1000),
  );
  return {
    signals,
    qrs: leads.flatMap((lead, l) => qrsDelineations(readMarks(`${ludb}/${name}.${lead}`), l)),
  };
}

/** Moving average over 10 ms. */
function average(lead: Float32Array): Float32Array {
  return lead.map((_, i) => {
    const near = lead.subarray(Math.max(0, i - 2), i + 3);
    return near.reduce((sum, v) => sum + v, 0) / near.length;
  });
}

test.skipIf(!hasLudb)(
  `LUDB: originals against moved and smoothed ones${hasLudb ? '' : ` (skipped: no ${ludb})`}`,
  () => {
    const names = readFileSync(`${ludb}/RECORDS`, 'utf8').trim().split('\n').slice(0, 20);
    const records = names.map((name) => ludbRecord(name.trim()));
    const total = records.reduce((sum, { qrs }) => sum + qrs.length, 0);
    expect(total).toBeGreaterThan(1500);
    let found = 0;
    for (const { signals, qrs } of records) {
      const moved = signals.map((lead) => lead.map((_, i) => lead[Math.max(0, i - 3)] as number));
      const same = compareReconstruction(signals, moved, fs, qrs);
      found += same.rPeakShiftMs.beats;
      expect(number(same.rPeakShiftMs.median)).toBeCloseTo(6, 1);
      expect(number(same.rPeakShiftMs.p95)).toBeLessThan(7);
      expect(number(same.qrsWidthErrorMs.p95)).toBeLessThan(0.1);
      expect(number(same.noisePowerAbove40Hz.ratio)).toBeCloseTo(1, 1);

      const smoothed = compareReconstruction(signals, signals.map(average), fs, qrs);
      expect(number(smoothed.rPeakShiftMs.median)).toBeLessThan(2);
      expect(number(smoothed.noisePowerAbove40Hz.ratio)).toBeLessThan(0.7);
      expect(number(smoothed.qrsWidthErrorMs.median)).toBeLessThan(2);
      expect(number(smoothed.qrsWidthErrorMs.p95)).toBeLessThan(15);
    }
    expect(found / total).toBeGreaterThan(0.9);
  },
);

test.skipIf(!hasLudb)(
  `LUDB: the measured width follows the cardiologists'${hasLudb ? '' : ` (skipped: no ${ludb})`}`,
  () => {
    const names = readFileSync(`${ludb}/RECORDS`, 'utf8').trim().split('\n');
    const byRecord = names.map((name) => {
      const { signals, qrs } = ludbRecord(name.trim());
      const pairs = qrs.flatMap((beat) => {
        const edges = qrsEdges(signals[beat.lead]!, beat, fs);
        return edges ? [[beat.offset - beat.onset, edges.offset - edges.onset] as const] : [];
      });
      const median = (k: 0 | 1) =>
        number(
          quantile(
            pairs.map((p) => 2 * p[k]),
            0.5,
          ),
        );
      return [median(0), median(1)] as const;
    });
    const differences = byRecord.map(([a, b]) => b - a);
    expect(number(quantile(differences, 0.5))).toBeGreaterThan(-35);
    expect(number(quantile(differences, 0.5))).toBeLessThan(-15);
    const r = pearson(
      byRecord.map((p) => p[0]),
      byRecord.map((p) => p[1]),
    );
    expect(r).toBeGreaterThan(0.8);
  },
);
