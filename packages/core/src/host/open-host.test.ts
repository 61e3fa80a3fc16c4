import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHost } from './open-host.ts';
import { packageDigest } from './package-digest.ts';
import { resolvePlugins } from './resolve-plugins.ts';

let folder: string;
const experiment = () => join(folder, 'study', 'a.yaml');
const write = (file: string, content: unknown) => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(
    join(folder, file),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
};
/** A plugin as a third party writes it: plain JavaScript, in its own folder. */
function plugin(
  name: string,
  more: { manifest?: object; code?: string; package?: object } = {},
): string {
  write(`study/${name}/package.json`, {
    name: `@acme/${name}`,
    version: '1.2.3',
    type: 'module',
    exports: './index.js',
    dualbeat: {
      range: '^0.1.0',
      components: [{ id: `acme/${name}`, kind: 'schedule', summary: 'A constant rate.' }],
      ...more.manifest,
    },
    ...more.package,
  });
  write(`study/${name}/index.js`, more.code ?? code(`acme/${name}`));
  return `./${name}`;
}
const code = (...ids: string[]) => `
import { definePlugin } from '@dualbeat/core';
import { Type } from 'typebox';
const schedule = (id) => ({
  kind: 'schedule', id,
  options: Type.Object({ peak: Type.Number({ minimum: 0, default: 0.5, description: 'Rate.' }) }, { additionalProperties: false }),
  create: ({ peak }) => {
    if (peak === 13) throw new Error('unlucky');
    return { at: () => peak, observe: (_metrics, memory) => memory };
  },
});
export default definePlugin(${JSON.stringify(ids)}.map(schedule));
`;
const open = (...names: string[]) => openHost(resolvePlugins(names, experiment()));
const message = async (run: () => unknown) => {
  const error = await Promise.resolve()
    .then(run)
    .then(
      () => new Error('nothing was thrown'),
      (thrown: unknown) => thrown as Error,
    );
  return error.message.replaceAll(folder, '<folder>');
};

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dualbeat-host-')));
  const core = fileURLToPath(new URL('../..', import.meta.url));
  mkdirSync(join(folder, 'study/node_modules/@dualbeat'), { recursive: true });
  symlinkSync(core, join(folder, 'study/node_modules/@dualbeat/core'));
  symlinkSync(join(core, '../../node_modules/typebox'), join(folder, 'study/node_modules/typebox'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a plugin from a path: catalogue, making with defaults, sources', async () => {
  const host = await open(plugin('steady'));
  expect(host.catalogue()).toEqual([
    {
      id: 'acme/steady',
      kind: 'schedule',
      summary: 'A constant rate.',
      entry: '.',
      plugin: '@acme/steady',
      version: '1.2.3',
    },
  ]);
  const position = { step: 0, stepsPerEpoch: 1, epochs: 1 };
  expect((await host.create('schedule', { use: 'acme/steady' }, null)).at(position, null)).toBe(
    0.5,
  );
  const options = { peak: 2 };
  expect(
    (await host.create('schedule', { use: 'acme/steady', options }, null)).at(position, null),
  ).toBe(2);
  expect(host.component('schedule', 'acme/steady').id).toBe('acme/steady');
  expect(host.sources()).toEqual([
    expect.objectContaining({
      specifier: './steady',
      name: '@acme/steady',
      version: '1.2.3',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    }),
  ]);
  host.close();
  expect(await message(() => host.component('schedule', 'acme/steady'))).toMatchInlineSnapshot(
    `"E_HOST_CLOSED: the plugin host was closed and then used. Fix: close it after the last component was made."`,
  );
});

test('a package from node_modules, named twice, loads once; what lies beside this package is found from any folder', async () => {
  const components = [{ id: 'acme/installed', kind: 'schedule', summary: 's' }];
  plugin('node_modules/@acme/installed', {
    manifest: { components },
    package: { name: '@acme/installed' },
  });
  expect(
    resolvePlugins(['@acme/installed', './node_modules/@acme/installed'], experiment()).map(
      (source) => source.name,
    ),
  ).toEqual(['@acme/installed']);
  const elsewhere = join(folder, 'elsewhere/a.yaml');
  expect(await message(() => resolvePlugins(['@acme/installed'], elsewhere))).toMatch(
    /^E_PLUGIN_NOT_FOUND/,
  );
  // found, though it is no plugin
  expect(await message(() => resolvePlugins(['@dualbeat/core'], elsewhere))).toMatch(
    /core\/package.json: the package has no "dualbeat" key/,
  );
  // a manifest is read without running the code, which here would fail
  plugin('broken', { code: 'throw new Error("ran")' });
  expect(resolvePlugins(['./broken'], experiment())[0]?.manifest.components[0]?.id).toBe(
    'acme/broken',
  );
});

