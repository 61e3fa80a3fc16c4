import { afterAll, describe, expect, it } from 'vitest';
import { messageNamed } from './message-of.ts';
import { makeStudy } from './study.ts';

const study = makeStudy();
afterAll(study.remove);
const message = messageNamed(study);

describe('what does not fit together, found from shapes alone', () => {
  it('view of the cohort', async () => {
    expect(await message('view of the cohort')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VIEW: a.yaml:8:9: views.ed.from: the cohort 'acme/grid' has no view 'cines'; it has: ecg [2, 8] in mV, cine [2, 6] in mV. Fix: did you mean 'from: cine'?"`,
    );
  });
  it('target set', async () => {
    expect(await message('target set')).toMatchInlineSnapshot(
      `"E_TARGETS_UNKNOWN: a.yaml:16:16: stages.pre.targets.volumes: there is no target set 'tree'; the cohort has: three [3], two [2]; the plugins have: acme/sizes. Fix: did you mean 'three'?"`,
    );
  });
  it('batch larger than the set', async () => {
    expect(await message('batch larger than the set')).toMatchInlineSnapshot(
      `"E_BATCH_LARGER_THAN_SET: a.yaml:18:25: stages.pre.train.batchSize: a batch has 9 rows, but the training part of the cohort has only 8. Fix: add --set stages.pre.train.batchSize=8 (or less), or give the cohort more records."`,
    );
  });
  it('split without records', async () => {
    expect(await message('split without records')).toMatchInlineSnapshot(
      `"E_SPLIT_EMPTY: a.yaml:18:17: stages.pre.evaluate.splits: the part "test" of the cohort has no records. Fix: give the cohort more records, change its split options, or leave the part out of \`evaluate.splits\`."`,
    );
  });
  it('unknown figure', async () => {
    expect(await message('unknown figure')).toMatchInlineSnapshot(
      `"E_COMPONENT_UNKNOWN: a.yaml:18:27: stages.pre.evaluate.figures.0: there is no figure "plot"; there is: none. Fix: add the plugin that offers it to 'plugins'."`,
    );
  });
  it('init of no parameter', async () => {
    expect(await message('init of no parameter')).toMatchInlineSnapshot(
      `"E_INIT_PATTERN: a.yaml:23:13: stages.probe.init.encoders/egc: neither stage has parameters 'encoders/egc'; 'probe' has: encoders/ecg, heads/sizes. Fix: did you mean 'encoders/ecg'?"`,
    );
  });
  it('init pattern of no parameter', async () => {
    expect(await message('init pattern of no parameter')).toMatchInlineSnapshot(
      `"E_INIT_PATTERN: a.yaml:23:13: stages.probe.init.heads/*/weight: neither stage has parameters 'heads/*/weight'; 'probe' has: encoders/ecg, heads/sizes. Fix: both stages have: encoders/ecg."`,
    );
  });
  it('init of another shape', async () => {
    expect(await message('init of another shape')).toMatchInlineSnapshot(
      `"E_INIT_SHAPE: a.yaml:24:13: stages.probe.init.encoders/ecg: parameters of the stage 'pre' have other shapes: encoders/ecg/weight is [16, 4] there and [16, 8] here. Fix: give the module the options that it has in 'pre', or take over less."`,
    );
  });
  it('freeze pattern', async () => {
    expect(await message('freeze pattern')).toMatchInlineSnapshot(
      `"E_PATTERN: a.yaml:24:24: stages.probe.freeze.params.0: the pattern 'encoder/ecg/**' matches none of the stage's 2 parameters; it has: encoders/ecg/**, heads/sizes/**. Fix: did you mean 'encoders/ecg/**'?"`,
    );
  });
  it('group of the optimiser', async () => {
    expect(await message('group of the optimiser')).toMatchInlineSnapshot(
      `"E_PATTERN: a.yaml:18:40: stages.pre.optimizer.groups.head/**: the pattern 'head/**' matches none of the stage's 2 parameters; it has: encoders/ecg/**, heads/volumes/**. Fix: did you mean 'heads/**'?"`,
    );
  });
  it('projector of a view that is not encoded', async () => {
    expect(await message('projector of a view that is not encoded')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_WIRING: a.yaml:18:19: stages.pre.projectors.ed: the projector reads the features of the view 'ed', which the task 'acme/fit' does not encode here; it encodes: ecg. Fix: add 'encoders.ed', change the task's options, or leave the projector out."`,
    );
  });
  it('head input', async () => {
    expect(await message('head input')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_WIRING: a.yaml:15:14: stages.pre.heads.volumes: the head "acme/deep" reads 'ecg/patchs', but no encoder of the stage gives it; there is: ecg [4]. Fix: use one of these names."`,
    );
  });
  it('head input of another width', async () => {
    expect(await message('head input of another width')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_WIRING: a.yaml:15:14: stages.pre.heads.volumes: the head "acme/deep" wants 'ecg' as [4] float32, and the stage gives it as [5] float32. Fix: change the options of the head, or those of the encoder."`,
    );
  });
  it('head output of another shape', async () => {
    expect(await message('head output of another shape')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_WIRING: a.yaml:15:14: stages.pre.heads.volumes: the head "acme/deep" gives 'volumes' as [2], and the target of that name is [3] (EDV, ESV, SV). Fix: use a head or a target set of the other shape."`,
    );
  });
  it('value that the loss reads', async () => {
    expect(await message('value that the loss reads')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_WIRING: a.yaml:17:5: stages.pre.loss: the loss "acme/picky" reads the value 'volume', but no head or projector gives it; there is: volumes [3]. Fix: did you mean 'volumes'?"`,
    );
  });
});
