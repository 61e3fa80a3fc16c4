import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { isConfigurationError } from './errors.ts';
import { loadExperiment } from './load-experiment.ts';
import { openExperiment } from './open-experiment.ts';
import { always, base, makeStudy } from './study-fixture.ts';

const study = makeStudy();
const { folder, write } = study;
afterAll(study.remove);

const weight = 'stages.mae.loss.options.correlationWeight';
const text = `${base}  probe: { task: train-it, loss: { use: mse, options: { correlationWeight: 0.5 } }, init: { encoders/ecg: { from: mae } }, needs: [mae] }
seed: 4
variants:
  plain: {}
  fresh: { stages.probe.init: {}, stages.probe.needs: null }
  short: { stages.mae.train: { epochs: 1, batchSize: 8 } }
  more:
    stages.extra: { task: train-it, loss: mse, needs: [probe] }
    result: extra
  less: { stages.probe: null }
  large: { encoders.ecg: { use: net, options: { size: large } }, stages.probe.loss: mse }
sweep:
  seeds: [0, 1]
  variants: [plain, fresh, short]
  axes:
    ${weight}: { min: 0.01, max: 1, scale: log }
    stages.mae.train.epochs: [1, 2, 3]
    stages.probe.train.epochs: { values: [5], when: { variant: [plain], axes: { stages.mae.train.epochs: [1] } } }
  strategy: { use: latin-hypercube, count: 5 }
  budget: { trials: 20, hours: 1.5 }
  earlyStop: { use: asha, metric: val/loss }
  compare: { baselines: [plain], metrics: [val/loss] }
`;
const open = (set: readonly string[] = []) => {
  write('a.yaml', text);
  return openExperiment({ file: join(folder, 'a.yaml'), always, env: {}, set });
};

test('a variant: values are replaced whole, null drops, stages come and go; the file itself stays', async () => {
  const opened = await open();
  const { base: plain, variants } = opened;
  expect(variants).toEqual(['plain', 'fresh', 'short', 'more', 'less', 'large']);
  expect(plain.variant).toBeNull();
  expect(plain.resolved.stages['probe']).toMatchObject({
    needs: ['mae'],
    init: { 'encoders/ecg': { from: 'mae' } },
  });

  const of = (variant: string) => opened.trial({ variant }).resolved;
  expect(of('fresh').stages['probe']).toMatchObject({ init: {}, needs: [] });
  // whole: prefetch and the rest are defaults, epochs of the base are gone with the map
  expect(of('short').stages['mae']?.train).toMatchObject({ epochs: 1, batchSize: 8, prefetch: 4 });
  expect(Object.keys(of('more').stages)).toEqual(['mae', 'probe', 'extra']);
  expect(of('more')).toMatchObject({
    result: 'extra',
    stages: { extra: { loss: { use: 'mse' } } },
  });
  expect(of('less')).toMatchObject({ result: 'mae' });
  expect(Object.keys(of('less').stages)).toEqual(['mae']);
  expect(of('large').encoders['ecg']).toEqual({
    use: 'net',
    options: { size: 'large', pooling: 'mean' },
  });
  expect(of('large').stages['probe']?.loss.options).toEqual({ correlationWeight: 0.1 });
  expect(opened.base).toBe(plain);
  expect(opened.trial().resolved.stages).toEqual(plain.resolved.stages);
  opened.close();
});

test('the order: file, variant, set, values, seed', async () => {
  const opened = await open(['stages.mae.train.epochs=7', 'seed=9']);
  const epochs = (point: Parameters<typeof opened.trial>[0]) =>
    opened.trial(point).resolved.stages['mae']?.train.epochs;
  expect(epochs({})).toBe(7);
  expect(epochs({ variant: 'short' })).toBe(7);
  expect(epochs({ variant: 'short', set: ['stages.mae.train.epochs=8'] })).toBe(8);
  const point = { variant: 'short', values: { 'stages.mae.train.epochs': 3 } };
  expect(epochs({ ...point, set: ['stages.mae.train.epochs=8'] })).toBe(3);
  expect(opened.trial(point).resolved.seed).toBe(9);
  expect(opened.trial({ ...point, seed: 2 }).resolved.seed).toBe(2);
  opened.close();
});

test('where the values of a trial were said', async () => {
  const opened = await open();
  const { origins } = opened.trial({
    variant: 'short',
    values: { 'stages.mae.train.epochs': 2 },
    seed: 1,
  });
  expect(origins).toMatchObject({
    'stages.mae.train.epochs': 'a.yaml:29:5',
    'stages.mae.train.batchSize': 'a.yaml:18:43',
    'stages.mae.train.prefetch': 'default',
    'stages.mae.loss.use': 'a.yaml:11:5',
    seed: '--set seed=1',
  });
  opened.close();
});