test('the digest follows the code, not tests or build leftovers', () => {
  plugin('digest');
  const root = join(folder, 'study/digest');
  const before = packageDigest(root);
  write('study/digest/index.test.js', 'changed');
  mkdirSync(join(root, 'node_modules/x'), { recursive: true });
  write('study/digest/node_modules/x/index.js', 'changed');
  expect(packageDigest(root)).toBe(before);
  write('study/digest/index.js', `${code('acme/digest')}\n`);
  expect(packageDigest(root)).not.toBe(before);
  expect(existsSync(join(root, 'index.js'))).toBe(true);
});

test('unknown names: what is there, the nearest, how to add', async () => {
  const host = await open(plugin('steady'), plugin('other'));
  expect(
    await message(() => host.create('schedule', { use: 'acme/stedy' }, null, 'stages.a.schedule')),
  ).toMatchInlineSnapshot(
    `"E_COMPONENT_UNKNOWN: stages.a.schedule: there is no schedule "acme/stedy"; there is: acme/other, acme/steady. Fix: did you mean 'acme/steady'? If not, add the plugin that offers it to 'plugins'."`,
  );
  expect(await message(() => host.component('loss', 'acme/steady'))).toMatchInlineSnapshot(
    `"E_COMPONENT_UNKNOWN: there is no loss "acme/steady" ("acme/steady" is of kind schedule); there is: none. Fix: add the plugin that offers it to 'plugins'."`,
  );
  expect(await message(() => host.component('schedule', 'toString'))).toMatchInlineSnapshot(
    `"E_COMPONENT_UNKNOWN: there is no schedule "toString"; there is: acme/other, acme/steady. Fix: add the plugin that offers it to 'plugins'."`,
  );
});

test('options that are wrong, and a component that fails while it is made', async () => {
  const host = await open(plugin('steady'));
  expect(
    await message(() =>
      host.create(
        'schedule',
        { use: 'acme/steady', options: { peek: 1, peak: -1 } },
        null,
        'stages.a.schedule',
      ),
    ),
  ).toMatchInlineSnapshot(
    `"E_COMPONENT_OPTIONS: stages.a.schedule.options.peek: unknown key 'peek'; did you mean 'peak'? / stages.a.schedule.options.peak: -1 is out of range; use a value >= 0. Fix: correct the options."`,
  );
  expect(
    await message(() =>
      host.create(
        'schedule',
        { use: 'acme/steady', options: { peak: 13 } },
        null,
        'stages.a.schedule',
      ),
    ),
  ).toMatchInlineSnapshot(
    `"E_COMPONENT_CREATE: stages.a.schedule: the plugin @acme/steady 1.2.3 failed to make it (unlucky). Fix: check the options; if they are right, this is a fault of the plugin."`,
  );
});

