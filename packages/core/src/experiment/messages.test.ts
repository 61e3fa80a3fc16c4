import { afterAll, expect, test } from 'vitest';
import { base, makeStudy } from './study-fixture.ts';

const study = makeStudy();
const { failure } = study;
afterAll(study.remove);

const change = (from: string, to: string) => {
  expect(base).toContain(from);
  return base.replace(from, to);
};
test('messages: structure', async () => {
  expect(await failure('')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_PARSE: a.yaml: the file is empty. Fix: write it as YAML 1.2 or JSON."`,
  );
  expect(await failure('- a')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_PARSE: a.yaml: the file must hold a map of keys. Fix: write it as YAML 1.2 or JSON."`,
  );
  expect(await failure('a: [1')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_PARSE: a.yaml:1:6: Flow sequence in block collection must be sufficiently indented and end with a ]. Fix: write it as YAML 1.2 or JSON."`,
  );
  expect(await failure('a: 1\na: 2')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_PARSE: a.yaml:2:1: Map keys must be unique. Fix: write it as YAML 1.2 or JSON."`,
  );
  expect(await failure('a: &x [*x]')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_PARSE: a.yaml:1:8: the alias '*x' stands inside its own anchor, and would never end. Fix: write out what is meant."`,
  );
  expect(await failure('a: !!binary aGk=')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_PARSE: a.yaml:1:1: this kind of value is not allowed; use a finite number, a string, true, false or null. Fix: write it as YAML 1.2 or JSON."`,
  );
  expect(await failure('a: .nan')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_PARSE: a.yaml:1:1: NaN is not allowed; use a finite number, a string, true, false or null. Fix: write it as YAML 1.2 or JSON."`,
  );
  expect(await failure('? {a: 1}\n: b')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_PARSE: a.yaml:1:3: a key must be a plain word. Fix: write it as YAML 1.2 or JSON."`,
  );
  expect(await failure('"__proto__": { polluted: true }')).toMatchInlineSnapshot(
    `"E_EXPERIMENT_KEY_FORBIDDEN: a.yaml:1:1: the key '__proto__' is not allowed anywhere. Fix: remove it."`,
  );
  expect(await failure(change('dualbeat: 1', 'dualbeat: 2'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:1:1: dualbeat: 2 is not one of 1. Fix: use one of these."`,
  );
  expect(await failure(change('name: first\n', ''))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_KEY_MISSING: a.yaml: the key 'name' is missing. Fix: add 'name:' (Name of the experiment; also of its run folder.)."`,
  );
  expect(await failure(change('name: first', 'name: First one'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:2:1: name: 'First one' does not match ^[a-z0-9][a-z0-9._-]*$. Fix: change the value."`,
  );
  expect(await failure(change('train: {', 'trian: {'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_KEY_UNKNOWN: a.yaml:12:5: stages.mae.trian: unknown key 'trian'. Fix: did you mean 'train'?"`,
  );
  expect(await failure(change('epochs: 2', 'epochs: 2.5'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:12:14: stages.mae.train.epochs: expected an integer, found number 2.5. Fix: write an integer."`,
  );
  expect(await failure(change('epochs: 2', 'epochs: -1'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:12:14: stages.mae.train.epochs: -1 is out of range. Fix: use a value >= 0."`,
  );
  expect(await failure(change('epochs: 2', 'batchSize: 2'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_KEY_MISSING: a.yaml:12:5: stages.mae.train: the key 'epochs' is missing. Fix: add 'epochs:' (Passes over the training split; 0 only evaluates.)."`,
  );
  expect(
    await failure(change('epochs: 2 }', 'epochs: 2, earlyStop: { patience: 2, mode: mix } }')),
  ).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:12:51: stages.mae.train.earlyStop.mode: 'mix' is not one of min, max. Fix: did you mean 'min'?"`,
  );
  expect(await failure(change('task: train-it', 'task: [train-it]'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:10:5: stages.mae.task: expected an id or a map, found a list. Fix: write an id or a map."`,
  );
  expect(await failure(change('  mae:', '  mae one:'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:9:3: stages.mae one: the name 'mae one' does not match ^[A-Za-z0-9][A-Za-z0-9_-]*$. Fix: use letters, digits, hyphens and underscores."`,
  );
  expect(await failure(`${base}sweep: { axes: { seed: 3 } }`)).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:13:18: sweep.axes.seed: expected a list or a map, found number 3. Fix: write a list or a map."`,
  );
  expect(await failure(`${base}variants: { a: { 'x y': 3 } }`)).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:13:18: variants.a.x y: the name 'x y' does not match ^[^.=\\s]+(\\.[^.=\\s]+)*$. Fix: use letters, digits, hyphens and underscores."`,
  );
});

test('messages: references', async () => {
  const probe = (rest: string) => `${base}  probe: { task: train-it, loss: mse, ${rest} }\n`;
  expect(await failure(probe('init: { encoders/ecg: { from: mea } }'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_REFERENCE: a.yaml:13:63: stages.probe.init.encoders/ecg.from: there is no stage 'mea'; there is: mae, probe. Fix: did you mean 'mae'?"`,
  );
  expect(await failure(probe('needs: [probe]'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_CYCLE: a.yaml:13:3: stages.probe: the stages need each other: probe -> probe. Fix: remove one of these from init: or needs:."`,
  );
  expect(
    await failure(
      probe('needs: [mae]').replace('task: train-it\n', 'task: train-it\n    needs: [probe]\n'),
    ),
  ).toMatchInlineSnapshot(
    `"E_EXPERIMENT_CYCLE: a.yaml:9:3: stages.mae: the stages need each other: mae -> probe -> mae. Fix: remove one of these from init: or needs:."`,
  );
  expect(await failure(probe('encoders: { ed: {} }'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_REFERENCE: a.yaml:13:51: stages.probe.encoders.ed: there is no encoder 'ed'; there is: ecg. Fix: did you mean 'ecg'?"`,
  );
  expect(await failure(probe('projectors: { ed: flat }'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_REFERENCE: a.yaml:13:53: stages.probe.projectors.ed: there is no view 'ed'; there is: ecg. Fix: did you mean 'ecg'?"`,
  );
  expect(
    await failure(probe('heads: { volumes: linear }, targets: { volume: ed3 }')),
  ).toMatchInlineSnapshot(
    `"E_EXPERIMENT_REFERENCE: a.yaml:13:78: stages.probe.targets.volume: there is no head 'volume'; there is: volumes. Fix: did you mean 'volumes'?"`,
  );
  expect(await failure(`${base}result: mea`)).toMatchInlineSnapshot(
    `"E_EXPERIMENT_REFERENCE: a.yaml:13:1: result: there is no stage 'mea'; there is: mae. Fix: did you mean 'mae'?"`,
  );
  expect(await failure(change('encoders:\n', 'encoders:\n  ed: net\n'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_REFERENCE: a.yaml:7:3: encoders.ed: there is no view 'ed'; there is: ecg. Fix: did you mean 'ecg'?"`,
  );
  expect(
    await failure(change('{ use: net, options: { size: tiny } }', '{ sameAs: ecg }')),
  ).toMatchInlineSnapshot(
    `"E_EXPERIMENT_REFERENCE: a.yaml:7:10: encoders.ecg.sameAs: the encoders share each other: ecg -> ecg. Fix: give one of them a 'use' of its own."`,
  );
  expect(await failure(change('{ use: net, options', '{ options'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_REFERENCE: a.yaml:7:3: encoders.ecg: an encoder has either 'use' or 'sameAs'. Fix: write { use: <id>, options: {...} } or { sameAs: <view> }."`,
  );
});

test('messages: components and their options', async () => {
  expect(await failure(change('loss: mse', 'loss: mes'))).toMatchInlineSnapshot(
    `"E_COMPONENT_UNKNOWN: a.yaml:11:5: stages.mae.loss: there is no loss "mes"; there is: mse. Fix: did you mean 'mse'? If not, add the plugin that offers it to 'plugins'."`,
  );
  expect(
    await failure(change('loss: mse', 'loss: { use: mse, options: { corelationWeight: 0.1 } }')),
  ).toMatchInlineSnapshot(
    `"E_EXPERIMENT_KEY_UNKNOWN: a.yaml:11:34: stages.mae.loss.options.corelationWeight: unknown key 'corelationWeight'. Fix: did you mean 'correlationWeight'?"`,
  );
  expect(
    await failure(
      change('loss: mse', 'loss:\n      use: mse\n      options:\n        correlationWeight: 2'),
    ),
  ).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:14:9: stages.mae.loss.options.correlationWeight: 2 is out of range. Fix: use a value <= 1."`,
  );
  expect(await failure(change('size: tiny', 'size: tinny'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:7:31: encoders.ecg.options.size: 'tinny' is not one of tiny, large. Fix: did you mean 'tiny'?"`,
  );
  expect(await failure(change('size: tiny', 'pooling: men'))).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:7:31: encoders.ecg.options.pooling: 'men' is not one of mean, cls. Fix: did you mean 'mean'?"`,
  );
  expect(
    await failure(change('[crop]', '[crop, { use: crop, options: { samples: 0 } }]')),
  ).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:5:53: views.ecg.transforms.1.options.samples: 0 is out of range. Fix: use a value >= 1."`,
  );
  expect(
    await failure(
      change('loss: mse', 'loss: mse\n    optimizer: { use: adamw, options: { betas: [0.9] } }'),
    ),
  ).toMatchInlineSnapshot(
    `"E_EXPERIMENT_VALUE: a.yaml:12:41: stages.mae.optimizer.options.betas: [0.9] is too short. Fix: give at least 2."`,
  );
  expect(await failure(change('cohort:', 'plugins: ["@acme/nowhere", ./no]\ncohort:')))
    .toMatchInlineSnapshot(`
    "E_EXPERIMENT_INVALID: a.yaml: 2 problems:
      E_PLUGIN_NOT_FOUND a.yaml:3:11: plugins.0: the plugin '@acme/nowhere' is not there; run "npm install @acme/nowhere" in the folder of the experiment file, or correct the name under 'plugins'.
      E_PLUGIN_NOT_FOUND a.yaml:3:28: plugins.1: the plugin './no' is not there; correct the path; it is relative to the folder of the experiment file.
     Fix: correct these lines."
  `);
});

test('several problems are listed together, ten at most', async () => {
  expect(
    await failure(
      change('epochs: 2', 'epochs: x, bachSize: 2').replace('name: first', 'nam: first'),
    ),
  ).toMatchInlineSnapshot(`
    "E_EXPERIMENT_INVALID: a.yaml: 4 problems:
      E_EXPERIMENT_KEY_MISSING a.yaml: the key 'name' is missing; add 'name:' (Name of the experiment; also of its run folder.)
      E_EXPERIMENT_KEY_UNKNOWN a.yaml:2:1: nam: unknown key 'nam'; did you mean 'name'?
      E_EXPERIMENT_KEY_UNKNOWN a.yaml:12:25: stages.mae.train.bachSize: unknown key 'bachSize'; did you mean 'batchSize'?
      E_EXPERIMENT_VALUE a.yaml:12:14: stages.mae.train.epochs: expected an integer, found string 'x'; write an integer
     Fix: correct these lines."
  `);
  expect(await failure(change('loss: mse', 'loss: mes').replace('size: tiny', 'size: huge')))
    .toMatchInlineSnapshot(`
    "E_EXPERIMENT_INVALID: a.yaml: 2 problems:
      E_EXPERIMENT_VALUE a.yaml:7:31: encoders.ecg.options.size: 'huge' is not one of tiny, large; use one of these
      E_COMPONENT_UNKNOWN a.yaml:11:5: stages.mae.loss: there is no loss "mes"; there is: mse; did you mean 'mse'? If not, add the plugin that offers it to 'plugins'
     Fix: correct these lines."
  `);
  const many = Array.from({ length: 12 }, (_, index) => `k${index}: 1\n`).join('');
  expect(await failure(base + many)).toMatch(
    /12 problems:(\n {2}E_EXPERIMENT_KEY_UNKNOWN .*){10}\n {2}and 2 more\n Fix: /,
  );
});
