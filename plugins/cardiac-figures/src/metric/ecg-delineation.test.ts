import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostMasked, MetricBatch, Named, ViewSpec } from '@dualbeat/core';
import { readAnnotations } from '@dualbeat/ecg-io/annotations';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ecgDelineation } from './ecg-delineation.ts';
import { readDelineations } from './read-delineations.ts';

const hz = 250;
const samples = 1000;
const patch = 50;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dualbeat-delineation-'));
});
afterEach(() => rm(folder, { recursive: true }));

const view = (labels: readonly string[]): ViewSpec => ({
  shape: [labels.length, samples],
  dtype: 'float32',
  axes: [
    { name: 'lead', labels },
    { name: 'time', spacing: 1 / hz, unit: 's' },
  ],
  unit: 'mV',
});

/** Beats each second of the record, at 0.5 s, 1.5 s, ...; the view is its middle 4 s, from 3 s on. */
function beats(sigma: number, shift = 0): Float32Array {
  return Float32Array.from({ length: samples }, (_, i) => {
    const t = (((3 + i / hz - shift) % 1) + 1) % 1;
    return Math.exp(-(((t - 0.5) / sigma) ** 2) / 2);
  });
}

/** A batch of one record per entry, in tokens of one lead; `hidden` says which tokens. */
function batch(
  records: { id: string; leads: Float32Array[]; predicted: Float32Array[] }[],
  hidden: (token: number) => boolean,
): MetricBatch {
  const leads = records[0]?.leads.length ?? 0;
  const tokens = (leads * samples) / patch;
  const masked = (
    of: (record: (typeof records)[number]) => Float32Array[],
    present: (token: number) => boolean,
  ): HostMasked => ({
    values: {
      shape: [records.length, tokens, patch],
      data: Float32Array.from(records.flatMap((record) => of(record).flatMap((lead) => [...lead]))),
    },
    present: {
      shape: [records.length, tokens],
      data: Uint8Array.from({ length: records.length * tokens }, (_, i) =>
        present(i % tokens) ? 1 : 0,
      ),
    },
  });
  return {
    ids: records.map(({ id }) => id),
    outputs: {
      original: masked(
        ({ leads: all }) => all,
        () => true,
      ),
      reconstruction: masked(({ predicted }) => predicted, hidden),
    },
  };
}

async function compute(batches: MetricBatch[], options: Named<unknown> = {}, labels = ['I', 'V1']) {
  type Set = Parameters<typeof ecgDelineation.create>[0];
  const set = Value.Default(ecgDelineation.options, { annotations: 'sets', ...options }) as Set;
  const from = { views: { ecg: view(labels) }, resolve: (path: string) => join(folder, path) };
  const metric = await ecgDelineation.create(set, from);
  async function* feed() {
    yield* batches;
  }
  return metric.compute(feed(), null);
}

/** A record of 10 s at 500 Hz whose beats are marked from 60 ms before to 60 ms after their peak. */
async function annotate(id: string, extensions: readonly string[]): Promise<void> {
  const path = join(folder, 'sets', id);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(`${path}.hea`, `${id.split('/').at(-1)} 1 500 5000\nx.dat 16 200 16 0 0 0 0 I\n`);
  const words: number[] = [];
  let at = 0;
  for (let k = 0; k < 10; k++) {
    for (const [code, sample] of [
      [39, 250 + 500 * k - 30],
      [1, 250 + 500 * k],
      [40, 250 + 500 * k + 30],
    ] as const) {
      words.push((code << 10) | (sample - at));
      at = sample;
    }
  }
  const bytes = Buffer.from(Uint16Array.from([...words, 0]).buffer);
  for (const extension of extensions) await writeFile(`${path}.${extension}`, bytes);
}

test('marks come into the samples of a view that is the middle of the record', async () => {
  await annotate('a/7', ['i']);
  const shown = { labels: ['I', 'V1'], samplingHz: hz, samples };
  const found = await readDelineations(join(folder, 'sets/a/7'), '{lead}', shown);
  expect(found).toEqual(
    [0, 1, 2, 3].map((k) => ({
      lead: 0,
      onset: 110 + 250 * k,
      peak: 125 + 250 * k,
      offset: 140 + 250 * k,
    })),
  );
  expect(await readDelineations(join(folder, 'sets/a/8'), '{lead}', shown)).toBeNull();
  await annotate('a/9', ['atr']);
  expect(await readDelineations(join(folder, 'sets/a/9'), 'atr', shown)).toHaveLength(8);
});

