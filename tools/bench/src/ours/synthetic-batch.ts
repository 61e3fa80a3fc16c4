/** @file The batch of the benchmark: the same rows at every step. */
import { hostRandom } from '@dualbeat/core';
import type { HostArray } from '@dualbeat/core';
import type { HostRows } from '@dualbeat/training';
import { leads, samples } from './build-case.ts';

/** Rhythmic spikes on slow waves with noise, of about unit variance: [rows, 12, 5000]. */
export function syntheticBatch(rows: number): HostArray {
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

export function syntheticRows(rows: number): HostRows {
  const present = { shape: [rows], data: new Uint8Array(rows).fill(1) };
  return {
    views: { ecg: { values: syntheticBatch(rows), present } },
    targets: {},
    subject: Int32Array.from({ length: rows }, (_, i) => i),
  };
}
