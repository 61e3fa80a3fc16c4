/** @file Broken experiment files: what is changed in the base, and the whole message that must come. */
import { base } from './study.ts';

export type Broken = {
  readonly name: string;
  readonly text: string;
  readonly set?: readonly string[];
  readonly variant?: string;
};

/** The base with `from` replaced; the test fails where `from` is not there. */
const change = (name: string, from: string, to: string): Broken => {
  if (!base.includes(from)) throw new Error(`${name}: the base has no ${from}`);
  return { name, text: base.replace(from, to) };
};
const more = (name: string, text: string): Broken => ({ name, text: `${base}${text}\n` });
const variant = (name: string, overlay: string): Broken =>
  more(name, `variants:\n  plain: {}\n  odd: { ${overlay} }`);
const sweep = (name: string, text: string): Broken =>
  more(
    name,
    `variants: { plain: {}, wide: { encoders.ecg.options.width: 8 } }\nsweep: { ${text} }`,
  );
const width = 'encoders.ecg.options.width';

export const broken: readonly Broken[] = [
  // the text
  { name: 'empty file', text: '' },
  { name: 'a list', text: '- a' },
  { name: 'syntax', text: 'a: [1' },
  { name: 'a key twice', text: 'a: 1\na: 2' },
  { name: 'an alias within its anchor', text: 'a: &x [1, *x]' },
  { name: 'an alias without anchor', text: 'a: *x' },
  { name: 'not a number', text: 'a: .nan' },
  { name: 'a key that reaches prototypes', text: '"__proto__": 1' },
  // structure
  change('unknown key', 'cohort: acme', 'chort: acme'),
  change('missing key', 'name: first\n', ''),
  change('a name with spaces', 'name: first', 'name: First one'),
  change('another file format', 'dualbeat: 1', 'dualbeat: 2'),
  change('a word for a number', 'epochs: 1', 'epochs: one'),
  change('out of range', 'batchSize: 4', 'batchSize: 0'),
  change('unknown key of train', 'batchSize: 4', 'bachSize: 4'),
  change('not one of', 'from: pre', 'from: pre, checkpoint: bets'),
  change('a list for a component', 'loss: acme/square', 'loss: [acme/square]'),
  change('no stages', base.slice(base.indexOf('stages:')), 'stages: {}\n'),
  // environment, extends, plugins
  change('environment variable', 'cohort: acme/grid', 'cohort: "${env:COHORT}"'),
  change('extends', 'dualbeat: 1', 'extends: nowhere.yaml'),
  change('plugin that is not there', '[./basics]', '[./basics, "@acme/nowhere"]'),
  // components
  change('unknown component', 'use: acme/flat', 'use: acme/flta'),
  change('component of another kind', 'use: acme/flat', 'use: acme/out'),
  change('unknown option', '{ width: 4 }', '{ widht: 4 }'),
  change('option out of range', '{ width: 4 }', '{ width: 0 }'),
  change(
    'option of another type',
    'task: acme/fit',
    'task: { use: acme/fit, options: { views: ecg } }',
  ),
  // references
  change('init from no stage', 'from: pre', 'from: per'),
  change('stages in a circle', 'loss: acme/square\n', 'loss: acme/square\n    needs: [probe]\n'),
  change('target of no head', 'targets: { volumes', 'targets: { volume'),
  more('result', 'result: prob'),
  change(
    'encoders share each other',
    'ecg: { use: acme/flat, options: { width: 4 } }\n  ed: { use: acme/flat, options: { width: 4 } }',
    'ecg: { sameAs: ed }\n  ed: { sameAs: ecg }',
  ),
  change(
    'sameAs of a shared one',
    '  ed: { use: acme/flat, options: { width: 4 } }',
    '  ed: { sameAs: es }\n  es: { sameAs: ecg }',
  ),
  change('encoder of no view', '  ed: { use', '  es: { use'),
  change(
    'projector of no view',
    'loss: acme/square',
    'loss: acme/square\n    projectors: { z: { use: acme/line, view: edd } }',
  ),
  // variants
  variant('variant: path', 'stages.prob.train.epochs: 2'),
  variant('variant: value', 'stages.probe.train: { epochs: -1 }'),
  variant('variant: through a value', 'stages.probe.train.epochs.x: 2'),
  variant('variant: drops what others need', 'stages.pre: null'),
  variant('variant: unknown component', 'encoders.ed.use: acme/flta'),
  variant('variant: unknown option', 'encoders.ecg.options.widht: 8'),
  variant('variant: what holds for all', 'plugins: []'),
  variant('variant: seed', 'seed: 1'),
  variant('variant: a stage that lacks its loss', 'stages.extra: { task: acme/fit }'),
  { ...more('variant that is not there', 'variants: { plain: {} }'), variant: 'plane' },
  // sweeps
  sweep('axis: path', 'axes: { encoders.ecg.opions.width: [4] }'),
  sweep('axis: value', `axes: { ${width}: [4, wide] }`),
  sweep('axis: a number', `axes: { ${width}: 4 }`),
  sweep('axis: value twice', `axes: { ${width}: [4, 4] }`),
  sweep('axis: values and range', `axes: { ${width}: { values: [4], min: 1, max: 2 } }`),
  sweep('axis: range the wrong way round', `axes: { ${width}: { min: 8, max: 4, steps: 2 } }`),
  sweep(
    'axis: logarithm of zero',
    `strategy: { use: random, count: 3 }, axes: { ${width}: { min: 0, max: 4, scale: log } }`,
  ),
  sweep(
    'axis: halves of whole numbers',
    `axes: { ${width}: { min: 0.5, max: 4, integer: true, steps: 2 } }`,
  ),
  sweep('axis: range without steps', `axes: { ${width}: { min: 1, max: 4 } }`),
  sweep(
    'axis: range of what is no number',
    'axes: { stages.probe.loss: { min: 1, max: 4, steps: 2 } }',
  ),
  sweep(
    'axis: variant of its condition',
    `axes: { ${width}: { values: [4], when: { variant: [wied] } } }`,
  ),
  sweep(
    'axis: axis of its condition',
    `axes: { ${width}: { values: [4], when: { axes: { stages.pre.train.epochs: [1] } } } }`,
  ),
  sweep(
    'axis: below another',
    'axes: { stages.pre.train.epochs: [1, 2], stages.pre.train: [{ epochs: 1 }] }',
  ),
  sweep('axis: seed', 'axes: { seed: [1, 2] }'),
  sweep('strategy', `strategy: gird, axes: { ${width}: [4] }`),
  sweep('strategy: count', `strategy: random, axes: { ${width}: [4] }`),
  sweep('strategy: nothing to draw from', 'strategy: { use: latin-hypercube, count: 4 }'),
  sweep('strategy: list without points', 'strategy: list'),
  sweep('strategy: point', 'strategy: { use: list, points: [{ stages.probe.trian.epochs: 1 }] }'),
  sweep('seeds', 'seeds: [0, -1]'),
  sweep('budget', 'budget: { trials: 0 }'),
  sweep('early stop', 'earlyStop: { metric: loss }'),
  sweep('variant of the sweep', 'variants: [plian]'),
  sweep('baseline', 'compare: { baselines: [plan], metrics: [val/loss] }'),
  sweep('compared metric', 'compare: { baselines: [plain], metrics: [test/r2] }'),
  // wiring: data
  change('view of the cohort', 'from: cine', 'from: cines'),
  change('target set', 'volumes: three', 'volumes: tree'),
  change('batch larger than the set', 'batchSize: 4', 'batchSize: 9'),
  change(
    'split without records',
    'loss: acme/square\n',
    'loss: acme/square\n    evaluate: { splits: [test] }\n',
  ),
  change(
    'unknown figure',
    'loss: acme/square\n',
    'loss: acme/square\n    evaluate: { figures: [plot] }\n',
  ),
  // wiring: modules
  change('init of no parameter', 'encoders/ecg: {', 'encoders/egc: {'),
  change('init pattern of no parameter', 'encoders/ecg: {', '"heads/*/weight": {'),
  change(
    'init of another shape',
    'init:',
    'encoders: { ecg: { options: { width: 8 } } }\n    init:',
  ),
  change('freeze pattern', '["encoders/**"]', '["encoder/ecg/**"]'),
  change(
    'group of the optimiser',
    'loss: acme/square\n',
    'loss: acme/square\n    optimizer: { use: adamw, groups: { "head/**": { learningRate: 2 } } }\n',
  ),
  change(
    'projector of a view that is not encoded',
    'loss: acme/square\n',
    'loss: acme/square\n    projectors: { ed: acme/line }\n',
  ),
  change(
    'head input',
    'volumes: acme/out',
    'volumes: { use: acme/deep, options: { reads: ecg/patchs } }',
  ),
  change(
    'head input of another width',
    'acme/out }\n    targets: { volumes',
    '{ use: acme/deep, options: { reads: ecg } } }\n    encoders: { ecg: { options: { width: 5 } } }\n    targets: { volumes',
  ),
  change(
    'head output of another shape',
    'volumes: acme/out',
    'volumes: { use: acme/deep, options: { reads: ecg } }',
  ),
  change('value that the loss reads', 'loss: acme/square', 'loss: acme/picky'),
  // --set
  { name: '--set: path', text: base, set: ['stages.pre.trian.epochs=1'] },
  { name: '--set: value', text: base, set: ['stages.pre.train.epochs=-1'] },
  { name: '--set: form', text: base, set: ['seed'] },
];
