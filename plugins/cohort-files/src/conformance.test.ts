import { mkdtemp, mkdir, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Host } from '@dualbeat/core';
import { describeCohort } from '@dualbeat/plugin-kit';
import { afterAll, beforeAll } from 'vitest';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dualbeat-files-'));
  for (let i = 0; i < 8; i++) await record(`set/s${i >> 1}/r${i}`, i + 1, i === 5 ? 150 : 100);
  // one that cannot be read
  await write('damaged/s9/r9.hea', 'r9 2 100 100\nr9.dat 16 1000/mV 16 0 0 0 0 I\n');
  for (let i = 0; i < 6; i++) await record(`damaged/s${i}/r${i}`, i + 1, 100);
});
afterAll(() => rm(folder, { recursive: true }));

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  const file = await open(join(folder, path), 'w');
  await file.write(content as string);
  await file.close();
}

async function record(path: string, value: number, samples: number): Promise<void> {
  const name = path.split('/').at(-1);
  const lines = ['I', 'II'].map((lead) => `${name}.dat 16 1000/mV 16 0 0 0 0 ${lead}`);
  await write(`${path}.hea`, [`${name} 2 100 ${samples}`, ...lines].join('\n'));
  const data = Int16Array.from({ length: 2 * samples }, (_, i) => (i % 2 ? -1000 : 1000) * value);
  await write(`${path}.dat`, new Uint8Array(data.buffer));
}

const from = async (host: Host) => ({
  readers: [
    await host.create(
      'reader',
      { use: 'wfdb', options: { leads: ['I', 'II'], verify: false } },
      null,
    ),
  ],
  seed: 0,
  resolve: (path: string) => join(folder, path),
});
const shared = { samplingHz: 100, seconds: 1, groupBy: '(s\\d+)/' };

describeCohort(import.meta.url, {
  id: 'files',
  with: ['@dualbeat/ecg-io'],
  cases: [
    { name: 'whole', options: { ...shared, roots: ['set'] }, from },
    { name: 'without cache', options: { ...shared, roots: ['set'], cacheMegabytes: 0 }, from },
    {
      name: 'damaged',
      options: { ...shared, roots: ['damaged'], onCorrupt: 'skip', maxSkippedFraction: 0.5 },
      from,
    },
  ],
});
