import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pluginKinds } from '@dualbeat/plugin-kit/templates';
import { afterAll, expect, test } from 'vitest';
import { main } from '../cli.ts';
import { captured } from '../../test/captured.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualbeat-scaffold-'));
afterAll(() => rmSync(folder, { recursive: true }));
const packed = join(folder, 'packed');

/** An index as `npm run pack` writes it: one package needs another. */
function pack(names: readonly string[]): void {
  mkdirSync(packed, { recursive: true });
  const index = names.map((name) => [
    name,
    { file: `${name.replace('@', '').replace('/', '-')}-0.1.0.tgz`, version: '0.1.0', needs: [] },
  ]);
  const made = Object.fromEntries(index) as { [name: string]: { needs: string[] } };
  (made['@dualbeat/cli'] as { needs: string[] }).needs.push('@dualbeat/core');
  writeFileSync(join(packed, 'index.json'), JSON.stringify(made));
}
const all = ['cli', 'core', 'standard', 'plugin-kit', 'nn', 'cohort-synthetic', 'cohort-files']
  .concat(['cardiac-figures', 'contrastive', 'downstream', 'ecg-io', 'ecg-vit'])
  .map((name) => `@dualbeat/${name}`);
pack(all);

const run = (...args: string[]) => captured(() => main([...args, '--packages', packed]));
const told = (text: string) => text.replaceAll(folder, '<folder>').trim();

test('a plugin: a whole package, with the packages as files', async () => {
  const into = join(folder, 'tempered');
  const { code, stdout } = await run(
    'plugins',
    'new',
    'acme/tempered',
    '--kind',
    'loss',
    '--into',
    into,
    '--json',
  );
  expect(code).toBe(0);
  const files = ['.gitignore', 'README.md', 'experiment.yaml', 'package.json', 'src/index.ts']
    .concat(['src/tempered.test.ts', 'src/tempered.ts', 'tsconfig.build.json', 'tsconfig.json'])
    .concat(['vitest.config.ts']);
  expect(JSON.parse(stdout)).toEqual({
    status: 'written',
    exitCode: 0,
    folder: into,
    files,
    next: 'npm install --ignore-scripts && npm test',
  });
  const json = JSON.parse(readFileSync(join(into, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  expect(json).toMatchObject({
    name: '@acme/tempered',
    peerDependencies: { '@dualbeat/core': '^0.1.0', typebox: '1.4.3' },
    dualbeat: { range: '^0.1.0', components: [{ id: 'acme/tempered', kind: 'loss' }] },
  });
  // also what the command itself needs
  expect(json.devDependencies['@dualbeat/core']).toBe('file:../packed/dualbeat-core-0.1.0.tgz');
});

test.each(pluginKinds())('%s: everything is filled in', async (kind) => {
  const into = join(folder, kind);
  expect(
    (await run('plugins', 'new', `acme/my-${kind}`, '--kind', kind, '--into', into)).code,
  ).toBe(0);
  for (const path of readdirSync(into, { recursive: true, withFileTypes: true })) {
    if (path.isDirectory()) continue;
    const text = readFileSync(join(path.parentPath, path.name), 'utf8');
    expect(text).not.toMatch(/\{\{\w+\}\}/);
    // a generated study must not name the place where it was made
    expect(text).not.toContain(folder);
  }
});

test('a study', async () => {
  const study = join(folder, 'my-study');
  const { code, stdout } = await run('new', study, '--json');
  expect([code, (JSON.parse(stdout) as { files: string[] }).files]).toEqual([
    0,
    ['.gitignore', 'README.md', 'experiments/first.yaml', 'package.json', 'plugins/README.md'],
  ]);
});

test('what is refused, and that nothing is touched', async () => {
  const taken = join(folder, 'taken');
  mkdirSync(taken);
  writeFileSync(join(taken, 'mine.txt'), 'mine');
  const loss = ['--kind', 'loss'];
  const cases = [
    ['plugins', 'new', 'acme/x', '--kind', 'launcher'],
    ['plugins', 'new', 'acme/x', '--kind', 'los'],
    ['plugins', 'new', 'tempered', ...loss],
    ['plugins', 'new', 'acme/../x', ...loss],
    ['plugins', 'new', 'acme/x', ...loss, '--into', taken],
    ['plugins', 'new', 'acme/x', ...loss, '--into', join(taken, 'mine.txt')],
    ['new', taken],
    ['new', join(folder, 'My Study')],
    ['new', ''],
  ];
  const messages: string[] = [];
  for (const args of cases) {
    const { code, stderr } = await run(...args);
    messages.push(`${code} ${told(stderr)}`);
  }
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "42 E_PLUGIN_KIND: --kind: there is no template of the kind "launcher"; there is: cohort, encoder, head, loss, metric, projector, reader, transform. Fix: use one of these kinds.
    42 E_PLUGIN_KIND: --kind: there is no template of the kind "los"; there is: cohort, encoder, head, loss, metric, projector, reader, transform. Fix: did you mean "loss"?
    42 E_PLUGIN_NAME: tempered: the id of a plugin's component is "scope/name", of small letters, digits and hyphens; names without a scope are the project's own. Fix: take your organisation as the scope: my-lab/tempered.
    42 E_PLUGIN_NAME: acme/../x: the id of a plugin's component is "scope/name", of small letters, digits and hyphens; names without a scope are the project's own. Fix: take your organisation as the scope: my-lab/tempered.
    42 E_FOLDER_TAKEN: <folder>/taken: the folder is not empty (it has mine.txt), and nothing is overwritten. Fix: name another folder, or empty this one.
    42 E_FOLDER_TAKEN: <folder>/taken/mine.txt: this is a file, and nothing is overwritten. Fix: name another folder.
    42 E_FOLDER_TAKEN: <folder>/taken: the folder is not empty (it has mine.txt), and nothing is overwritten. Fix: name another folder, or empty this one.
    42 E_STUDY_NAME: <folder>/My Study: the name of a study is the name of its folder: small letters, digits, dots and hyphens. Fix: name it as in \`dualbeat new my-study\` or \`dualbeat new ../my-study\`.
    42 E_STUDY_NAME: (empty): the name of a study is the name of its folder: small letters, digits, dots and hyphens. Fix: name it as in \`dualbeat new my-study\` or \`dualbeat new ../my-study\`."
  `);
  expect(readdirSync(taken)).toEqual(['mine.txt']);
});

test('packages that were not packed', async () => {
  const into = join(folder, 'none');
  const nowhere = ['--into', into, '--packages', join(folder, 'nowhere')];
  const missing = await captured(() =>
    main(['plugins', 'new', 'acme/x', '--kind', 'loss', ...nowhere]),
  );
  expect(`${missing.code} ${told(missing.stderr)}`).toMatchInlineSnapshot(
    `"42 E_PACKAGES_MISSING: the packed packages were not found (<folder>/nowhere); they are not on npm yet. Fix: run \`npm run pack\` in the repository, or name their folder with --packages."`,
  );
  pack(all.filter((name) => name !== '@dualbeat/ecg-io'));
  const partly = await run('plugins', 'new', 'acme/x', '--kind', 'loss', '--into', into);
  expect(`${partly.code} ${told(partly.stderr)}`).toMatchInlineSnapshot(
    `"42 E_PACKAGE_UNPACKED: <folder>/packed: the folder has no tarball of @dualbeat/ecg-io. Fix: run \`npm run pack\` in the repository again."`,
  );
  expect(readdirSync(folder)).not.toContain('none');
  pack(all);
});
