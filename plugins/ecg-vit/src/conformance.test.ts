import { at, permutation } from '@dualbeat/core';
import type { ArraySpec, HostArray, HostMasked } from '@dualbeat/core';
import {
  describeEncoder,
  describeHead,
  describeLoss,
  describeMetric,
  describeTask,
  randomArray,
} from '@dualbeat/plugin-kit';

const here = import.meta.url;
const float = (...shape: number[]): ArraySpec => ({ shape, dtype: 'float32' });
/** Tolerance: attention and layer norms in float32, on other machines and runtimes. */
const golden = { tolerance: 1e-4 };
const tiny = { size: 'custom', width: 8, depth: 1, heads: 2, patch: [1, 5] };
const input = float(2, 15);

describeEncoder(here, {
  id: 'ecg-vit',
  golden,
  cases: [
    { name: 'mean', options: tiny, from: { input } },
    {
      name: 'cls',
      options: { ...tiny, pooling: 'cls', positions: 'learned', classHead: 3, dropPath: 0.3 },
      from: { input: float(4, 10) },
    },
    {
      name: 'shared norm',
      options: { ...tiny, depth: 2, pooling: 'mean', poolingNorm: 'shared', patch: [2, 5] },
      from: { input: float(4, 10) },
    },
  ],
});

/** What the host tells heads of an encoder with 2 x 3 tokens and one cls token. */
const features = { ecg: float(8), 'ecg/tokens': float(7, 8), 'ecg/patches': float(2, 3, 1, 5) };
const restore = (rows: number, random: () => number): HostArray => ({
  shape: [rows, 6],
  data: Int32Array.from(Array.from({ length: rows }, () => [...permutation(6, random)]).flat()),
});

describeHead(here, {
  id: 'vit-decoder',
  golden,
  inputs: {
    restore,
    // the encoder's tokens of two kept patches and cls: the other four are hidden
    tokens: (rows, random) => randomArray([rows, 3, 8], 'float32', random),
  },
  cases: [{ options: { width: 8, depth: 1, heads: 2 }, from: { inputs: features, targets: {} } }],
});

describeHead(here, {
  id: 'simsiam',
  golden,
  cases: [{ options: { hidden: 6, bottleneck: 4 }, from: { inputs: features, targets: {} } }],
});

const patches = float(2, 3, 1, 5);
const masked = (
  rows: number,
  random: () => number,
  there: (token: number) => boolean,
): HostMasked => ({
  values: randomArray([rows, ...patches.shape], 'float32', random),
  present: {
    shape: [rows, 2, 3],
    data: Uint8Array.from({ length: rows * 6 }, (_, i) => (there(i % 6) ? 1 : 0)),
  },
});

describeLoss(here, {
  id: 'reconstruction',
  golden,
  cases: [
    { name: 'all', from: { values: { reconstruction: patches }, targets: {} } },
    {
      name: 'masked',
      options: { over: 'masked', correlationWeight: 0.5, normPatches: true },
      from: { values: { reconstruction: patches }, targets: {} },
    },
  ],
  inputs: (rows, random) => ({
    values: { reconstruction: masked(rows, random, (token) => token % 2 === 0) },
    targets: { reconstruction: masked(rows, random, () => true) },
  }),
  reference({ values, targets, options }) {
    const [predicted, original] = [at(values, 'reconstruction'), at(targets, 'reconstruction')];
    const rows = predicted.values.shape[0] as number;
    const weight = options['correlationWeight'] as number;
    const truth = [...original.values.data];
    if (options['normPatches'] === true) {
      for (let p = 0; p < rows * 6; p++) {
        const patch = truth.slice(5 * p, 5 * p + 5);
        const mean = patch.reduce((a, b) => a + b, 0) / 5;
        const variance = patch.reduce((a, b) => a + (b - mean) ** 2, 0) / 4;
        for (let i = 0; i < 5; i++)
          truth[5 * p + i] = ((patch[i] as number) - mean) / Math.sqrt(variance + 1e-6);
      }
    }
    let [squares, counted] = [0, 0];
    for (let p = 0; p < rows * 6; p++) {
      const present = options['over'] === 'all' ? original.present : predicted.present;
      if (present.data[p] === 0) continue;
      counted++;
      for (let i = 5 * p; i < 5 * p + 5; i++)
        squares += ((predicted.values.data[i] as number) - (truth[i] as number)) ** 2 / 5;
    }
    let [correlations, there] = [0, 0];
    for (let row = 0; row < rows; row++) {
      if (original.present.data[6 * row] === 0) continue;
      there++;
      for (let lead = 0; lead < 2; lead++) {
        const from = 30 * row + 15 * lead;
        const x = [...predicted.values.data.slice(from, from + 15)];
        correlations += correlation(x, truth.slice(from, from + 15)) / 2;
      }
    }
    const mse = squares / Math.max(counted, 1);
    return (1 - weight) * mse + weight * (1 - correlations / Math.max(there, 1));
  },
});

