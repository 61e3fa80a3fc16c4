import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodeOfRun, runExperiment } from '@dualbeat/experiment';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { base, basics, makeStudy } from './study.ts';

const study = makeStudy();
afterAll(study.remove);
vi.setConfig({ testTimeout: 240_000 });

/** The base with a loss of another plugin in its second stage; the first one is run before with the good plugin. */
const withLoss = (plugin: string): string =>
  base
    .replace('[./basics]', `[./basics, ./${plugin}]`)
    .replace(/loss: acme\/square(?![^]*loss: acme)/, `loss: acme/${plugin}`);
const lossPlugin = (name: string, body: string): void => {
  study.plugin(
    name,
    `import { definePlugin } from '@dualbeat/core';
     import { Type } from 'typebox';
     const options = Type.Object({}, { additionalProperties: false });
     const good = (uses, apply) => ({ uses, positives: 'row', params: {}, state: {}, apply });
     export default definePlugin([{ kind: 'loss', id: 'acme/${name}', options, create: (_options, { values, targets }) => { ${body} } }]);`,
    [['loss', `acme/${name}`]],
  );
};
const root = (name: string): string => join(study.folder, 'runs', name);
const stagesOf = (name: string): string[] => {
  const folder = join(root(name), 'first', 'stages');
  return existsSync(folder) ? readdirSync(folder).map((one) => one.replace(/-[0-9a-f]+$/, '')) : [];
};

async function failure(name: string, text: string): Promise<string> {
  study.write('a.yaml', text);
  try {
    await runExperiment({
      file: join(study.folder, 'a.yaml'),
      runsRoot: root(name),
      command: 'run',
    });
  } catch (error) {
    const { message } = error as Error;
    const shown = message
      .replaceAll(`${study.folder}/`, '')
      .replaceAll(/trials\/[^/]*\//g, 'trials/<trial>/');
    return `${exitCodeOfRun(error)} ${shown}`;
  }
  return 'nothing was wrong';
}

describe('a plugin that breaks its word', () => {
  it('throws while it is made: nothing is begun', async () => {
    lossPlugin('throws', "throw new Error('no luck')");
    expect(await failure('throws', withLoss('throws'))).toMatchInlineSnapshot(
      `"42 E_COMPONENT_CREATE: a.yaml:25:5: stages.probe.loss: the plugin @acme/throws 1.2.3 failed to make it (no luck). Fix: check the options; if they are right, this is a fault of the plugin."`,
    );
    expect(stagesOf('throws')).toEqual([]);
  });

  it('ends the process while it is made', async () => {
    lossPlugin('exits', 'process.exit(0)');
    expect(await failure('exits', withLoss('exits'))).toMatchInlineSnapshot(
      `"42 E_PLUGIN_EXITS: a.yaml:25:5: stages.probe.loss: the plugin @acme/exits 1.2.3 called process.exit(0) while making the loss "acme/exits". Fix: let the plugin throw an error that says what is wrong."`,
    );
  });

  it('hangs while it is made', async () => {
    process.env['DUALBEAT_PLUGIN_SECONDS'] = '2';
    try {
      lossPlugin('hangs', 'for (;;);');
      expect(await failure('hangs', withLoss('hangs'))).toMatchInlineSnapshot(
        `"42 E_PLUGIN_HANGS: a.yaml:25:5: stages.probe.loss: the plugin @acme/hangs 1.2.3 was making the loss "acme/hangs" and did not come to an end within 2 s. Fix: repair the plugin; if it only needs longer, set DUALBEAT_PLUGIN_SECONDS=<seconds>."`,
      );
    } finally {
      delete process.env['DUALBEAT_PLUGIN_SECONDS'];
    }
  });

  it('ends the worker alone, while it is made there: the message says where', async () => {
    lossPlugin(
      'aborts',
      "if (/experiment.src.worker.main/.test(process.argv[1])) process.kill(process.pid, 'SIGKILL'); return good(Object.keys(targets), () => null)",
    );
    const message = await failure('aborts', withLoss('aborts'));
    expect(message).toMatchInlineSnapshot(
      `"75 E_WORKER_DIED: runs/aborts/first/trials/<trial>/worker.log: the worker process ended by signal SIGKILL while making the loss "acme/aborts" of the plugin @acme/aborts 1.2.3 (stages.probe.loss); everything up to its last checkpoint is kept. Fix: go on from there with \`run --resume\`; if it was killed for memory, lower train.batchSize first."`,
    );
  });

  it('declares a width that is not true; the stage before is kept', async () => {
    study.plugin(
      'lies',
      basics
        .replaceAll("'acme/flat'", "'acme/lies'")
        .replace('input, width, pooling', 'input, width: width + 1, pooling')
        .replace(/definePlugin\(\[.*\]\)/, 'definePlugin([flat])'),
      [['encoder', 'acme/lies']],
    );
    const text = base
      .replace('[./basics]', '[./basics, ./lies]')
      .replace(
        'init: { encoders/ecg: { from: pre } }',
        'needs: [pre]\n    encoders: { ecg: { use: acme/lies } }',
      );
    expect(await failure('lies', text)).toMatchInlineSnapshot(
      `"1 E_COMPONENT_SHAPE: the encoder "acme/lies" of @acme/lies 1.2.3, encoders/ecg in the stage probe: it declares its pooled features as [4, 5] and gives [4, 4]. Fix: correct the declaration or apply() of the plugin; its conformance suite shows this too."`,
    );
    expect(stagesOf('lies').sort()).toEqual(['pre', 'probe']);
    // what was done is not done again: only the second stage is in the way
    expect(await failure('lies', text)).toMatch(/^42 E_RUN_UNFINISHED: .*probe-/);
  });

  it('gives another shape, or throws, in apply()', async () => {
    lossPlugin(
      'shapes',
      'return good(Object.keys(targets), (_vars, given, { tf }) => ({ outputs: { loss: tf.mean(given.values.sizes.values, 0), parts: {}, report: {} }, state: {} }))',
    );
    expect(await failure('shapes', withLoss('shapes'))).toMatchInlineSnapshot(
      `"1 E_COMPONENT_SHAPE: the loss "acme/shapes" of @acme/shapes 1.2.3, loss in the stage probe: it declares its loss as [] and gives [2]. Fix: correct the declaration or apply() of the plugin; its conformance suite shows this too."`,
    );
    lossPlugin(
      'breaks',
      "return good(Object.keys(targets), () => { throw new Error('no luck'); })",
    );
    expect(await failure('breaks', withLoss('breaks'))).toMatchInlineSnapshot(
      `"1 E_COMPONENT_APPLY: the loss "acme/breaks" of @acme/breaks 1.2.3, loss in the stage probe: apply() failed (no luck). Fix: repair the plugin; \`--eager\` shows the line."`,
    );
  });
});

describe('a runtime that is not installed', () => {
  it('is found before a folder is made', async () => {
    const before = { ...process.env };
    process.env['DUALBEAT_CACHE'] = join(study.folder, 'empty');
    delete process.env['DUALBEAT_LIBTENSORFLOW'];
    try {
      expect(await failure('missing', base.replace('runtime: js', 'runtime: tf'))).toMatch(
        /^42 E_RUNTIME_MISSING/,
      );
      expect(existsSync(root('missing'))).toBe(false);
    } finally {
      process.env = before;
    }
  });
});
