import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadExperiment } from './load-experiment.ts';
import { stageEncoders } from './stage-encoders.ts';
import { stageId, stageIdentity } from './stage-id.ts';
import { stageOrder } from './stage-order.ts';
import { always, base, makeStudy, pluginCode } from './study-fixture.ts';

const study = makeStudy();
const { folder, write, load, failure } = study;
afterAll(study.remove);

test('a small file: short forms written out, every default filled', async () => {
  const { resolved, yaml } = await load(base);
  expect(yaml()).toMatchInlineSnapshot(`
    "dualbeat: 1
    name: first
    cohort:
      use: folder
      options:
        path: data
        rows: 8
      split: default
      pairing: same-visit
      readers: []
    plugins: []
    seed: 0
    runtime:
      use: tf
      options: {}
      device: cpu
      precision: float32
    variants: {}
    views:
      ecg:
        transforms:
          - use: crop
            options:
              samples: 100
        from: ecg
    encoders:
      ecg:
        use: net
        options:
          size: tiny
          pooling: mean
    stages:
      mae:
        task:
          use: train-it
          options:
            view: ecg
        loss:
          use: mse
          options:
            correlationWeight: 0.1
        train:
          epochs: 2
          batchSize: 64
          microBatchNorm: refuse
          accumulate: 1
          onNotFinite:
            policy: skip
            steps: 20
          workers: 1
          prefetch: 4
          keepBest: 3
          evaluateEvery: 1
          updateNorms: false
        encoders: {}
        heads: {}
        projectors: {}
        optimizer:
          use: adamw
          options:
            betas:
              - 0.9
              - 0.95
          groups: {}
        schedule:
          use: warmup-cosine
          options:
            peak: 0.001
        init: {}
        freeze:
          params: []
          until: []
          statistics: true
          cache: true
        targets: {}
        callbacks: []
        evaluate:
          splits:
            - val
          metrics: []
          figures: []
        needs: []
    result: mae
    "
  `);
  expect(resolved.result).toBe('mae');
  expect(Object.isFrozen(resolved.stages['mae']?.train)).toBe(true);
});

test('the resolved file loads to the same', async () => {
  const rich = base
    .replace(
      '  ecg: { use: net, options: { size: tiny } }',
      '  ecg: { use: net, options: { size: large } }\n  ed: { sameAs: ecg }',
    )
    .replace('views:', 'views:\n  ed: {}');
  const text = `${rich}  probe: { task: train-it, loss: mse, init: { encoders/ecg: { from: mae } }, encoders: { ecg: { options: { pooling: cls } } }, projectors: { z: { use: flat, view: ed } } }
variants: { none: { stages.probe.init: {} } }
sweep: { seeds: [1, 2], axes: { stages.mae.train.epochs: [1, 2], stages.mae.loss.options.correlationWeight: { values: [0, 1], when: { variant: [none] } } } }
`;
  const first = await load(text);
  const second = await load(first.yaml());
  expect(second.resolved).toEqual(first.resolved);
  expect(stageEncoders(first.resolved, 'probe')).toEqual({
    ecg: { use: 'net', options: { size: 'large', pooling: 'cls' }, parameters: 'ecg' },
    ed: { use: 'net', options: { size: 'large', pooling: 'cls' }, parameters: 'ecg' },
  });
  expect(stageEncoders(first.resolved, 'mae')['ecg']?.options).toEqual({
    size: 'large',
    pooling: 'mean',
  });
  expect(first.resolved.sweep).toMatchObject({
    seeds: [1, 2],
    strategy: { use: 'grid', options: {} },
    axes: { 'stages.mae.train.epochs': { values: [1, 2] } },
  });
  expect(stageOrder(first.resolved)).toEqual(['mae', 'probe']);
});

test('origins: a stage that overrides an encoder reads the rest from the experiment', async () => {
  const { origins } = await load(
    base.replace('loss: mse', 'loss: mse\n    encoders: { ecg: { options: { pooling: cls } } }'),
  );
  expect(origins).toMatchObject({
    'stages.mae.encoders.ecg.use': 'a.yaml:7:10',
    'stages.mae.encoders.ecg.options.size': 'a.yaml:7:31',
    'stages.mae.encoders.ecg.options.pooling': 'a.yaml:12:35',
    'encoders.ecg.options.pooling': 'default',
    'stages.mae.loss.use': 'a.yaml:11:5',
  });
});

test('JSON is an experiment file too', async () => {
  const { resolved } = await load(base);
  const json = await load(JSON.stringify(resolved), { file: 'b.json' });
  expect(json.resolved).toEqual(resolved);
});

