/** @file The code of docs/plugin-authoring.md: it type-checks, passes its suites and trains five steps. */
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
import { renderPlugin } from '@dualbeat/plugin-kit/templates';
import { afterAll, expect, test } from 'vitest';
import { bin, program, repository, succeed } from './processes.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dualbeat-authoring-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = readFileSync(join(repository, 'docs', 'plugin-authoring.md'), 'utf8');
/** Blocks whose first line names their file. */
const blocks = [...page.matchAll(/```(?:ts|yaml)\n(?:\/\/|#) (\S+)\n([\s\S]*?)```/g)].map(
  ([, path = '', text = '']) => [path, text] as const,
);

function writePlugin(): void {
  const options = {
    kind: 'encoder',
    id: 'my-lab/windows',
    where: 'own',
    version: '0.1.0',
  } as const;
  const around = renderPlugin(options);
  const { name, ...json } = JSON.parse(around['package.json'] ?? '') as { name: string };
  const components = [
    ['my-lab/tempered', 'loss'],
    ['my-lab/windows', 'encoder'],
    ['my-lab/scaled', 'head'],
  ].map(([id, kind]) => ({ id, kind, summary: 'One of the page.', entry: '.' }));
  const manifest = { name, ...json, dualbeat: { range: '^0.1.0', components } };
  // From source: no build.
  const files = {
    'package.json': JSON.stringify({ ...manifest, exports: './src/index.ts' }),
    'tsconfig.json': around['tsconfig.json'] ?? '',
    'README.md': 'my-lab/tempered, my-lab/windows, my-lab/scaled',
    ...Object.fromEntries(blocks),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
}

test('the page holds a whole plugin', () => {
  expect(blocks.map(([path]) => path).sort((a, b) => (a < b ? -1 : 1))).toEqual([
    'experiment.yaml',
    'src/index.ts',
    'src/scaled.test.ts',
    'src/scaled.ts',
    'src/tempered.test.ts',
    'src/tempered.ts',
    'src/windows.test.ts',
    'src/windows.ts',
  ]);
  writePlugin();
});

test('it type-checks, conforms and runs', async () => {
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const types = ['--customConditions', '@dualbeat/source', '--allowImportingTsExtensions'];
  const { stdout } = await program(process.execPath, [tsc, '-p', folder, ...types], folder);
  expect(stdout.split('\n').filter((line) => line.startsWith('src/'))).toEqual([]);

  const resolve = { conditions: ['@dualbeat/source', 'module', 'node', 'import', 'default'] };
  const run = { testTimeout: 120_000, pool: 'forks', execArgv: ['--conditions=@dualbeat/source'] };
  const config = { root: folder, resolve, ssr: { resolve }, test: run };
  writeFileSync(join(folder, 'vitest.config.mjs'), `export default ${JSON.stringify(config)};\n`);
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
  const env = { NO_COLOR: '1', DUALBEAT_TEST_RUNTIMES: 'js' };
  const suites = await succeed(process.execPath, [vitest, 'run'], folder, env);
  expect(suites.stdout).toContain('Test Files  3 passed (3)');

  const ran = await succeed(process.execPath, [bin, 'run', 'experiment.yaml', '--json'], folder);
  expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'finished', exitCode: 0 });
}, 240_000);