test('plugins that cannot be found or whose manifest is wrong', async () => {
  expect(await message(() => open('./nowhere'))).toMatchInlineSnapshot(
    `"E_PLUGIN_NOT_FOUND: <folder>/study/a.yaml: the plugin folder "./nowhere" has no package.json. Fix: correct the path; it is relative to the folder of the experiment file."`,
  );
  expect(await message(() => open('@acme/nowhere'))).toMatchInlineSnapshot(
    `"E_PLUGIN_NOT_FOUND: <folder>/study/a.yaml: the plugin "@acme/nowhere" is not installed where this file can see it. Fix: run "npm install @acme/nowhere" in the folder of the experiment file, or correct the name under 'plugins'."`,
  );
  expect(
    await message(() => open(plugin('bare', { package: { dualbeat: undefined } }))),
  ).toMatchInlineSnapshot(
    `"E_PLUGIN_MANIFEST: <folder>/study/bare/package.json: the package has no "dualbeat" key, so it is not a plugin. Fix: name another package under 'plugins', or add { "dualbeat": { "range", "components" } } to its package.json."`,
  );
  expect(
    await message(() =>
      open(
        plugin('kind', {
          manifest: { components: [{ id: 'Acme', kind: 'los', summary: 's', sumary: 's' }] },
        }),
      ),
    ),
  ).toMatchInlineSnapshot(
    `"E_PLUGIN_MANIFEST: <folder>/study/kind/package.json: the manifest is not valid: dualbeat.components.0.sumary: unknown key 'sumary'; did you mean 'summary'? / dualbeat.components.0.id: 'Acme' does not match ^[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)?$; change the value / dualbeat.components.0.kind: 'los' is not one of encoder, projector, head, loss, task, optimizer, schedule, cohort, reader, transform, metric, figure, target-set, callback, launcher, search, tracker; did you mean 'loss'?. Fix: correct the "dualbeat" key of this file."`,
  );
  expect(
    await message(() => open(plugin('empty', { manifest: { components: [] } }))),
  ).toMatchInlineSnapshot(
    `"E_PLUGIN_MANIFEST: <folder>/study/empty/package.json: the manifest is not valid: dualbeat.components: it is empty; give at least 1. Fix: correct the "dualbeat" key of this file."`,
  );
  write('study/json/package.json', '{ "name": ');
  expect(await message(() => open('./json'))).toMatch(
    /^E_PLUGIN_MANIFEST: <folder>\/study\/json\/package.json: the file cannot be read as JSON/,
  );
  expect(
    await message(() =>
      open(
        plugin('entry', {
          manifest: {
            components: [{ id: 'acme/entry', kind: 'loss', summary: 's', entry: './x' }],
          },
        }),
      ),
    ),
  ).toMatchInlineSnapshot(
    `"E_PLUGIN_ENTRY: <folder>/study/entry/package.json: the manifest's entry "./x" is not in the package's exports. Fix: add "./x" to "exports", or correct the entry."`,
  );
});

test('an entry that was not built; conditions and sub-paths of exports', async () => {
  const exports = { '.': { types: './x.d.ts', require: './x.cjs', default: './dist/index.js' } };
  const unbuilt = plugin('unbuilt', { package: { exports } });
  expect(await message(() => open(unbuilt))).toMatchInlineSnapshot(
    `"E_PLUGIN_ENTRY: <folder>/study/unbuilt/package.json: the entry "." means <folder>/study/unbuilt/dist/index.js, which does not exist. Fix: build the plugin, or correct "exports"."`,
  );
  write('study/unbuilt/dist/index.js', code('acme/unbuilt'));
  expect((await open(unbuilt)).catalogue()[0]?.id).toBe('acme/unbuilt');
  // workspace packages run from source when this one does
  const source = { './deep': [{ '@dualbeat/source': './index.js', default: './nowhere.js' }] };
  const components = [{ id: 'acme/deep', kind: 'schedule', summary: 's', entry: './deep' }];
  const host = await open(
    plugin('deep', { package: { exports: source }, manifest: { components } }),
  );
  expect(host.component('schedule', 'acme/deep').id).toBe('acme/deep');
});

test('versions: checked before the code runs', async () => {
  const code = 'throw new Error("ran")';
  expect(
    await message(() => open(plugin('future', { code, manifest: { range: '^9.0.0' } }))),
  ).toMatchInlineSnapshot(
    `"E_PLUGIN_VERSION: the plugin @acme/future 1.2.3 wants @dualbeat/core ^9.0.0, and this is 0.1.0. Fix: install the version of the plugin that is made for this core, or the core that it wants."`,
  );
  expect(
    await message(() => open(plugin('odd', { code, manifest: { range: 'newest' } }))),
  ).toMatchInlineSnapshot(
    `"E_PLUGIN_MANIFEST: the range "newest" of the plugin @acme/odd 1.2.3 cannot be read. Fix: write it as "^0.1.0", "~0.1.0", ">=0.1.0 <0.3.0" or "0.1.0"."`,
  );
});

