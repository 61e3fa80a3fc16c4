/** @file A study folder outside the repository with one small real plugin, in plain JavaScript. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Components of the plugin `./basics`: everything that an experiment needs beside the standard ones. */
export const basics = `
import { definePlugin } from '@dualbeat/core';
import { Type } from 'typebox';
const open = (options) => Type.Object(options, { additionalProperties: false });
const count = (value) => Type.Integer({ minimum: 1, default: value, description: 'How many.' });
const target = (names) => ({ shape: [names.length], dtype: 'float32', type: 'number', names, units: names.map(() => 'ml'),
  mean: names.map(() => 1), std: names.map(() => 1) });
const view = (size) => ({ shape: [2, size], dtype: 'float32', unit: 'mV',
  axes: [{ name: 'lead', labels: ['I', 'II'] }, { name: 'time', spacing: 0.01, unit: 's' }] });
const views = { ecg: view(8), cine: view(6) };
const targets = { three: target(['EDV', 'ESV', 'SV']), two: target(['mass', 'EF']) };
const splits = { train: [0, 8], val: [8, 12], test: [12, 12], all: [0, 12] };
const value = (row, k) => Math.sin(1 + row * 13 + k);
const cohort = {
  kind: 'cohort', id: 'acme/grid', options: open({}),
  create: () => ({
    views, targets, digest: 'fixed',
    rows: async (split) => Int32Array.from({ length: splits[split][1] - splits[split][0] }, (_, i) => splits[split][0] + i),
    subjects: (rows) => rows, ids: (rows) => [...rows].map((row) => 'r' + row),
    read: async (rows, names) => Object.fromEntries(names.map((name) => {
      const shape = (views[name] ?? targets[name]).shape;
      const size = shape.reduce((a, b) => a * b, 1);
      const data = Float32Array.from({ length: rows.length * size }, (_, i) => value(rows[Math.floor(i / size)], i % size));
      return [name, { values: { shape: [rows.length, ...shape], data }, present: { shape: [rows.length], data: new Uint8Array(rows.length).fill(1) } }];
    })),
  }),
};
const variable = (shape) => ({ shape, decay: true, init: (random) => Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() - 0.5) });
const flat = {
  kind: 'encoder', id: 'acme/flat', options: open({ width: count(4) }),
  create: ({ width }, { input }) => {
    const size = input.shape.reduce((a, b) => a * b, 1);
    return {
      input, width, pooling: 'flat', params: { weight: variable([size, width]) }, state: {},
      apply: ({ params }, { values }, { tf }) => ({ outputs: { pooled: tf.matMul(tf.reshape(values, [values.shape[0], size]), params.weight) }, state: {} }),
    };
  },
};
const projector = {
  kind: 'projector', id: 'acme/line', options: open({ width: count(3) }),
  create: ({ width }, from) => ({
    width, params: { weight: variable([from.width, width]) }, state: {},
    apply: ({ params }, { values }, { tf }) => ({ outputs: tf.matMul(values, params.weight), state: {} }),
  }),
};
const deep = {
  kind: 'head', id: 'acme/deep', options: open({ reads: Type.String({ default: 'ecg/tokens', description: 'Input.' }), gives: count(2), name: Type.String({ default: 'volumes', description: 'Output.' }) }),
  create: ({ reads, gives, name }) => ({
    inputs: { [reads]: { shape: [4], dtype: 'float32' } }, outputs: { [name]: { shape: [gives], dtype: 'float32' } }, params: {}, state: {},
    apply: (_vars, inputs, { tf }) => ({ outputs: { [name]: tf.slice(inputs[reads], [0, 0], [-1, gives]) }, state: {} }),
  }),
};
const picky = {
  kind: 'loss', id: 'acme/picky', options: open({ uses: Type.Array(Type.String(), { default: ['volume'], description: 'Values.' }) }),
  create: ({ uses }) => ({
    uses, positives: 'row', params: {}, state: {},
    apply: (_vars, { values }, { tf }) => {
      const loss = tf.mean(tf.square(values[uses[0]].values));
      return { outputs: { loss, parts: { square: loss }, report: {} }, state: {} };
    },
  }),
};
const volumes = {
  kind: 'target-set', id: 'acme/sizes', options: open({}),
  create: (_options, { targets }) => {
    const from = [['three', 0], ['two', 0]];
    return { spec: { ...target(['EDV', 'mass']) }, columns: from.map(([name, column]) => ({ target: name, column })) };
  },
};
const out = {
  kind: 'head', id: 'acme/out', options: open({ from: Type.String({ default: 'ecg', description: 'View.' }) }),
  create: ({ from }, { inputs, targets }) => ({
    inputs: { [from]: inputs[from] }, outputs: Object.fromEntries(Object.entries(targets).map(([name, { shape }]) => [name, { shape, dtype: 'float32' }])),
    params: Object.fromEntries(Object.entries(targets).map(([name, { shape }]) => [name + '/weight', variable([inputs[from].shape[0], shape[0]])])), state: {},
    apply: ({ params }, given, { tf }) => ({ outputs: Object.fromEntries(Object.keys(targets).map((name) => [name, tf.matMul(given[from], params[name + '/weight'])])), state: {} }),
  }),
};
const square = {
  kind: 'loss', id: 'acme/square', options: open({ weight: Type.Number({ minimum: 0, maximum: 1, default: 1, description: 'Factor.' }) }),
  create: ({ weight }, { values, targets }) => {
    const uses = Object.keys(targets).filter((name) => name in values);
    return {
      uses, positives: 'row', params: {}, state: {},
      apply: (_vars, given, { tf }) => {
        const parts = Object.fromEntries(uses.map((name) => [name, tf.mul(tf.mean(tf.square(tf.sub(given.values[name].values, given.targets[name].values))), weight)]));
        return { outputs: { loss: tf.addN(Object.values(parts)), parts, report: {} }, state: {} };
      },
    };
  },
};
const fit = {
  kind: 'task', id: 'acme/fit', options: open({ views: Type.Array(Type.String(), { minItems: 1, default: ['ecg'], description: 'Views.' }) }),
  views: ({ views }) => views,
  create: ({ views }, { heads, loss }) => ({
    accepts: (has) => views.every((name) => has.has(name)),
    encode: (model, batch) => Object.fromEntries(views.map((name) => [name, model.encode(name, batch.views[name]).pooled])),
    objective(model, encoded, batch, { tf }) {
      const present = batch.views[views[0]].present;
      const made = Object.assign({}, ...Object.keys(heads).map((name) => model.head(name, encoded)));
      const values = Object.fromEntries(Object.entries(made).map(([name, values]) => [name, { values, present }]));
      return { ...model.loss({ values, targets: batch.targets, subject: batch.subject }), outputs: values };
    },
  }),
};
export default definePlugin([cohort, flat, projector, deep, picky, volumes, out, square, fit]);
`;
const basicIds = [
  ['cohort', 'acme/grid'],
  ['encoder', 'acme/flat'],
  ['projector', 'acme/line'],
  ['head', 'acme/deep'],
  ['loss', 'acme/picky'],
  ['target-set', 'acme/sizes'],
  ['head', 'acme/out'],
  ['loss', 'acme/square'],
  ['task', 'acme/fit'],
] as const;

