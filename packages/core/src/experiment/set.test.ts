import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { base, makeStudy } from './study-fixture.ts';

const study = makeStudy();
const { load, failure } = study;
afterAll(study.remove);

test('--set: replaces whole, drops, makes what the schema knows, appends to lists', async () => {
  const set = [
    'stages.mae.loss.options.correlationWeight=0.25',
    'stages.mae.train={epochs: 7}',
    'name=2024',
    'seed=3',
    'stages.mae.evaluate.metrics.0=r2',
    'views.ecg.transforms.0.options.samples=9',
    'runtime=js',
  ];
  const { resolved, origins } = await load(base, { set });
  expect(resolved).toMatchObject({ name: '2024', seed: 3, runtime: { use: 'js', device: 'cpu' } });
  expect(resolved.stages['mae']).toMatchObject({
    loss: { options: { correlationWeight: 0.25 } },
    train: { epochs: 7, batchSize: 64 },
    evaluate: { metrics: [{ use: 'r2', options: {} }] },
  });
  expect(resolved.views['ecg']?.transforms).toEqual([{ use: 'crop', options: { samples: 9 } }]);
  expect(origins).toMatchObject({
    'stages.mae.train.epochs': '--set stages.mae.train={epochs: 7}',
    seed: '--set seed=3',
    'runtime.device': 'default',
  });
  const dropped = await load(base, {
    set: ['views.ecg.transforms.0=null', 'encoders.ecg.options=null'],
  });
  expect(dropped.resolved.views['ecg']?.transforms).toEqual([]);
  expect(dropped.resolved.encoders['ecg']).toEqual({
    use: 'net',
    options: { size: 'tiny', pooling: 'mean' },
  });
});

test('--set, broken', async () => {
  const broken = (set: string) => failure(base, { set: [set] });
  expect(await broken('stages.mea.train.epochs=1')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_SET_PATH: --set stages.mea.train.epochs=1: there is no 'stages.mea'; there is: mae. Fix: did you mean 'mae'?"`,
  );
  expect(await broken('stages.mae.trian.epochs=1')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_SET_PATH: --set stages.mae.trian.epochs=1: there is no 'stages.mae.trian'; there is: task, loss, train, encoders, heads, projectors, optimizer, schedule, init, freeze, targets, callbacks, evaluate, needs. Fix: did you mean 'train'?"`,
  );
  expect(await broken('stages.mae.train.epoch=1')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_SET_PATH: --set stages.mae.train.epoch=1: there is no 'stages.mae.train.epoch'; there is: epochs, batchSize, microBatch, microBatchNorm, accumulate, balance, earlyStop, ema, onNotFinite, evaluate, workers, prefetch, keepBest, checkpointEvery, keepEvery, evaluateEvery, maxSteps, maxTime, clipNorm, updateNorms, ... Fix: did you mean 'epochs'?"`,
  );
  expect(await broken('stages.mae.loss.options.corelationWeight=1')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_KEY_UNKNOWN: --set stages.mae.loss.options.corelationWeight=1: stages.mae.loss.options.corelationWeight: unknown key 'corelationWeight'. Fix: did you mean 'correlationWeight'?"`,
  );
  expect(await broken('views.ecg.transforms.4=crop')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_SET_PATH: --set views.ecg.transforms.4=crop: there is no 'views.ecg.transforms.4'; there is: 0. Fix: use one of these names."`,
  );
  expect(await broken('name.x=1')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_SET_PATH: --set name.x=1: 'name' is 'first', and nothing is below it. Fix: set 'name' itself."`,
  );
  expect(await broken('seed')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_SET: --set seed: the "=" is missing. Fix: write it as "--set path.to.key=value"; the value is YAML, and null drops the key."`,
  );
  expect(await broken('seed=')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_SET: --set seed=: the value is missing. Fix: write it as "--set path.to.key=value"; the value is YAML, and null drops the key."`,
  );
  expect(await broken('a..b=1')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_SET: --set a..b=1: the path has an empty part. Fix: write it as "--set path.to.key=value"; the value is YAML, and null drops the key."`,
  );
  expect(await broken('seed=[1')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_PARSE: --set seed=[1: Flow sequence must end with a ]. Fix: write it as YAML 1.2 or JSON."`,
  );
  expect(await broken('stages.__proto__.x=1')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_KEY_FORBIDDEN: --set stages.__proto__.x=1: the key '__proto__' is not allowed anywhere. Fix: remove it."`,
  );
  expect(await broken('seed=-1')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: --set seed=-1: seed: -1 is out of range. Fix: use a value >= 0."`,
  );
});

test('--set of a value and dropping it again gives the value back; what is set is what is read', async () => {
  const plain = (await load(base)).resolved;
  const key = fc.constantFrom(
    'stages.mae.train.epochs',
    'stages.mae.train.batchSize',
    'stages.mae.train.maxSteps',
    'seed',
    'cohort.options.rows',
    'stages.mae.keep',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { minLength: 1 }),
      fc.integer({ min: 1, max: 1e6 }),
      async (keys, value) => {
        const real = keys.filter((path) => path !== 'stages.mae.keep');
        const { resolved, origins } = await load(base, {
          set: real.map((path) => `${path}=${value}`),
        });
        for (const path of real) {
          expect(
            path
              .split('.')
              .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], resolved),
          ).toBe(value);
          expect(origins[path]).toBe(`--set ${path}=${value}`);
        }
        const dropped = real.filter((path) => path !== 'stages.mae.train.epochs');
        const back = await load(base, {
          set: [
            ...dropped.map((path) => `${path}=${value}`),
            ...dropped.map((path) => `${path}=null`),
          ],
        });
        expect(back.resolved).toEqual(plain);
      },
    ),
    { numRuns: 15 },
  );
});
