/** @file The batch of the benchmark: the same rows at every step. */
import { hostRandom } from '@dualbeat/core';
import type { HostArray } from '@dualbeat/core';
import type { HostRows } from '@dualbeat/training';
import type { BenchCase } from '../cases.ts';
import { leads, samples, volume } from './build-case.ts';

/** Rhythmic spikes on slow waves with noise, of about unit variance: [rows, 12, 5000]. */
export function syntheticEcg(rows: number): HostArray {
  const data = new Float32Array(rows * leads.length * samples);
  for (let row = 0; row < rows; row++) {
    const random = hostRandom(0, 'bench/batch', row);
    const rate = 0.9 + 0.5 * random(); // beats per second
    for (let lead = 0; lead < leads.length; lead++) {
      const [size, phase] = [2 + 3 * random(), 2 * Math.PI * random()];
      const start = (row * leads.length + lead) * samples;
      for (let t = 0; t < samples; t++) {
        const beat = ((t / 500) * rate) % 1;
        const spike = size * Math.exp(-(((beat - 0.5) / 0.02) ** 2));
        const wave = 0.6 * Math.sin((2 * Math.PI * 0.3 * t) / 500 + phase);
        data[start + t] = spike + wave + 0.4 * (random() - 0.5);
      }
    }
  }
  return { shape: [rows, leads.length, samples], data };
}

/** Two bright, slightly moving discs in noise, of about unit variance: [rows, 6, 85, 92, 1]. */
export function syntheticVolumes(rows: number): HostArray {
  const [slices, height, width] = volume;
  const data = new Float32Array(rows * slices * height * width);
  for (let row = 0, i = 0; row < rows; row++) {
    const random = hostRandom(0, 'bench/volumes', row);
    const size = 14 + 8 * random();
    for (let slice = 0; slice < slices; slice++) {
      const radius = size * (1 - 0.08 * slice);
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const left = Math.hypot(y - 45, x - 55) < radius;
          const right = Math.hypot(y - 40, x - 28) < 0.8 * radius;
          data[i++] = (left ? 1.2 : right ? 0.9 : -0.6) + 0.8 * (random() - 0.5);
        }
    }
  }
  return { shape: [rows, ...volume], data };
}

export function syntheticPhenotypes(rows: number): HostArray {
  const random = hostRandom(0, 'bench/phenotypes');
  return { shape: [rows, 3], data: Float32Array.from({ length: rows * 3 }, () => random() - 0.5) };
}

export function syntheticRows(of: BenchCase, rows: number): HostRows {
  const all = (shape: readonly number[]): HostArray => ({
    shape,
    data: new Uint8Array(shape.reduce((a, b) => a * b, 1)).fill(1),
  });
  const subject = Int32Array.from({ length: rows }, (_, i) => i);
  if (of === 'ecg-mae') {
    const ecg = { values: syntheticEcg(rows), present: all([rows]) };
    return { views: { ecg }, targets: {}, subject };
  }
  const ed = { values: syntheticVolumes(rows), present: all([rows]) };
  const phenotypes = { values: syntheticPhenotypes(rows), present: all([rows, 3]) };
  return { views: { ed }, targets: { phenotypes }, subject };
}
