import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { runCommand, temporaryFolders } from './command.ts';

// The predecessor's published code has one constructor that chooses image encoder, initial weights, loss, online
// classifier and optimiser groups by an if each. Here each of its branches is an experiment that differs in
// configuration alone.
const folders = temporaryFolders();
afterAll(() => folders.clear());
vi.setConfig({ testTimeout: 240_000 });

const plugins = [
  'ecg-io',
  'ecg-vit',
  'cmr-cnn3d',
  'contrastive',
  'downstream',
  'cohort-synthetic',
].map((name) => fileURLToPath(new URL(`../../../plugins/${name}`, import.meta.url)));

const base = {
  dualbeat: 1,
  name: 'branch',
  plugins,
  seed: 1,
  runtime: { use: 'js' },
  cohort: {
    use: 'synthetic',
    options: {
      subjects: 24,
      samplingHz: 100,
      seconds: 1,
      cmr: { slices: 2, height: 32, width: 32, pixelMm: 5 },
      splits: { train: 0.6, val: 0.2 },
    },
  },
  views: {
    ecg: { from: 'ecg', transforms: [{ use: 'standardize' }] },
    ed: { from: 'ed', transforms: [{ use: 'rescale' }] },
  },
  encoders: {
    ecg: {
      use: 'ecg-vit',
      options: { size: 'custom', width: 8, depth: 1, heads: 2, patch: [2, 50] },
    },
    ed: { use: 'cnn3d', options: { size: 'custom', channels: [8], width: 8 } },
  },
  stages: {
    mae: {
      task: { use: 'masked-autoencoder', options: { maskRatio: 0.5 } },
      heads: { decoder: { use: 'vit-decoder', options: { width: 8, depth: 1, heads: 2 } } },
      loss: 'reconstruction',
      train: { epochs: 1, batchSize: 6, maxSteps: 2 },
    },
    'ed-phenotypes': {
      task: { use: 'supervised', options: { views: ['ed'] } },
      heads: { phenotypes: 'linear' },
      targets: { phenotypes: 'ed3' },
      loss: 'mse',
      train: { epochs: 1, batchSize: 6, maxSteps: 2 },
    },
    align: {
      task: 'align',
      projectors: {
        ecg: { use: 'simclr-head', options: { width: 4 } },
        ed: { use: 'simclr-head', options: { width: 4 } },
      },
      loss: { use: 'info-nce', options: {} },
      train: { epochs: 1, batchSize: 6, maxSteps: 2 },
    },
  },
  result: 'align',
};

/** Path to new value: what a variant of an experiment file says. */
type Overlay = { readonly [path: string]: unknown };
const label = { 'stages.align.targets': { label: 'af' } };

type Branch = readonly [name: string, overlay: Overlay, needs?: readonly string[]];
const branches: readonly Branch[] = [
  // the kinds of image encoder
  [
    'image encoder: 2-D ResNet on the middle slice',
    {
      'encoders.ed': {
        use: 'resnet2d',
        options: { depth: 10, widths: [4, 4, 8, 8], planes: 'mid', latent: 8 },
      },
    },
  ],
  [
    'image encoder: 2-D ResNet with slices as channels',
    {
      'encoders.ed': {
        use: 'resnet2d',
        options: { depth: 10, widths: [4, 4, 8, 8], planes: 'channels', latent: 8 },
      },
    },
  ],
  ['image encoder: 3-D network', {}],
  // sources of initial weights
  [
    'initial weights: both encoders from earlier stages',
    {
      'stages.align.init': {
        'encoders/ecg': { from: 'mae' },
        'encoders/ed': { from: 'ed-phenotypes' },
      },
    },
    ['mae', 'ed-phenotypes', 'align'],
  ],
  [
    'initial weights: one of them, and frozen',
    {
      'stages.align.init': { 'encoders/ed': { from: 'ed-phenotypes' } },
      'stages.align.freeze': { params: ['encoders/ed/**'] },
    },
    ['ed-phenotypes', 'align'],
  ],
  // five losses
  ['loss: clip', { 'stages.align.loss': { use: 'info-nce', options: { temperature: 0.1 } } }],
  ['loss: ntxent', { 'stages.align.loss': 'nt-xent' }],
  [
    'loss: supcon',
    { 'stages.align.loss': { use: 'supcon', options: { labels: 'label' } }, ...label },
  ],
  [
    'loss: kpositive',
    { 'stages.align.loss': { use: 'k-positive', options: { labels: 'label', k: 2 } }, ...label },
  ],
  [
    'loss: remove_fn',
    {
      'stages.align.loss': { use: 'clip-remove-fn', options: { target: 'label' } },
      'stages.align.targets': { label: 'sax13' },
    },
  ],
  // heads of the alignment
  [
    'projection head: linear',
    {
      'stages.align.projectors': {
        ecg: { use: 'linear', options: { width: 4 } },
        ed: { use: 'linear', options: { width: 4 } },
      },
    },
  ],
  // what the copy of the file for several learning rates is for
  [
    'online classifier: on detached features, while the alignment trains',
    {
      'stages.align.callbacks': [
        { use: 'online-probe', options: { target: 'label', features: 'encoders/ecg' } },
      ],
      ...label,
    },
  ],
  [
    'optimiser: a learning rate for each part',
    {
      'stages.align.optimizer': {
        use: 'adamw',
        groups: { 'encoders/**': { learningRate: 0.1 }, 'projectors/**': { learningRate: 1 } },
      },
    },
  ],
];