test('code that fails, exports something else, or disagrees with its manifest', async () => {
  expect(
    await message(() => open(plugin('throws', { code: 'throw new Error("no luck")' }))),
  ).toMatchInlineSnapshot(
    `"E_PLUGIN_IMPORT: file://<folder>/study/throws/index.js: the code of the plugin @acme/throws 1.2.3 failed while it was loaded (no luck). Fix: build or repair the plugin; the text in brackets says what failed."`,
  );
  expect(
    await message(() => open(plugin('export', { code: 'export default 3' }))),
  ).toMatchInlineSnapshot(
    `"E_PLUGIN_EXPORT: file://<folder>/study/export/index.js: the default export of the plugin @acme/export 1.2.3 was not made by definePlugin. Fix: end the entry with "export default definePlugin([...])", from @dualbeat/core."`,
  );
  expect(
    await message(() => open(plugin('disagrees', { code: code('acme/else') }))),
  ).toMatchInlineSnapshot(
    `"E_PLUGIN_DISAGREES: manifest and code of the plugin @acme/disagrees 1.2.3 do not agree: only the manifest has schedule "acme/disagrees"; only the code has schedule "acme/else". Fix: list the same kinds and ids in package.json#dualbeat and in definePlugin([...])."`,
  );
  expect(
    await message(() =>
      open(
        plugin('tuple', {
          code: code('acme/tuple').replace(/Type\.Number\(.*?\}\)/, 'Type.Tuple([Type.Number()])'),
        }),
      ),
    ),
  ).toMatch(/^E_COMPONENT_SCHEMA: the options schema of the schedule "acme\/tuple"/);
});

test('two of one name', async () => {
  const id = { id: 'acme/same', kind: 'schedule', summary: 's' };
  const first = plugin('first', { manifest: { components: [id] }, code: code('acme/same') });
  const second = plugin('second', { manifest: { components: [id] }, code: code('acme/same') });
  expect(await message(() => open(first, second))).toMatchInlineSnapshot(
    `"E_COMPONENT_DUPLICATE: the plugins @acme/first 1.2.3 and @acme/second 1.2.3 both register the schedule "acme/same". Fix: take one of the two out of 'plugins', or rename its component to "scope/name"."`,
  );
  expect(
    await message(() =>
      open(
        plugin('twice', { manifest: { components: [id] }, code: code('acme/same', 'acme/same') }),
      ),
    ),
  ).toMatchInlineSnapshot(
    `"E_COMPONENT_DUPLICATE: the plugin @acme/twice 1.2.3 registers the schedule "acme/same" twice. Fix: remove one of them."`,
  );
});

test('a plugin that cannot find what it imports', async () => {
  const code = "import { nothing } from '@acme/absent'; export default nothing;";
  expect(await message(() => open(plugin('lonely', { code })))).toMatchInlineSnapshot(
    `"E_PLUGIN_IMPORT: file://<folder>/study/lonely/index.js: the code of the plugin @acme/lonely 1.2.3 failed while it was loaded (Cannot find package '@acme/absent' imported from <folder>/study/lonely/index.js). Fix: install what is missing in the folder of the plugin: it must find its own dependencies, @dualbeat/core and typebox among them ("npm install @dualbeat/core typebox" there, or in a folder above)."`,
  );
});