function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const dot = (f: (i: number) => number) => x.reduce((sum, _, i) => sum + f(i), 0);
  const [dx, dy] = [(i: number) => x[i]! - mx, (i: number) => y[i]! - my];
  const cross = dot((i) => dx(i) * dy(i));
  return cross / Math.sqrt(dot((i) => dx(i) ** 2) * dot((i) => dy(i) ** 2));
}

describeTask(here, {
  id: 'masked-autoencoder',
  unused: ['encoders/ecg/fc-norm/**'],
  cases: [
    {
      name: 'plain',
      options: { maskRatio: 0.5 },
      views: { ecg: input },
      stage: async (host) => {
        const encoder = await host.create('encoder', { use: 'ecg-vit', options: tiny }, { input });
        const from = { inputs: features, targets: {} };
        const use = { use: 'vit-decoder', options: { width: 8, depth: 1, heads: 2 } };
        const decoder = await host.create('head', use, from);
        const told = { values: decoder.outputs, targets: {} };
        const loss = await host.create('loss', { use: 'reconstruction' }, told);
        return { encoders: { ecg: encoder }, heads: { decoder }, loss };
      },
    },
    {
      name: 'simsiam',
      options: { maskRatio: 0.5, masking: 'lead', simsiamWeight: 0.1 },
      views: { ecg: input },
      stage: async (host) => {
        const encoder = await host.create('encoder', { use: 'ecg-vit', options: tiny }, { input });
        const from = { inputs: features, targets: {} };
        const use = { use: 'vit-decoder', options: { width: 8, depth: 1, heads: 2 } };
        const decoder = await host.create('head', use, from);
        const pair = { use: 'simsiam', options: { hidden: 6, bottleneck: 4 } };
        const simsiam = await host.create('head', pair, from);
        const told = { values: decoder.outputs, targets: {} };
        const loss = await host.create('loss', { use: 'reconstruction' }, told);
        return { encoders: { ecg: encoder }, heads: { decoder, simsiam }, loss };
      },
    },
  ],
});

describeMetric(here, {
  id: 'reconstruction',
  cases: [
    {
      from: {
        views: {
          ecg: {
            ...float(2, 15),
            axes: [
              { name: 'lead', labels: ['I', 'V1'] },
              { name: 'time', spacing: 1 / 500, unit: 's' },
            ],
            unit: 'mV',
          },
        },
        resolve: (path) => path,
      },
      outputs: (rows, random) => ({
        original: {
          values: randomArray([rows, 6, 5], 'float32', random),
          present: { shape: [rows, 6], data: new Uint8Array(rows * 6).fill(1) },
        },
        reconstruction: {
          values: randomArray([rows, 6, 5], 'float32', random),
          present: {
            shape: [rows, 6],
            data: Uint8Array.from({ length: rows * 6 }, (_, i) => ((i * 7) % 3 === 0 ? 1 : 0)),
          },
        },
      }),
    },
  ],
});