const full = process.env['DUALBEAT_TEST_FULL'] === '1';

function laid(overlay: Overlay): object {
  const study = structuredClone(base) as { [key: string]: unknown };
  for (const [path, value] of Object.entries(overlay)) {
    const keys = path.split('.');
    const last = keys.pop() as string;
    let at = study;
    for (const key of keys) at = at[key] as { [key: string]: unknown };
    at[last] = value;
  }
  return study;
}

/** All branches in one experiment: each is the alignment under a name of its own. */
function gathered(): object {
  const study = structuredClone(base) as { stages: { [name: string]: unknown }; result: string };
  branches.forEach(([, overlay], i) => {
    const branch = laid(overlay) as {
      stages: { align: { encoders?: object } };
      encoders: { ed: { use: string; options: object } };
    };
    study.stages[`branch-${i}`] = {
      ...branch.stages.align,
      ...('encoders.ed' in overlay ? { encoders: { ed: branch.encoders.ed } } : {}),
      ...(i === 0 ? {} : { needs: [`branch-${i - 1}`] }),
    };
  });
  study.result = `branch-${branches.length - 1}`;
  return study;
}

async function run(
  study: object,
): Promise<{ metrics: { [name: string]: number }; stages: string[] }> {
  const folder = join(folders.make(), 'study');
  mkdirSync(folder);
  const file = join(folder, 'branch.yaml');
  writeFileSync(file, stringify(study, { aliasDuplicateObjects: false }));
  const { code, stdout, stderr } = await runCommand(['run', file, '--json'], folder);
  expect(stderr).not.toMatch(/E_[A-Z]+_/);
  expect(code).toBe(0);
  const { metrics } = JSON.parse(stdout) as { metrics: { [name: string]: number } };
  expect(Number.isFinite(metrics['val/loss'])).toBe(true);
  const stages = [...stderr.matchAll(/^([a-z0-9-]+): [\d,]+ parameters/gm)];
  return { metrics, stages: stages.map(([, stage]) => stage as string) };
}

describe('one constructor of the predecessor, branch by branch, by configuration', () => {
  it('all branches run, as stages of one experiment', async () => {
    const { metrics, stages } = await run(gathered());
    const named = branches.map((_, i) => `branch-${i}`);
    expect(stages.filter((stage) => stage.startsWith('branch-'))).toEqual(named);
    expect(stages).toContain('mae');
    expect(metrics).not.toEqual({});
  });

  // Each in processes of its own takes minutes.
  for (const [name, overlay, needs = ['align']] of branches) {
    const tier = full ? '' : ' (DUALBEAT_TEST_FULL=1)';
    it.skipIf(!full)(`${name}, as an experiment of its own${tier}`, async () => {
      const { stages } = await run(laid(overlay));
      expect(stages).toEqual(needs);
    });
  }
});
