import { afterAll, describe, expect, it } from 'vitest';
import { messageNamed } from './message-of.ts';
import { makeStudy } from './study.ts';

const study = makeStudy();
afterAll(study.remove);
const message = messageNamed(study);

describe('variants and sweeps that do not hold', () => {
  it('variant: path', async () => {
    expect(await message('variant: path')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_OVERLAY_PATH: a.yaml:29:10: variants.odd: stages.prob.train.epochs: there is no 'stages.prob'; there is: pre, probe. Fix: did you mean 'probe'?"`,
    );
  });
  it('variant: value', async () => {
    expect(await message('variant: value')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: a.yaml:29:32: variants.odd: stages.probe.train.epochs: -1 is out of range. Fix: use a value >= 0."`,
    );
  });
  it('variant: through a value', async () => {
    expect(await message('variant: through a value')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_OVERLAY_PATH: a.yaml:29:10: variants.odd: stages.probe.train.epochs.x: 'stages.probe.train.epochs' is 1, and nothing is below it. Fix: set 'stages.probe.train.epochs' itself."`,
    );
  });
  it('variant: drops what others need', async () => {
    expect(await message('variant: drops what others need')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_REFERENCE: a.yaml:29:10: variants.odd: stages.probe.init.encoders/ecg.from: there is no stage 'pre'; there is: probe. Fix: did you mean 'probe'?"`,
    );
  });
  it('variant: unknown component', async () => {
    expect(await message('variant: unknown component')).toMatchInlineSnapshot(
      `"E_COMPONENT_UNKNOWN: a.yaml:29:10: variants.odd: encoders.ed: there is no encoder "acme/flta"; there is: acme/flat. Fix: did you mean 'acme/flat'? If not, add the plugin that offers it to 'plugins'."`,
    );
  });
  it('variant: unknown option', async () => {
    expect(await message('variant: unknown option')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_KEY_UNKNOWN: a.yaml:29:10: variants.odd: encoders.ecg.options.widht: unknown key 'widht'. Fix: did you mean 'width'?"`,
    );
  });
  it('variant: what holds for all', async () => {
    expect(await message('variant: what holds for all')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_OVERLAY_PATH: a.yaml:29:10: variants.odd: plugins: an overlay cannot change 'plugins': it holds for all trials of the file. Fix: leave it out, or write another file that extends this one."`,
    );
  });
  it('variant: seed', async () => {
    expect(await message('variant: seed')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_OVERLAY_PATH: a.yaml:29:10: variants.odd: seed: an overlay cannot change the seed. Fix: list seeds under 'sweep.seeds'."`,
    );
  });
  it('variant: a stage that lacks its loss', async () => {
    expect(await message('variant: a stage that lacks its loss')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_KEY_MISSING: a.yaml:29:10: variants.odd: stages.extra: the key 'loss' is missing. Fix: add 'loss:' (What is minimised.)."`,
    );
  });
  it('variant that is not there', async () => {
    expect(await message('variant that is not there')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VARIANT: a.yaml: there is no variant 'plane'; there is: plain. Fix: did you mean 'plain'?"`,
    );
  });
  it('axis: path', async () => {
    expect(await message('axis: path')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_OVERLAY_PATH: a.yaml:28:46: sweep.axes.encoders.ecg.opions.width: encoders.ecg.opions.width: in the variant 'plain' there is no 'encoders.ecg.opions'; there is: use, options, sameAs. Fix: did you mean 'options'?"`,
    );
  });
  it('axis: value', async () => {
    expect(await message('axis: value')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: a.yaml:28:50: sweep.axes.encoders.ecg.options.width: encoders.ecg.options.width: expected an integer, found string 'wide'. Fix: write an integer."`,
    );
  });
  it('axis: a number', async () => {
    expect(await message('axis: a number')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: a.yaml:28:18: sweep.axes.encoders.ecg.options.width: expected a list or a map, found number 4. Fix: write a list or a map."`,
    );
  });
  it('axis: value twice', async () => {
    expect(await message('axis: value twice')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_SWEEP: a.yaml:28:50: sweep.axes.encoders.ecg.options.width.values.1: the value 4 is there twice. Fix: leave one of them out."`,
    );
  });
  it('axis: values and range', async () => {
    expect(await message('axis: values and range')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_AXIS: a.yaml:28:18: sweep.axes.encoders.ecg.options.width: an axis has either 'values' or a range of 'min' and 'max'. Fix: write { values: [...] } or { min: 1, max: 10 }."`,
    );
  });
  it('axis: range the wrong way round', async () => {
    expect(await message('axis: range the wrong way round')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_SWEEP: a.yaml:28:56: sweep.axes.encoders.ecg.options.width.max: 4 is not above min, 8. Fix: exchange them."`,
    );
  });
  it('axis: logarithm of zero', async () => {
    expect(await message('axis: logarithm of zero')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_SWEEP: a.yaml:28:85: sweep.axes.encoders.ecg.options.width.min: 0 has no logarithm. Fix: use a value > 0, or scale: linear."`,
    );
  });
  it('axis: halves of whole numbers', async () => {
    expect(await message('axis: halves of whole numbers')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_SWEEP: a.yaml:28:18: sweep.axes.encoders.ecg.options.width: min 0.5 and max 4 are not both whole numbers. Fix: round them, or drop integer."`,
    );
  });
  it('axis: range without steps', async () => {
    expect(await message('axis: range without steps')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_SWEEP: a.yaml:28:18: sweep.axes.encoders.ecg.options.width: a grid needs to know how many values of a range it takes. Fix: add 'steps:', or use 'values'."`,
    );
  });
  it('axis: range of what is no number', async () => {
    expect(await message('axis: range of what is no number')).toMatchInlineSnapshot(`
      "E_EXPERIMENT_INVALID: a.yaml: 2 problems:
        E_EXPERIMENT_VALUE a.yaml:28:39: sweep.axes.stages.probe.loss: stages.probe.loss: expected an id or a map, found number 1; write an id or a map
        E_EXPERIMENT_VALUE a.yaml:28:47: sweep.axes.stages.probe.loss: stages.probe.loss: expected an id or a map, found number 4; write an id or a map
       Fix: correct these lines."
    `);
  });
  it('axis: variant of its condition', async () => {
    expect(await message('axis: variant of its condition')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_REFERENCE: a.yaml:28:79: sweep.axes.encoders.ecg.options.width.when.variant.0: there is no variant 'wied' in the sweep; there is: plain, wide. Fix: did you mean 'wide'?"`,
    );
  });
  it('axis: axis of its condition', async () => {
    expect(await message('axis: axis of its condition')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_REFERENCE: a.yaml:28:77: sweep.axes.encoders.ecg.options.width.when.axes.stages.pre.train.epochs: there is no other axis 'stages.pre.train.epochs'; there is: none. Fix: use one of these."`,
    );
  });
  it('axis: below another', async () => {
    expect(await message('axis: below another')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_SWEEP: a.yaml:28:18: sweep.axes.stages.pre.train.epochs: it lies below the axis 'stages.pre.train', which replaces it whole. Fix: leave one of them out."`,
    );
  });
  it('axis: seed', async () => {
    expect(await message('axis: seed')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_OVERLAY_PATH: a.yaml:28:25: sweep.axes.seed: seed: an overlay cannot change the seed. Fix: list seeds under 'sweep.seeds'."`,
    );
  });
  it('strategy', async () => {
    expect(await message('strategy')).toMatchInlineSnapshot(
      `"E_COMPONENT_UNKNOWN: a.yaml:28:10: sweep.strategy: there is no search "gird"; there is: grid, latin-hypercube, list, random. Fix: did you mean 'grid'? If not, add the plugin that offers it to 'plugins'."`,
    );
  });
  it('strategy: count', async () => {
    expect(await message('strategy: count')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_SWEEP: a.yaml:28:10: sweep.strategy: the strategy 'random' needs to know how many points to take. Fix: add 'count:'."`,
    );
  });
  it('strategy: nothing to draw from', async () => {
    expect(await message('strategy: nothing to draw from')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_SWEEP: a.yaml:28:10: sweep.strategy: the strategy 'latin-hypercube' has no axes to draw from. Fix: add 'sweep.axes'."`,
    );
  });
  it('strategy: list without points', async () => {
    expect(await message('strategy: list without points')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_SWEEP: a.yaml:28:10: sweep.strategy: a list needs its points. Fix: add 'points:'."`,
    );
  });
  it('strategy: point', async () => {
    expect(await message('strategy: point')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_OVERLAY_PATH: a.yaml:28:44: sweep.strategy.points.0: stages.probe.trian.epochs: in the variant 'plain' there is no 'stages.probe.trian'; there is: task, heads, targets, init, freeze, loss, train, encoders, projectors, optimizer, schedule, callbacks, evaluate, needs. Fix: did you mean 'train'?"`,
    );
  });
  it('seeds', async () => {
    expect(await message('seeds')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: a.yaml:28:21: sweep.seeds.1: -1 is out of range. Fix: use a value >= 0."`,
    );
  });
  it('budget', async () => {
    expect(await message('budget')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_VALUE: a.yaml:28:20: sweep.budget.trials: 0 is out of range. Fix: use a value >= 1."`,
    );
  });
  it('early stop', async () => {
    expect(await message('early stop')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_SWEEP: a.yaml:28:23: sweep.earlyStop.metric: 'loss' is no metric's name. Fix: write '<split>/<metric>', like test/r2."`,
    );
  });
  it('variant of the sweep', async () => {
    expect(await message('variant of the sweep')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_REFERENCE: a.yaml:28:21: sweep.variants.0: there is no variant 'plian'; there is: plain, wide. Fix: did you mean 'plain'?"`,
    );
  });
  it('baseline', async () => {
    expect(await message('baseline')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_REFERENCE: a.yaml:28:33: sweep.compare.baselines.0: the baseline 'plan' is not in the sweep; there is: plain, wide. Fix: did you mean 'plain'?"`,
    );
  });
  it('compared metric', async () => {
    expect(await message('compared metric')).toMatchInlineSnapshot(
      `"E_EXPERIMENT_SWEEP: a.yaml:28:51: sweep.compare.metrics.0: the stage 'probe' gives no metric of the split 'test'; it has: val. Fix: use one of these, or add 'test' to stages.probe.evaluate.splits."`,
    );
  });
});
