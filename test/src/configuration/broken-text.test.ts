import { afterAll, describe, expect, it } from 'vitest';
import { messageNamed } from './message-of.ts';
import { makeStudy } from './study.ts';

const study = makeStudy();
afterAll(study.remove);
const message = messageNamed(study);

describe('an experiment file that is wrong in itself', () => {
  it('empty file', async () => {
    expect(await message('empty file')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_PARSE: a.yaml: the file is empty. Fix: write it as YAML 1.2 or JSON."`,
    );
  });
  it('a list', async () => {
    expect(await message('a list')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_PARSE: a.yaml: the file must hold a map of keys. Fix: write it as YAML 1.2 or JSON."`,
    );
  });
  it('syntax', async () => {
    expect(await message('syntax')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_PARSE: a.yaml:1:6: Flow sequence in block collection must be sufficiently indented and end with a ]. Fix: write it as YAML 1.2 or JSON."`,
    );
  });
  it('a key twice', async () => {
    expect(await message('a key twice')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_PARSE: a.yaml:2:1: Map keys must be unique. Fix: write it as YAML 1.2 or JSON."`,
    );
  });
  it('an alias within its anchor', async () => {
    expect(await message('an alias within its anchor')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_PARSE: a.yaml:1:11: the alias '*x' stands inside its own anchor, and would never end. Fix: write out what is meant."`,
    );
  });
  it('an alias without anchor', async () => {
    expect(await message('an alias without anchor')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_PARSE: a.yaml:1:1: there is no anchor '&x' before this. Fix: write it as YAML 1.2 or JSON."`,
    );
  });
  it('not a number', async () => {
    expect(await message('not a number')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_PARSE: a.yaml:1:1: NaN is not allowed; use a finite number, a string, true, false or null. Fix: write it as YAML 1.2 or JSON."`,
    );
  });
  it('a key that reaches prototypes', async () => {
    expect(await message('a key that reaches prototypes')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_KEY_FORBIDDEN: a.yaml:1:1: the key '__proto__' is not allowed anywhere. Fix: remove it."`,
    );
  });
  it('unknown key', async () => {
    expect(await message('unknown key')).toMatchInlineSnapshot(`
      "E_EXPERIMENT_INVALID: a.yaml: 2 problems:
        E_EXPERIMENT_KEY_MISSING a.yaml: the key 'cohort' is missing; add 'cohort:' (Subjects with views, targets and covariates.)
        E_EXPERIMENT_KEY_UNKNOWN a.yaml:5:1: chort: unknown key 'chort'; did you mean 'cohort'?
       Fix: correct these lines."
    `);
  });
  it('missing key', async () => {
    expect(await message('missing key')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_KEY_MISSING: a.yaml: the key 'name' is missing. Fix: add 'name:' (Name of the experiment; also of its run folder.)."`,
    );
  });
  it('a name with spaces', async () => {
    expect(await message('a name with spaces')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: a.yaml:2:1: name: 'First one' does not match ^[a-z0-9][a-z0-9._-]*$. Fix: change the value."`,
    );
  });
  it('another file format', async () => {
    expect(await message('another file format')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: a.yaml:1:1: dualbeat: 2 is not one of 1. Fix: use one of these."`,
    );
  });
  it('a word for a number', async () => {
    expect(await message('a word for a number')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: a.yaml:18:14: stages.pre.train.epochs: expected an integer, found string 'one'. Fix: write an integer."`,
    );
  });
  it('out of range', async () => {
    expect(await message('out of range')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: a.yaml:18:25: stages.pre.train.batchSize: 0 is out of range. Fix: use a value >= 1."`,
    );
  });
  it('unknown key of train', async () => {
    expect(await message('unknown key of train')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_KEY_UNKNOWN: a.yaml:18:25: stages.pre.train.bachSize: unknown key 'bachSize'. Fix: did you mean 'batchSize'?"`,
    );
  });
  it('not one of', async () => {
    expect(await message('not one of')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: a.yaml:23:40: stages.probe.init.encoders/ecg.checkpoint: 'bets' is not one of best, last. Fix: did you mean 'best'?"`,
    );
  });
  it('a list for a component', async () => {
    expect(await message('a list for a component')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: a.yaml:17:5: stages.pre.loss: expected an id or a map, found a list. Fix: write an id or a map."`,
    );
  });
  it('no stages', async () => {
    expect(await message('no stages')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: a.yaml:12:1: stages: it is empty. Fix: give at least 1."`,
    );
  });
  it('environment variable', async () => {
    expect(await message('environment variable')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_ENV: a.yaml:5:1: cohort.use: the environment variable 'COHORT' is not set. Fix: set it: export COHORT=..."`,
    );
  });
  it('extends', async () => {
    expect(await message('extends')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_FILE: nowhere.yaml: the file does not exist; a.yaml extends it. Fix: correct the path of the experiment file."`,
    );
  });
  it('plugin that is not there', async () => {
    expect(await message('plugin that is not there')).toMatchInlineSnapshot(
      `"E_PLUGIN_NOT_FOUND: a.yaml:3:21: plugins.1: the plugin '@acme/nowhere' is not there. Fix: run "npm install @acme/nowhere" in the folder of the experiment file, or correct the name under 'plugins'."`,
    );
  });
  it('unknown component', async () => {
    expect(await message('unknown component')).toMatchInlineSnapshot(
      `"E_COMPONENT_UNKNOWN: a.yaml:10:10: encoders.ecg: there is no encoder "acme/flta"; there is: acme/flat. Fix: did you mean 'acme/flat'? If not, add the plugin that offers it to 'plugins'."`,
    );
  });
  it('component of another kind', async () => {
    expect(await message('component of another kind')).toMatchInlineSnapshot(
      `"E_COMPONENT_UNKNOWN: a.yaml:10:10: encoders.ecg: there is no encoder "acme/out" ("acme/out" is of kind head); there is: acme/flat. Fix: add the plugin that offers it to 'plugins'."`,
    );
  });
  it('unknown option', async () => {
    expect(await message('unknown option')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_KEY_UNKNOWN: a.yaml:10:37: encoders.ecg.options.widht: unknown key 'widht'. Fix: did you mean 'width'?"`,
    );
  });
  it('option out of range', async () => {
    expect(await message('option out of range')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: a.yaml:10:37: encoders.ecg.options.width: 0 is out of range. Fix: use a value >= 1."`,
    );
  });
  it('option of another type', async () => {
    expect(await message('option of another type')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: a.yaml:14:39: stages.pre.task.options.views: expected a list, found string 'ecg'. Fix: write a list."`,
    );
  });
  it('init from no stage', async () => {
    expect(await message('init from no stage')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_REFERENCE: a.yaml:23:29: stages.probe.init.encoders/ecg.from: there is no stage 'per'; there is: pre, probe. Fix: did you mean 'pre'?"`,
    );
  });
  it('stages in a circle', async () => {
    expect(await message('stages in a circle')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_CYCLE: a.yaml:13:3: stages.pre: the stages need each other: pre -> probe -> pre. Fix: remove one of these from init: or needs:."`,
    );
  });
  it('target of no head', async () => {
    expect(await message('target of no head')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_REFERENCE: a.yaml:16:16: stages.pre.targets.volume: there is no head 'volume'; there is: volumes. Fix: did you mean 'volumes'?"`,
    );
  });
  it('result', async () => {
    expect(await message('result')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_REFERENCE: a.yaml:27:1: result: there is no stage 'prob'; there is: pre, probe. Fix: did you mean 'probe'?"`,
    );
  });
  it('encoders share each other', async () => {
    expect(await message('encoders share each other')).toMatchInlineSnapshot(`
      "E_EXPERIMENT_INVALID: a.yaml: 2 problems:
        E_EXPERIMENT_REFERENCE a.yaml:10:10: encoders.ecg.sameAs: the encoders share each other: ecg -> ed -> ecg; give one of them a 'use' of its own
        E_EXPERIMENT_REFERENCE a.yaml:11:9: encoders.ed.sameAs: the encoders share each other: ed -> ecg -> ed; give one of them a 'use' of its own
       Fix: correct these lines."
    `);
  });
  it('sameAs of a shared one', async () => {
    expect(await message('sameAs of a shared one')).toMatchInlineSnapshot(`
      "E_EXPERIMENT_INVALID: a.yaml: 2 problems:
        E_EXPERIMENT_REFERENCE a.yaml:11:9: encoders.ed.sameAs: there is no encoder of its own 'es'; there is: ecg; did you mean 'ecg'?
        E_EXPERIMENT_REFERENCE a.yaml:12:3: encoders.es: there is no view 'es'; there is: ecg, ed; did you mean 'ed'?
       Fix: correct these lines."
    `);
  });
  it('encoder of no view', async () => {
    expect(await message('encoder of no view')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_REFERENCE: a.yaml:11:3: encoders.es: there is no view 'es'; there is: ecg, ed. Fix: did you mean 'ed'?"`,
    );
  });
  it('projector of no view', async () => {
    expect(await message('projector of no view')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_REFERENCE: a.yaml:18:40: stages.pre.projectors.z.view: there is no view 'edd'; there is: ecg, ed. Fix: did you mean 'ed'?"`,
    );
  });
  it('--set: path', async () => {
    expect(await message('--set: path')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_SET_PATH: --set stages.pre.trian.epochs=1: there is no 'stages.pre.trian'; there is: task, heads, targets, loss, train, encoders, projectors, optimizer, schedule, init, freeze, callbacks, evaluate, needs. Fix: did you mean 'train'?"`,
    );
  });
  it('--set: value', async () => {
    expect(await message('--set: value')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: --set stages.pre.train.epochs=-1: stages.pre.train.epochs: -1 is out of range. Fix: use a value >= 0."`,
    );
  });
  it('--set: form', async () => {
    expect(await message('--set: form')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_SET: --set seed: the "=" is missing. Fix: write it as "--set path.to.key=value"; the value is YAML, and null drops the key."`,
    );
  });
});