test('what takes too long, or ends the process, is an error of the plugin', async () => {
  const exit = process.exit;
  const limits = { importMs: 400, createMs: 400, cohortMs: 400 };
  const openBounded = (name: string) => openHost(resolvePlugins([name], experiment()), { limits });
  const hangs = plugin('hangs', { code: 'await new Promise(() => undefined);' });
  expect(await message(() => openBounded(hangs))).toMatchInlineSnapshot(
    `"E_PLUGIN_HANGS: file://<folder>/study/hangs/index.js: the plugin @acme/hangs 1.2.3 was being loaded and did not come to an end within 0.4 s. Fix: repair the plugin; if it only needs longer, set DUALBEAT_PLUGIN_SECONDS=<seconds>."`,
  );
  const exits = plugin('exits', { code: 'process.exit(7);' });
  expect(await message(() => openBounded(exits))).toMatchInlineSnapshot(
    `"E_PLUGIN_EXITS: file://<folder>/study/exits/index.js: the plugin @acme/exits 1.2.3 called process.exit(7) while it was loaded. Fix: let the plugin throw an error that says what is wrong."`,
  );

  const acts = code('acme/acts').replace("throw new Error('unlucky')", 'for (;;)');
  const host = await openBounded(plugin('acts', { code: acts }));
  const make = (peak: number) =>
    message(() =>
      host.create('schedule', { use: 'acme/acts', options: { peak } }, null, 'stages.a.schedule'),
    );
  expect(await make(13)).toMatchInlineSnapshot(
    `"E_PLUGIN_HANGS: stages.a.schedule: the plugin @acme/acts 1.2.3 was making the schedule "acme/acts" and did not come to an end within 0.4 s. Fix: repair the plugin; if it only needs longer, set DUALBEAT_PLUGIN_SECONDS=<seconds>."`,
  );
  const waits = code('acme/waits').replace(
    "throw new Error('unlucky')",
    'return new Promise(() => undefined)',
  );
  const other = await openBounded(plugin('waits', { code: waits }));
  expect(
    await message(() =>
      other.create(
        'schedule',
        { use: 'acme/waits', options: { peak: 13 } },
        null,
        'stages.a.schedule',
      ),
    ),
  ).toMatchInlineSnapshot(
    `"E_PLUGIN_HANGS: stages.a.schedule: the plugin @acme/waits 1.2.3 was making the schedule "acme/waits" and did not come to an end within 0.4 s. Fix: repair the plugin; if it only needs longer, set DUALBEAT_PLUGIN_SECONDS=<seconds>."`,
  );
  const leaves = code('acme/leaves').replace("throw new Error('unlucky')", 'process.exit(3)');
  const last = await openBounded(plugin('leaves', { code: leaves }));
  expect(
    await message(() =>
      last.create(
        'schedule',
        { use: 'acme/leaves', options: { peak: 13 } },
        null,
        'stages.a.schedule',
      ),
    ),
  ).toMatchInlineSnapshot(
    `"E_PLUGIN_EXITS: stages.a.schedule: the plugin @acme/leaves 1.2.3 called process.exit(3) while making the schedule "acme/leaves". Fix: let the plugin throw an error that says what is wrong."`,
  );
  // the host goes on, and process.exit is itself again
  expect(await last.create('schedule', { use: 'acme/leaves' }, null)).toHaveProperty('at');
  expect(process.exit).toBe(exit);
});

test('a loop in imported code ends the process with 42 and the reason', () => {
  plugin('spins', { code: 'for (;;);' });
  write(
    'study/spin.mjs',
    `import { openHost, resolvePlugins } from '@dualbeat/core';
     await openHost(resolvePlugins(['./spins'], ${JSON.stringify(experiment())}), { limits: { importMs: 300 } });`,
  );
  const tsx = fileURLToPath(
    new URL('../../../../node_modules/tsx/dist/esm/index.mjs', import.meta.url),
  );
  const run = spawnSync(
    process.execPath,
    ['--conditions=@dualbeat/source', '--import', tsx, 'spin.mjs'],
    { cwd: join(folder, 'study'), encoding: 'utf8', timeout: 60_000 },
  );
  expect(run.status).toBe(42);
  expect(run.stderr.replaceAll(folder, '<folder>').split('\n')[0]).toMatchInlineSnapshot(
    `"E_PLUGIN_HANGS: file://<folder>/study/spins/index.js: the plugin @acme/spins 1.2.3 was being loaded and did not come to an end within 0.3 s. Fix: repair the plugin; if it only needs longer, set DUALBEAT_PLUGIN_SECONDS=<seconds>."`,
  );
});

test('what was made is released once, the last one first, children before parents; the first failure is told', async () => {
  const code = `
    import { definePlugin } from '@dualbeat/core';
    import { Type } from 'typebox';
    const options = Type.Object({ name: Type.String({ default: 'a', description: 'Name.' }) }, { additionalProperties: false });
    const figure = { kind: 'figure', id: 'acme/closes', options, create: ({ name }) => ({
      draw: async () => [],
      close: async () => {
        await new Promise((resolve) => setTimeout(resolve, name === 'slow' ? 30 : 0));
        (globalThis.acmeClosed ??= []).push(name);
        if (name === 'bad') throw new Error('stuck');
      },
    }) };
    export default definePlugin([figure]);`;
  const components = [{ id: 'acme/closes', kind: 'figure', summary: 's' }];
  const host = await open(plugin('closes', { code, manifest: { components } }));
  const make = (of: typeof host, name: string) =>
    of.create('figure', { use: 'acme/closes', options: { name } }, null, `figure ${name}`);
  await make(host, 'first');
  const child = host.child();
  await make(child, 'slow');
  await make(child, 'bad');
  await make(host, 'last');
  expect(await message(() => host.release())).toMatchInlineSnapshot(
    `"E_COMPONENT_CLOSE: figure bad: the plugin @acme/closes 1.2.3 failed to release it (stuck). Fix: repair close() of the plugin."`,
  );
  await host.release().catch(() => undefined);
  const closed = (globalThis as { acmeClosed?: string[] }).acmeClosed;
  expect(closed).toEqual(['last', 'bad', 'slow', 'first']);
  expect(await message(() => make(child, 'late'))).toMatch(/^E_HOST_CLOSED/);
});

