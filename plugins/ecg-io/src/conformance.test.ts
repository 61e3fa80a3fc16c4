import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ViewSpec } from '@dualbeat/core';
import { describeReader, describeTransform } from '@dualbeat/plugin-kit';
import { standardLeads } from './leads.ts';

const here = import.meta.url;

async function write(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  await file.write(content as string);
  await file.close();
}

/** A record of the twelve leads, 50 samples at 500 Hz, with sums that fit. */
async function record(folder: string, name: string): Promise<string> {
  const samples = 50;
  const leads = standardLeads.map((_, lead) =>
    Int16Array.from({ length: samples }, (_x, i) => Math.round(300 * Math.sin((i + 5 * lead) / 7))),
  );
  const lines = leads.map((values, i) => {
    const checksum = (values.reduce((sum, v) => sum + v, 0) << 16) >> 16;
    return `${name}.dat 16 1000/mV 16 0 ${values[0]} ${checksum} 0 ${standardLeads[i]}`;
  });
  const header = [`${name} 12 500 ${samples}`, ...lines, '#Age: 50', ''].join('\n');
  await write(join(folder, `${name}.hea`), header);
  const frames = Int16Array.from(
    { length: 12 * samples },
    (_, i) => leads[i % 12]?.[Math.floor(i / 12)] as number,
  );
  await write(join(folder, `${name}.dat`), new Uint8Array(frames.buffer));
  return `${name}.hea`;
}

describeReader(here, {
  id: 'wfdb',
  files: async (folder) => [await record(folder, 'first'), await record(folder, 'second')],
  foreign: ['first.dat', 'notes.txt', 'image.png'],
});

const view = (samples: number): ViewSpec => ({
  shape: [12, samples],
  dtype: 'float32',
  axes: [
    { name: 'lead', labels: standardLeads },
    { name: 'time', spacing: 1 / 500, unit: 's' },
  ],
  unit: 'mV',
});

const options: { readonly [id: string]: readonly object[] } = {
  highpass: [{}],
  bandpass: [{}],
  notch: [{}],
  savgol: [{}],
  'als-baseline': [{}],
  standardize: [{}, { over: 'lead-groups' }, { over: 'lead-time' }],
  clip: [{}],
  rescale: [{}],
  'random-crop': [{ samples: 50 }],
  'lead-subset': [{ leads: ['V2', 'I'] }],
  'fourier-surrogate': [{ probability: 1 }],
  jitter: [{}, { multiplicative: true }],
  amplitude: [{}],
};
for (const [id, cases] of Object.entries(options)) {
  describeTransform(here, {
    id,
    // an odd length, and a prime one for the Fourier transform
    cases: [
      ...cases.map((one, i) => ({ name: `${i + 1}`, options: one, from: { input: view(120) } })),
      { name: 'odd', options: cases[0] as object, from: { input: view(127) } },
    ],
  });
}
