/** @file For tests: a temporary study folder with a small real plugin, and loading experiments in it. Not exported. */
// oxlint-disable-next-line no-restricted-imports -- writes a test's own folder, never a run folder
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isConfigurationError } from './errors.ts';
import { loadExperiment } from './load-experiment.ts';
import type { LoadedExperiment } from './types.ts';

// What an experiment needs, from one plugin in plain JavaScript. The components are real as far as options go; nothing is trained here.
const ids: readonly (readonly [kind: string, id: string, options: string])[] = [
  [
    'cohort',
    'folder',
    "{ path: Type.String({ default: 'data', description: 'Folder.', 'x-identity': false }), rows: Type.Integer({ minimum: 1, default: 8, description: 'Rows.' }) }",
  ],
  [
    'transform',
    'crop',
    "{ samples: Type.Integer({ minimum: 1, default: 100, description: 'Length.' }) }",
  ],
  [
    'encoder',
    'net',
    "{ size: Type.Union([Type.Literal('tiny'), Type.Literal('large')], { default: 'tiny', description: 'Size.' }), pooling: Type.Enum(['mean', 'cls'], { default: 'mean', description: 'Pooling.' }) }",
  ],
  ['task', 'train-it', "{ view: Type.String({ default: 'ecg', description: 'View.' }) }"],
  ['head', 'linear', '{}'],
  [
    'projector',
    'flat',
    "{ width: Type.Integer({ minimum: 1, default: 16, description: 'Width.' }) }",
  ],
  [
    'loss',
    'mse',
    "{ correlationWeight: Type.Number({ minimum: 0, maximum: 1, default: 0.1, description: 'Weight.' }) }",
  ],
  [
    'optimizer',
    'adamw',
    "{ betas: Type.Array(Type.Number(), { minItems: 2, maxItems: 2, default: [0.9, 0.95], description: 'Decay.' }) }",
  ],
  [
    'schedule',
    'warmup-cosine',
    "{ peak: Type.Number({ exclusiveMinimum: 0, default: 0.001, description: 'Rate.' }) }",
  ],
  ['metric', 'r2', '{}'],
  ['figure', 'ecg-plot', '{}'],
];
export const pluginCode = `
import { definePlugin } from '@dualbeat/core';
import { Type } from 'typebox';
const component = (kind, id, options) => ({ kind, id, options: Type.Object(options, { additionalProperties: false }), create: (made) => made });
export default definePlugin([${ids.map(([kind, id, options]) => `component('${kind}', '${id}', ${options})`).join(', ')}]);
`;
/** The smallest experiment that uses most kinds. */
export const base = `dualbeat: 1
name: first
cohort: folder
views:
  ecg: { transforms: [crop] }
encoders:
  ecg: { use: net, options: { size: tiny } }
stages:
  mae:
    task: train-it
    loss: mse
    train: { epochs: 2 }
`;
export const always = ['./basics'];

export type StudyOptions = {
  readonly set?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly file?: string;
};
export type Study = {
  readonly folder: string;
  write(file: string, content: string): void;
  /** Writes `text` as the experiment file and loads it. */
  load(text: string, options?: StudyOptions): Promise<LoadedExperiment>;
  /** The message of the configuration error that loading must give, without the folder. */
  failure(text: string, options?: StudyOptions): Promise<string>;
  remove(): void;
};

/** A folder outside the repository, in which only this package and typebox are installed. */
export function makeStudy(): Study {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dualbeat-experiment-')));
  const core = fileURLToPath(new URL('../..', import.meta.url));
  const write = (file: string, content: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  };
  mkdirSync(join(folder, 'node_modules/@dualbeat'), { recursive: true });
  symlinkSync(core, join(folder, 'node_modules/@dualbeat/core'));
  symlinkSync(join(core, '../../node_modules/typebox'), join(folder, 'node_modules/typebox'));
  const components = ids.map(([kind, id]) => ({ kind, id, summary: 'For the tests.' }));
  write(
    'basics/package.json',
    JSON.stringify({
      name: '@acme/basics',
      version: '1.0.0',
      type: 'module',
      exports: './index.js',
      dualbeat: { range: '^0.1.0', components },
    }),
  );
  write('basics/index.js', pluginCode);

  const load: Study['load'] = async (text, { file = 'a.yaml', ...rest } = {}) => {
    write(file, text);
    const loaded = await loadExperiment({ file: join(folder, file), always, env: {}, ...rest });
    loaded.host.close();
    return loaded;
  };
  const failure: Study['failure'] = async (text, options) => {
    let thrown: unknown;
    try {
      await load(text, options);
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof Error)) return 'nothing was thrown';
    if (!isConfigurationError(thrown)) throw thrown;
    return thrown.message.replaceAll(`${folder}/`, '');
  };
  return { folder, write, load, failure, remove: () => rmSync(folder, { recursive: true }) };
}
