/**
 * @file A third party's first plugin: the packages are packed and installed in an empty folder outside the repository, a study is
 * made there, a loss plugin in it, its conformance suite passes, and an experiment of five steps uses it. What is packed is
 * transpiled, not built: the real build takes minutes and gives the same code beside declarations.
 */
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bin, program, repository, succeed } from './processes.ts';
import type { Ended } from './processes.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dualbeat-third-party-')));
const study = join(folder, 'study');
const plugin = join(study, 'plugins', 'tempered');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const npm = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
const unreachable = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED/;
const installed = join(study, 'node_modules', '@dualbeat', 'cli', 'bin', 'dualbeat.js');
const dualbeat = (args: readonly string[], cwd = study): Promise<Ended> =>
  succeed(process.execPath, [installed, ...args], cwd);

test('pack, install elsewhere, generate a loss, check it, run it', async (context) => {
  const took: string[] = [];
  const note = (what: string, { seconds }: Ended): void =>
    void took.push(`${what} ${seconds.toFixed(0)} s`);

  const packed = join(folder, 'packed');
  const pack = [join(repository, 'tools', 'setup', 'pack.js'), packed, '--transpile'];
  note('pack', await succeed(process.execPath, pack, repository));
  note('new', await succeed(process.execPath, [bin, 'new', study, '--packages', packed], folder));
  const install = await program('npm', ['install', ...npm], study);
  if (install.code !== 0 && unreachable.test(install.stderr)) {
    console.warn(`SKIPPED: the npm registry cannot be reached:\n${install.stderr}`);
    context.skip('the npm registry cannot be reached');
  }
  expect(install.code, install.stderr).toBe(0);
  note('install', install);
  // Copies from the tarballs, no links into the repository.
  const cli = join(study, 'node_modules', '@dualbeat', 'cli');
  expect(realpathSync(cli)).toBe(cli);
  expect(readdirSync(cli).sort()).toEqual(['README.md', 'bin', 'dist', 'package.json', 'src']);

  // The installed command finds the tarballs by itself.
  const made = await dualbeat([
    'plugins',
    'new',
    'acme/tempered',
    '--kind',
    'loss',
    '--into',
    'plugins/tempered',
    '--json',
  ]);
  expect(JSON.parse(made.stdout)).toMatchObject({
    status: 'written',
    exitCode: 0,
    folder: plugin,
    next: 'npm test',
  });

  // Types come from the sources that the tarballs hold: a transpiled package has no declarations. What those sources hold
  // against these settings is the repository's matter; that of the test file is told by templates.test.ts.
  const tsc = join(study, 'node_modules', 'typescript', 'bin', 'tsc');
  const build = [tsc, '-p', 'tsconfig.build.json', '--customConditions', '@dualbeat/source'];
  const built = await program(process.execPath, build, plugin);
  note('build', built);
  expect(built.stdout.split('\n').filter((line) => line.startsWith('src/'))).toEqual([]);
  const vitest = join(study, 'node_modules', 'vitest', 'vitest.mjs');
  const env = { DUALBEAT_TEST_RUNTIMES: 'js', NO_COLOR: '1' };
  const suite = await succeed(process.execPath, [vitest, 'run'], plugin, env);
  note('conformance', suite);
  expect(suite.stdout).toMatch(/Test Files {2}1 passed \(1\)/);
  expect(Number(/Tests {2}(\d+) passed/.exec(suite.stdout)?.[1])).toBeGreaterThan(20);

  const doctor = await dualbeat(['plugins', 'doctor', './', '--json'], plugin);
  expect(JSON.parse(doctor.stdout)).toMatchObject({
    plugins: [{ name: '@acme/tempered', ok: true, components: 1, problems: [] }],
  });

  const ran = await dualbeat(['run', 'experiment.yaml', '--json'], plugin);
  note('run', ran);
  const result = JSON.parse(ran.stdout) as {
    status: string;
    report: string;
    metrics: Record<string, number>;
  };
  expect(result.status).toBe('finished');
  // The plugin's own report beside the loss: the loss has one part.
  expect(result.metrics['val/tempered.parameters']).toBe(result.metrics['val/loss']);
  expect(readFileSync(result.report, 'utf8')).toContain('acme/tempered');
  expect(trained(join(plugin, 'runs', 'try-tempered', 'stages'))).toMatchObject({ step: 5 });
  console.info(took.join(', '));
}, 600_000);

/** What the journal of the only stage says at its end. */
function trained(stages: string): unknown {
  const [stage = ''] = readdirSync(stages);
  const lines = readFileSync(join(stages, stage, 'journal.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const entries = lines.map((line) => JSON.parse(line) as { type: string; trained?: unknown });
  return entries.find(({ type }) => type === 'finished')?.trained;
}