test('a shift, a widening and a lost beat of known size; records without marks are left out', async () => {
  await annotate('a/1', ['i', 'v1']);
  await annotate('a/2', ['i', 'v1']);
  const still = new Float32Array(samples);
  const leads = [beats(0.012), beats(0.012)];
  const got = await compute(
    [
      batch(
        [{ id: 'a/1', leads, predicted: [beats(0.012, 0.008), beats(0.012, -0.004)] }],
        () => true,
      ),
      batch(
        [
          { id: 'a/2', leads, predicted: [beats(0.012), still] },
          { id: 'b/3', leads, predicted: [still, still] },
        ],
        () => true,
      ),
    ],
    { over: 'all' },
  );
  // 4 beats each of 8, -4 and 0 ms; 4 lost.
  expect(got['r-peak-shift-ms.beats']).toBe(12);
  expect(got['r-peak-shift-ms.lost']).toBe(4);
  expect(got['r-peak-shift-ms.median']).toBeCloseTo(4, 1);
  expect(got['r-peak-shift-ms.p95']).toBeCloseTo(8, 1);
  expect(got['r-peak-shift-ms.bias']).toBeCloseTo(4 / 3, 1);
  expect(got['qrs-width-error-ms.p95']).toBeLessThan(0.5);
  expect(Object.keys(got)).toEqual([
    'r-peak-shift-ms.median',
    'r-peak-shift-ms.p95',
    'r-peak-shift-ms.bias',
    'r-peak-shift-ms.beats',
    'r-peak-shift-ms.lost',
    'qrs-width-error-ms.median',
    'qrs-width-error-ms.p95',
    'qrs-width-error-ms.bias',
    'qrs-width-error-ms.beats',
    'noise-above-40hz.original',
    'noise-above-40hz.reconstructed',
    'noise-above-40hz.ratio',
  ]);
});

test('hidden: visible patches count nowhere, whatever the reconstruction holds there', async () => {
  await annotate('a/1', ['i', 'v1']);
  const leads = [beats(0.012), beats(0.012)];
  const predicted = [beats(0.012, 0.004), beats(0.03, 0.02)];
  // Lead V1 is visible whole: tokens 20 to 39.
  const batches = [batch([{ id: 'a/1', leads, predicted }], (token) => token < 20)];
  const hidden = await compute(batches);
  expect(hidden['r-peak-shift-ms.beats']).toBe(4);
  expect(hidden['r-peak-shift-ms.p95']).toBeCloseTo(4, 1);
  const all = await compute(batches, { over: 'all' });
  expect(all['r-peak-shift-ms.beats']).toBe(8);
  expect(all['r-peak-shift-ms.p95']).toBeGreaterThan(15);
});

test('noise above 40 Hz: what the reconstruction leaves out', async () => {
  await annotate('a/1', ['i']);
  const hum = (i: number) => 0.1 * Math.sin((2 * Math.PI * 60 * i) / hz);
  const leads = [beats(0.05).map((v, i) => v + hum(i))];
  const got = await compute(
    [batch([{ id: 'a/1', leads, predicted: [beats(0.05)] }], () => true)],
    {},
    ['I'],
  );
  expect(got['noise-above-40hz.original']).toBeCloseTo(0.005, 4);
  expect(got['noise-above-40hz.ratio']).toBeLessThan(0.01);
});

test('no record has annotations: every value says so', async () => {
  const leads = [beats(0.012), beats(0.012)];
  const got = await compute([batch([{ id: 'b/1', leads, predicted: leads }], () => true)]);
  expect(new Set(Object.values(got).map((value) => JSON.stringify(value)))).toEqual(
    new Set(['{"undefinedBecause":"no record of this split has annotation files"}']),
  );
});

test('a broken annotation file is a coded error', async () => {
  await annotate('a/1', ['i', 'v1']);
  await writeFile(join(folder, 'sets/a/1.v1'), Uint8Array.of(1));
  const leads = [beats(0.012), beats(0.012)];
  const work = compute([batch([{ id: 'a/1', leads, predicted: leads }], () => true)]);
  await expect(work).rejects.toThrow(/^E_WFDB_ANNOTATION: .*1\.v1/);
});

const ludb = join(
  process.env['DUALBEAT_DATA'] ??
    fileURLToPath(new URL('../../../../../shared/data', import.meta.url)),
  'ludb/data',
);
const there = existsSync(ludb);
test.skipIf(!there)(
  `LUDB: the delineations of the middle 4 s${there ? '' : ' (skipped: no ludb below DUALBEAT_DATA)'}`,
  async () => {
    const labels = 'I II III aVR aVL aVF V1 V2 V3 V4 V5 V6'.split(' ');
    const shown = { labels, samplingHz: hz, samples };
    const found = (await readDelineations(join(ludb, '1'), '{lead}', shown)) ?? [];
    expect(new Set(found.map(({ lead }) => lead)).size).toBe(12);
    const marks = (await readAnnotations(join(ludb, '1.ii'))).filter(
      ({ symbol }) => symbol === 'N',
    );
    const inside = marks.map(({ sample }) => sample / 2 - 750).filter((s) => s > 20 && s < 980);
    const peaks = found.filter(({ lead }) => lead === 1).map(({ peak }) => peak);
    expect(inside.length).toBeGreaterThan(2);
    inside.forEach((sample) =>
      expect(peaks.some((peak) => Math.abs(peak - sample) <= 1)).toBe(true),
    );
  },
);