test('a trial is written as a file of its own, which loads to the same', async () => {
  const opened = await open();
  const trial = opened.trial({ variant: 'more', values: { [weight]: 0.25 }, seed: 3 });
  expect(trial.resolved).toMatchObject({ variants: {}, seed: 3 });
  expect(trial.resolved.sweep).toBeUndefined();
  write('trial.yaml', trial.yaml());
  const again = await loadExperiment({ file: join(folder, 'trial.yaml'), always, env: {} });
  expect(again.resolved).toEqual(trial.resolved);
  again.host.close();
  opened.close();
});

test('loadExperiment gives one trial of the file', async () => {
  write('a.yaml', text);
  const file = join(folder, 'a.yaml');
  const loaded = await loadExperiment({
    file,
    always,
    env: {},
    variant: 'fresh',
    seed: 5,
    set: ['stages.mae.train.epochs=6'],
  });
  expect(loaded).toMatchObject({
    variant: 'fresh',
    resolved: { seed: 5, stages: { mae: { train: { epochs: 6 } }, probe: { init: {} } } },
  });
  loaded.host.close();
});

test('what a sweep says is complete', async () => {
  const opened = await open();
  expect(opened.base.resolved.sweep).toEqual({
    seeds: [0, 1],
    variants: ['plain', 'fresh', 'short'],
    axes: {
      [weight]: { min: 0.01, max: 1, scale: 'log', integer: false },
      'stages.mae.train.epochs': { values: [1, 2, 3] },
      'stages.probe.train.epochs': {
        values: [5],
        when: { variant: ['plain'], axes: { 'stages.mae.train.epochs': [1] } },
      },
    },
    strategy: { use: 'latin-hypercube', options: {}, count: 5, seed: 0 },
    budget: { trials: 20, hours: 1.5 },
    earlyStop: {
      use: 'asha',
      metric: 'val/loss',
      mode: 'min',
      minEpochs: 3,
      minTrials: 3,
      reduction: 3,
    },
    compare: {
      baselines: ['plain'],
      metrics: ['val/loss'],
      pairedBy: 'subject',
      correction: 'holm',
    },
  });
  opened.close();
});

test('trials that cannot be: coded, and the opened file goes on', async () => {
  const opened = await open();
  const message = (point: Parameters<typeof opened.trial>[0]) => {
    try {
      opened.trial(point);
    } catch (error) {
      if (!isConfigurationError(error)) throw error;
      return (error as Error).message.replaceAll(`${folder}/`, '');
    }
    return 'nothing was thrown';
  };
  expect(message({ variant: 'plian' })).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VARIANT: a.yaml: there is no variant 'plian'; there is: plain, fresh, short, more, less, large. Fix: did you mean 'plain'?"`,
  );
  expect(message({ values: { [weight]: 2 } })).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:28:5: stages.mae.loss.options.correlationWeight: 2 is out of range. Fix: use a value <= 1."`,
  );
  expect(message({ values: { 'stages.mea.train.epochs': 2 } })).toMatchInlineSnapshot(
    `"E_EXPERIMENT_OVERLAY_PATH: --set stages.mea.train.epochs=2: sweep.axes.stages.mea.train.epochs: stages.mea.train.epochs: there is no 'stages.mea'; there is: mae, probe. Fix: did you mean 'mae'?"`,
  );
  expect(message({ variant: 'less', set: ['stages.probe.train.epochs=1'] })).toMatchInlineSnapshot(
    `"E_EXPERIMENT_SET_PATH: --set stages.probe.train.epochs=1: there is no 'stages.probe'; there is: mae. Fix: use one of these names."`,
  );
  expect(message({ set: ['plugins=["./basics"]'] })).toMatchInlineSnapshot(
    `"E_EXPERIMENT_OVERLAY_PATH: a.yaml: a trial cannot change 'plugins': they are loaded once for all trials of the file. Fix: set them when the file is opened."`,
  );
  expect(message({ seed: -1 })).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: --set seed=-1: seed: -1 is out of range. Fix: use a value >= 0."`,
  );
  expect(opened.trial({ variant: 'plain' }).variant).toBe('plain');
  opened.close();
});

test('1,000 trials resolve in seconds, each as if it were loaded alone', async () => {
  const opened = await open();
  const started = process.cpuUsage();
  const seen = new Set<string>();
  for (let i = 0; i < 1000; i++) {
    const { resolved } = opened.trial({
      variant: opened.variants[i % 3] as string,
      values: { [weight]: i / 1000 },
      seed: i % 7,
    });
    seen.add(JSON.stringify([resolved.stages, resolved.seed]));
  }
  const { user, system } = process.cpuUsage(started);
  expect(seen.size).toBe(1000);
  expect((user + system) / 1e6).toBeLessThan(15); // 3 s where nothing else runs
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...opened.variants), fc.nat(9), async (variant, seed) => {
      const file = join(folder, 'a.yaml');
      const alone = await loadExperiment({ file, always, env: {}, variant, seed });
      expect(opened.trial({ variant, seed }).resolved).toEqual(alone.resolved);
      alone.host.close();
    }),
    { numRuns: 10 },
  );
  opened.close();
});
