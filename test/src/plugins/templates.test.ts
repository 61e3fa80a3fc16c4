/**
 * @file Every template as it is generated: it type-checks, passes its conformance suite, and its experiment can be planned (and run
 * in the full tier). Packages come from source; the packed ones are those of third-party.test.ts.
 */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadExperiment } from '@dualbeat/core';
import { alwaysPlugins, explainPlan, planRun } from '@dualbeat/experiment';
import { pluginKinds, renderPlugin } from '@dualbeat/plugin-kit/templates';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bin, program, repository, succeed } from './processes.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dualbeat-templates-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const full = process.env['DUALBEAT_TEST_FULL'] === '1';
const kinds = pluginKinds();
const folderOf = (kind: string): string => join(folder, 'plugins', `my-${kind}`);

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

beforeAll(() => {
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  for (const kind of kinds) {
    const id = `acme/my-${kind}`;
    const files = renderPlugin({ kind, id, where: 'own', version: '0.1.0' });
    for (const [path, text] of Object.entries(files)) write(join(folderOf(kind), path), text);
    // What `npm run build` makes, without checking types twice.
    for (const name of ['index', `my-${kind}`]) {
      const source = readFileSync(join(folderOf(kind), 'src', `${name}.ts`), 'utf8');
      const module = ts.ModuleKind.ESNext;
      const target = ts.ScriptTarget.ES2023;
      const compilerOptions = { module, target, rewriteRelativeImportExtensions: true };
      const { outputText } = ts.transpileModule(source, { compilerOptions });
      write(join(folderOf(kind), 'dist', `${name}.js`), outputText);
    }
  }
});

test('all of them type-check under their own settings', async () => {
  const [first = ''] = kinds;
  const config = {
    extends: join(folderOf(first), 'tsconfig.json'),
    compilerOptions: { customConditions: ['@dualbeat/source'], allowImportingTsExtensions: true },
    include: [join(folder, 'plugins/*/src')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const { stdout } = await program(process.execPath, [tsc, '-p', folder], folder);
  // The sources of the packages are checked by the repository itself, under its own settings.
  expect(stdout.split('\n').filter((line) => line.startsWith('plugins/'))).toEqual([]);
}, 180_000);

test('all of them pass their conformance suites', async () => {
  const resolve = { conditions: ['@dualbeat/source', 'module', 'node', 'import', 'default'] };
  const config = {
    root: folder,
    resolve,
    ssr: { resolve },
    test: {
      include: ['plugins/*/src/**/*.test.ts'],
      pool: 'forks',
      maxWorkers: 2,
      testTimeout: 120_000,
      hookTimeout: 120_000,
      execArgv: ['--conditions=@dualbeat/source'],
    },
  };
  writeFileSync(join(folder, 'vitest.config.mjs'), `export default ${JSON.stringify(config)};\n`);
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
  const env = { NO_COLOR: '1', ...(full ? {} : { DUALBEAT_TEST_RUNTIMES: 'js' }) };
  const { stdout } = await succeed(process.execPath, [vitest, 'run'], folder, env);
  expect(stdout).toContain(`Test Files  ${kinds.length} passed (${kinds.length})`);
}, 300_000);

describe.each(kinds)('the experiment of %s', (kind) => {
  test('can be planned', async () => {
    if (kind === 'reader') await succeed(process.execPath, ['make-example.js'], folderOf(kind));
    const file = join(folderOf(kind), 'experiment.yaml');
    const loaded = await loadExperiment({ file, always: alwaysPlugins });
    const { stages } = explainPlan(await planRun(loaded));
    loaded.host.close();
    expect(stages.map(({ name, parameters }) => [name, parameters.total > 0])).toEqual([
      ['train', true],
    ]);
  }, 60_000);

  test.runIf(full)(
    'runs',
    async () => {
      const args = [bin, 'run', 'experiment.yaml', '--json'];
      const { stdout } = await succeed(process.execPath, args, folderOf(kind));
      expect(JSON.parse(stdout)).toMatchObject({ status: 'finished', exitCode: 0 });
    },
    120_000,
  );
});
