import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostMasked, Named, ViewSpec } from '@dualbeat/core';
import { describeFigure, describeMetric } from '@dualbeat/plugin-kit';
import { afterAll, beforeAll } from 'vitest';

const here = import.meta.url;
const hz = 250;
const [leads, samples, patch] = [['I', 'V1'], 1000, 50];
const tokens = (leads.length * samples) / patch;
const view: ViewSpec = {
  shape: [leads.length, samples],
  dtype: 'float32',
  axes: [
    { name: 'lead', labels: leads },
    { name: 'time', spacing: 1 / hz, unit: 's' },
  ],
  unit: 'mV',
};

/** One beat a second, a little lower where it is rebuilt; every third token is hidden. */
function outputs(rows: number, random: () => number): Named<HostMasked> {
  const noise = Array.from({ length: rows }, () => random() / 10);
  const masked = (scale: number, there: (token: number) => boolean): HostMasked => ({
    values: {
      shape: [rows, tokens, patch],
      data: Float32Array.from({ length: rows * tokens * patch }, (_, i) => {
        const row = Math.floor(i / (tokens * patch));
        const t = ((i % samples) / hz + 0.5) % 1;
        return (scale + (noise[row] as number)) * Math.exp(-(((t - 0.5) / 0.012) ** 2) / 2);
      }),
    },
    present: {
      shape: [rows, tokens],
      data: Uint8Array.from({ length: rows * tokens }, (_, i) => (there(i % tokens) ? 1 : 0)),
    },
  });
  return {
    original: masked(1, () => true),
    reconstruction: masked(0.9, (token) => token % 3 !== 1),
  };
}

describeFigure(here, {
  id: 'ecg-reconstruction',
  cases: [
    {
      name: 'default',
      input: () => ({ outputs: outputs(2, () => 0.5), ids: ['a/1', 'b "<2>'], view }),
    },
    {
      name: 'stacked',
      options: { layout: '12x1', show: 'all', records: 1, gainMmPerUnit: 5 },
      input: () => ({ outputs: outputs(2, () => 0.5), ids: ['a', 'b'], view }),
    },
  ],
});

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dualbeat-delineation-'));
  for (let row = 0; row < 6; row++) await annotate(`record-${row}`);
});
afterAll(() => rm(folder, { recursive: true }));

/** A record of 10 s at 500 Hz whose beats are marked from 60 ms before to 60 ms after their peak. */
async function annotate(id: string): Promise<void> {
  const words: number[] = [];
  let at = 0;
  for (let beat = 0; beat < 10; beat++) {
    for (const [code, sample] of [
      [39, 250 + 500 * beat - 30],
      [1, 250 + 500 * beat],
      [40, 250 + 500 * beat + 30],
    ] as const) {
      words.push((code << 10) | (sample - at));
      at = sample;
    }
  }
  const write = async (name: string, content: string | Uint8Array) => {
    const file = await open(join(folder, name), 'w');
    await file.write(content as string);
    await file.close();
  };
  await write(`${id}.hea`, `${id} 1 500 5000\nx.dat 16 200 16 0 0 0 0 I\n`);
  const bytes = new Uint8Array(Uint16Array.from([...words, 0]).buffer);
  for (const lead of leads) await write(`${id}.${lead.toLowerCase()}`, bytes);
}

describeMetric(here, {
  id: 'ecg-delineation',
  cases: [
    {
      options: { annotations: '.' },
      from: { views: { ecg: view }, resolve: (path) => join(folder, path) },
      outputs,
    },
  ],
});