/** Two stages: a pre-training with a head, and a probe that starts from it. */
export const base = `dualbeat: 1
name: first
plugins: [./basics]
runtime: js
cohort: acme/grid
views:
  ecg: {}
  ed: { from: cine }
encoders:
  ecg: { use: acme/flat, options: { width: 4 } }
  ed: { use: acme/flat, options: { width: 4 } }
stages:
  pre:
    task: acme/fit
    heads: { volumes: acme/out }
    targets: { volumes: three }
    loss: acme/square
    train: { epochs: 1, batchSize: 4, workers: 0 }
  probe:
    task: acme/fit
    heads: { sizes: acme/out }
    targets: { sizes: acme/sizes }
    init: { encoders/ecg: { from: pre } }
    freeze: { params: ["encoders/**"] }
    loss: acme/square
    train: { epochs: 1, batchSize: 4, workers: 0 }
`;

export type Study = {
  readonly folder: string;
  write(file: string, content: string): void;
  /** A plugin package of one entry, with these components in its manifest. */
  plugin(name: string, code: string, ids: readonly (readonly [kind: string, id: string])[]): void;
  remove(): void;
};

export function makeStudy(): Study {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dualbeat-study-')));
  const write = (file: string, content: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  };
  mkdirSync(join(folder, 'node_modules/@dualbeat'), { recursive: true });
  symlinkSync(join(root, 'packages/core'), join(folder, 'node_modules/@dualbeat/core'));
  symlinkSync(join(root, 'node_modules/typebox'), join(folder, 'node_modules/typebox'));
  const plugin: Study['plugin'] = (name, code, ids) => {
    const components = ids.map(([kind, id]) => ({ kind, id, summary: 'For the tests.' }));
    const manifest = {
      name: `@acme/${name}`,
      version: '1.2.3',
      type: 'module',
      exports: './index.js',
      dualbeat: { range: '^0.1.0', components },
    };
    write(`${name}/package.json`, JSON.stringify(manifest));
    write(`${name}/index.js`, code);
  };
  plugin('basics', basics, basicIds);
  return { folder, write, plugin, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
