/** @file `nx g @dualbeat/workspace:plugin` in a copy of the workspace's own files: the plugin passes its suite where it stands. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bin, repository, succeed } from './processes.ts';

const full = process.env['DUALBEAT_TEST_FULL'] === '1';
const folder = mkdtempSync(join(tmpdir(), 'dualbeat-workspace-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.runIf(full)(
  'generate, check, run',
  async () => {
    const files = ['package.json', 'nx.json', 'tsconfig.base.json', '.prettierrc.json'];
    for (const name of [...files, 'vitest.config.ts', 'tools/workspace'])
      cpSync(join(repository, name), join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'tsconfig.json'), '{ "files": [], "references": [] }\n');
    mkdirSync(join(folder, 'plugins'));
    for (const name of ['node_modules', 'packages'])
      symlinkSync(join(repository, name), join(folder, name));

    const modules = join(repository, 'node_modules');
    const nx = [join(modules, 'nx/dist/bin/nx.js'), 'g', '@dualbeat/workspace:plugin'];
    const generate = [...nx, 'tempered', '--kind', 'loss', '--no-interactive'];
    await succeed(process.execPath, generate, folder, { NX_DAEMON: 'false' });

    const prettier = [join(modules, 'prettier/bin/prettier.cjs'), '--check', 'plugins'];
    await succeed(process.execPath, prettier, folder);
    const vitest = [join(modules, 'vitest/vitest.mjs'), 'run', 'plugins/tempered'];
    const env = { NO_COLOR: '1', DUALBEAT_TEST_RUNTIMES: 'js' };
    const { stdout } = await succeed(process.execPath, vitest, folder, env);
    expect(stdout).toContain('Test Files  1 passed (1)');
    const run = [bin, 'run', 'plugins/tempered/experiment.yaml', '--json'];
    const ran = await succeed(process.execPath, run, folder);
    expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'finished', exitCode: 0 });
  },
  180_000,
);