test('extends: maps merge, another component replaces, null drops, plugin paths move along', async () => {
  write(
    'sub/plugin/package.json',
    JSON.stringify({
      name: '@acme/more',
      version: '1.0.0',
      exports: './index.js',
      type: 'module',
      dualbeat: { range: '>=0.1', components: [{ kind: 'loss', id: 'acme/l1', summary: 's' }] },
    }),
  );
  write(
    'sub/plugin/index.js',
    pluginCode.replace(/definePlugin\(.*\)/s, "definePlugin([component('loss', 'acme/l1', {})])"),
  );
  write(
    'sub/base.yaml',
    base
      .replace('cohort:', 'plugins: [./plugin]\ncohort:')
      .replace(
        'loss: mse',
        'loss: { use: mse, options: { correlationWeight: 0.5 } }\n    evaluate: { metrics: [r2] }',
      ),
  );
  const own =
    'extends: sub/base.yaml\nname: second\nstages:\n  mae:\n    LOSS\n    evaluate: null\n    train: { batchSize: 4 }\n';
  const merged = await load(own.replace('LOSS', 'heads: { out: linear }'));
  expect(merged.resolved).toMatchObject({ name: 'second', plugins: ['./sub/plugin'] });
  expect(merged.resolved.stages['mae']).toMatchObject({
    loss: { options: { correlationWeight: 0.5 } },
    train: { epochs: 2, batchSize: 4 },
    evaluate: { metrics: [] },
  });
  expect(merged.origins).toMatchObject({
    name: 'a.yaml:2:1',
    'stages.mae.train.epochs': 'sub/base.yaml:14:14',
    'stages.mae.train.batchSize': 'a.yaml:7:14',
    'stages.mae.train.keepBest': 'default',
    'stages.mae.loss.options.correlationWeight': 'sub/base.yaml:12:34',
  });
  const replaced = await load(own.replace('LOSS', 'loss: acme/l1'));
  expect(replaced.resolved.stages['mae']?.loss).toEqual({ use: 'acme/l1', options: {} });

  expect(await failure('extends: nowhere.yaml')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_FILE: nowhere.yaml: the file does not exist; a.yaml extends it. Fix: correct the path of the experiment file."`,
  );
  expect(await failure('extends: 3')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:1:1: extends: must be a path, or a list of paths. Fix: write it as "extends: base.yaml"."`,
  );
  write('c.yaml', 'extends: a.yaml');
  expect(await failure('extends: c.yaml')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_EXTENDS_CYCLE: the files extend each other: a.yaml -> c.yaml -> a.yaml. Fix: remove one of these extends:."`,
  );
  write('sub/base.yaml', base.replace('epochs: 2', 'epochs: two'));
  expect(await failure('extends: sub/base.yaml')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: sub/base.yaml:12:14: stages.mae.train.epochs: expected an integer, found string 'two'. Fix: write an integer."`,
  );
});

test('${env:NAME}', async () => {
  const text = base.replace(
    'cohort: folder',
    'cohort: { use: folder, options: { path: "${env:DATA}/ludb" } }',
  );
  expect((await load(text, { env: { DATA: '/data' } })).resolved.cohort.options['path']).toBe(
    '/data/ludb',
  );
  expect(await failure(text, { env: { DAT: '/data' } })).toMatchInlineSnapshot(
    `"E_EXPERIMENT_ENV: a.yaml:3:35: cohort.options.path: the environment variable 'DATA' is not set. Fix: set it, or did you mean 'DAT'?"`,
  );
  expect(await failure(text.replace('env:', ''), { env: { DATA: '/data' } })).toMatchInlineSnapshot(
    `"E_EXPERIMENT_ENV: a.yaml:3:35: cohort.options.path: '\${DATA}' is not a reference that is known. Fix: only \${env:NAME} is replaced."`,
  );
});

test('ids: order and unmarked keys do not count, the rest does', async () => {
  const idOf = async (set: string[] = []) => {
    const { resolved, host } = await loadExperiment({
      file: join(folder, 'a.yaml'),
      always,
      env: {},
      set,
    });
    const id = stageId({ ...stageIdentity(resolved, host, 'mae', ['ecg']), data: 'd' });
    host.close();
    return id;
  };
  write('a.yaml', base);
  const id = await idOf();
  expect(id).toMatch(/^[0-9a-f]{12}$/);
  const same = [
    'stages.mae.train.workers=0',
    'stages.mae.train.prefetch=9',
    'runtime.device=cuda',
    'cohort.options.path=/else',
    'description=x',
    'name=other',
    'stages.mae.loss.options.correlationWeight=0.1',
    'views.ed={}',
  ];
  expect(await idOf(same)).toBe(id);
  const other = [
    'seed=1',
    'stages.mae.train.epochs=3',
    'stages.mae.loss.options.correlationWeight=0.2',
    'cohort.options.rows=9',
    'encoders.ecg.options.size=large',
    'views.ecg.transforms=[]',
    'stages.mae.encoders={ecg: {options: {pooling: cls}}}',
  ];
  const ids = await Promise.all(other.map((set) => idOf([set])));
  expect(new Set([id, ...ids]).size).toBe(other.length + 1);
});

test("the README's plugin", async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const block = (language: string) =>
    [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].at(-1)?.[1] ?? '';
  write('rates/package.json', block('json'));
  write('rates/index.js', block('js'));
  write('rates/base.yaml', base);
  const text = `extends: rates/base.yaml\n${block('yaml')}`;
  const { resolved } = await load(text);
  expect(resolved.stages['mae']?.schedule).toEqual({
    use: 'acme/constant',
    options: { rate: 0.01 },
  });
});