test('what is made must be what its kind asks for', async () => {
  const made = (kind: string, body: string) => {
    const id = `acme/${kind}`;
    const code = `
      import { definePlugin } from '@dualbeat/core';
      import { Type } from 'typebox';
      const options = Type.Object({}, { additionalProperties: false });
      const variable = { shape: [2], decay: true, init: () => new Float32Array(2) };
      export default definePlugin([{ kind: '${kind}', id: '${id}', options, create: (_options, from) => (${body}) }]);`;
    const components = [{ id, kind, summary: 's' }];
    return open(plugin(`made-${kind}-${count++}`, { code, manifest: { components } }));
  };
  let count = 0;
  const input = { shape: [2, 8], dtype: 'float32' } as const;
  const encoder = async (body: string) => {
    const host = await made('encoder', body);
    return message(() =>
      host.create('encoder', { use: 'acme/encoder' }, { input }, 'encoders.ecg'),
    );
  };
  const rest = "params: {}, state: {}, pooling: 'p', input: from.input";
  expect(await encoder('undefined')).toMatchInlineSnapshot(
    `"E_COMPONENT_MADE: encoders.ecg: the plugin @acme/made-encoder-0 1.2.3 made undefined in place of the encoder "acme/encoder". Fix: correct create() of the plugin; its conformance suite shows this too."`,
  );
  expect(await encoder(`{ ${rest}, width: 4 }`)).toMatchInlineSnapshot(
    `"E_COMPONENT_MADE: encoders.ecg: the plugin @acme/made-encoder-1 1.2.3 made the encoder "acme/encoder" without apply(). Fix: correct create() of the plugin; its conformance suite shows this too."`,
  );
  expect(await encoder(`{ ${rest}, width: 4.5, apply() {} }`)).toMatchInlineSnapshot(
    `"E_COMPONENT_MADE: encoders.ecg: the plugin @acme/made-encoder-2 1.2.3 made the encoder "acme/encoder" of width 4.5. Fix: correct create() of the plugin; its conformance suite shows this too."`,
  );
  expect(
    await encoder(`{ ${rest}, width: 4, apply() {}, params: { w: { ...variable, shape: [0] } } }`),
  ).toMatchInlineSnapshot(
    `"E_COMPONENT_MADE: encoders.ecg: the plugin @acme/made-encoder-3 1.2.3 made the encoder "acme/encoder" whose params 'w' has no shape of whole numbers, 'decay' and init(). Fix: correct create() of the plugin; its conformance suite shows this too."`,
  );
  expect(
    await encoder(`{ ${rest}, width: 4, apply() {}, input: { shape: [2, 9], dtype: 'float32' } }`),
  ).toMatchInlineSnapshot(
    `"E_COMPONENT_MADE: encoders.ecg: the plugin @acme/made-encoder-4 1.2.3 made the encoder "acme/encoder", which says that its input is [2, 9] float32, of an input [2, 8] float32. Fix: correct create() of the plugin; its conformance suite shows this too."`,
  );
  const task = await made('task', '{ accepts() {} }');
  expect(
    await message(() =>
      task.create(
        'task',
        { use: 'acme/task' },
        { encoders: {}, projectors: {}, loss: {} as never },
        'stages.a.task',
      ),
    ),
  ).toMatchInlineSnapshot(
    `"E_COMPONENT_MADE: stages.a.task: the plugin @acme/made-task-5 1.2.3 made the task "acme/task" without encode(), objective(). Fix: correct create() of the plugin; its conformance suite shows this too."`,
  );
});
