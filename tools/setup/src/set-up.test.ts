/** @file The set-up's own scripts, as processes in temporary repositories. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'dualbeat-setup-'));
let root = '';

afterAll(() => rmSync(temporary, { recursive: true, force: true }));
beforeEach(() => {
  root = mkdtempSync(join(temporary, 'repository-'));
  cpSync(join(repository, 'tools/setup'), join(root, 'tools/setup'), { recursive: true });
  put(
    'package.json',
    JSON.stringify({ name: 'tiny', version: '1.0.0', type: 'module', workspaces: ['packages/*'] }),
  );
});

function put(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** Runs a module's function in a process of its own and gives what it printed and returned. */
function call(module: string, expression: string) {
  const url = JSON.stringify(join(root, 'tools/setup/src', module));
  const script = `import * as m from ${url};\nconst root = ${JSON.stringify(root)};\n
    console.log('RESULT ' + JSON.stringify(await ${expression}));`;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    npm_config_cache: join(temporary, 'npm'),
    npm_config_offline: 'true',
  };
  for (const name of Object.keys(env)) if (/^(VITEST|DUALBEAT_TEST)/.test(name)) delete env[name];
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  const result = /^RESULT (.*)$/m.exec(done.stdout)?.[1];
  return {
    result: result === undefined ? undefined : JSON.parse(result),
    said: done.stdout + done.stderr,
  };
}

describe('node version', () => {
  it('is checked with a message that says what to do', () => {
    expect(call('node-version.js', `m.checkNode('20.19.0') && m.checkNode('24.1.0')`).result).toBe(
      true,
    );
    const { result, said } = call('node-version.js', `m.checkNode('18.20.4')`);
    expect(result).toBe(false);
    expect(said.split('\n').find((line) => line.startsWith('E_'))).toMatchInlineSnapshot(
      `"E_NODE_VERSION: this is Node.js 18.20.4; Dualbeat needs 20.19 or later. Fix: install a current version (nodejs.org, nvm or fnm) and run the command again."`,
    );
    expect(call('node-version.js', `m.checkNode('20.18.9')`).result).toBe(false);
  });
});

describe('dependencies', () => {
  const ensure = () => call('dependencies.js', 'm.ensureDependencies(root)');

  beforeEach(() => {
    put('packages/one/package.json', JSON.stringify({ name: 'one', version: '1.0.0' }));
    const packages = {
      '': { name: 'tiny', version: '1.0.0', workspaces: ['packages/*'] },
      'node_modules/one': { resolved: 'packages/one', link: true },
      'packages/one': { version: '1.0.0' },
    };
    put(
      'package-lock.json',
      JSON.stringify({
        name: 'tiny',
        version: '1.0.0',
        lockfileVersion: 3,
        requires: true,
        packages,
      }),
    );
  });

  it('are installed once', () => {
    expect(ensure()).toMatchObject({ result: true });
    expect(existsSync(join(root, 'node_modules/one/package.json'))).toBe(true);
    expect(ensure()).toMatchObject({ result: false, said: 'RESULT false\n' });
  });

  it('heal after an interruption, a deleted package and a new lock file', () => {
    mkdirSync(join(root, 'node_modules/.staging'), { recursive: true }); // what a killed npm ci leaves: no record, no stamp
    expect(ensure().result).toBe(true);
    rmSync(join(root, 'node_modules/one'));
    expect(ensure().result).toBe(true);
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const packages = {
      ...lock.packages,
      'node_modules/one': { ...lock.packages['node_modules/one'], version: '1.0.1' },
    };
    put('package-lock.json', JSON.stringify({ ...lock, packages }));
    expect(ensure().result).toBe(true);
    expect(ensure().result).toBe(false);
  });

  it('that npm itself installed are accepted', () => {
    expect(ensure().result).toBe(true);
    rmSync(join(root, 'node_modules/.dualbeat-setup.json'));
    expect(ensure().result).toBe(false);
    expect(existsSync(join(root, 'node_modules/.dualbeat-setup.json'))).toBe(true);
  });

  it('that cannot be installed give a coded error, and no stamp', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    lock.packages['packages/one'].dependencies = { absent: '1.0.0' };
    put(
      'packages/one/package.json',
      JSON.stringify({ name: 'one', version: '1.0.0', dependencies: { absent: '1.0.0' } }),
    );
    lock.packages['node_modules/absent'] = {
      version: '1.0.0',
      resolved: 'http://127.0.0.1:9/absent.tgz',
      integrity: 'sha512-x',
    };
    put('package-lock.json', JSON.stringify(lock));
    const { result, said } = call(
      'errors.js',
      `m.reportErrors(async () => {
      const { ensureDependencies } = await import(${JSON.stringify(join(root, 'tools/setup/src/dependencies.js'))});
      return ensureDependencies(root); })`,
    );
    expect(result).toBe(1);
    expect(said).toMatch(
      /^E_DEPENDENCIES: npm ci failed with exit code \d+; its message is above\. Fix: /m,
    );
    expect(existsSync(join(root, 'node_modules/.dualbeat-setup.json'))).toBe(false);
  });

  it('need a lock file', () => {
    rmSync(join(root, 'package-lock.json'));
    expect(ensure().said).toContain('E_LOCK_MISSING');
  });
});

describe('test tiers', () => {
  const head = `import { expect, it } from 'vitest';\n`;
  const config = `export default { test: { include: ['packages/*/src/*.test.ts'], maxWorkers: 1, pool: 'forks' } };`;

  beforeEach(() => {
    symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
    put('vitest.config.ts', config);
    put(
      'packages/a/src/a.test.ts',
      `${head}it('adds', () => expect(1 + 1).toBe(2));\nit.skip('later', () => {});\nit.todo('more');`,
    );
  });

  it('count what passed, failed and was skipped', () => {
    put(
      'packages/a/src/b.test.ts',
      `${head}it('fails', () => expect(1).toBe(2));\nit('passes', () => expect(1).toBe(1));`,
    );
    put('packages/a/src/c.test.ts', `import './absent.ts';\n${head}it('never runs', () => {});`);
    expect(call('quick-tier.js', 'm.runQuickTier(root, [])').result).toEqual({
      passed: 2,
      failed: 2,
      skipped: 2,
    });
    expect(call('quick-tier.js', `m.runQuickTier(root, ['a.test'])`).result).toEqual({
      passed: 1,
      failed: 0,
      skipped: 2,
    });
  });

  it.each([
    ['a worker that dies', `process.kill(process.pid, 'SIGKILL');`],
    [
      'an unhandled rejection',
      `setTimeout(() => Promise.reject(new Error('late')), 1); await new Promise((r) => setTimeout(r, 50));`,
    ],
  ])('count %s as a failure', (_, body) => {
    put('packages/a/src/b.test.ts', `${head}it('is last', async () => { ${body} });`);
    const { result } = call('quick-tier.js', 'm.runQuickTier(root, [])');
    expect(result.failed).toBeGreaterThan(0);
  });

  it('count no test file at all as a failure', () => {
    expect(call('quick-tier.js', `m.runQuickTier(root, ['nothing'])`).result).toMatchObject({
      passed: 0,
      failed: 1,
    });
  });

  it('print the closing line', () => {
    expect(call('results.js', 'm.closingLine({ passed: 3, failed: 1, skipped: 2 })').result).toBe(
      '3 passed, 1 failed, 2 skipped',
    );
  });

  it('full: continues where it stopped, starts over when the tree changes, and writes its summary', () => {
    const tag = join(root, 'ready');
    put(
      'packages/a/src/b.test.ts',
      `${head}import { existsSync } from 'node:fs';
      it('waits', () => expect(existsSync(${JSON.stringify(tag)})).toBe(true));
      it('is full', () => expect(process.env.DUALBEAT_TEST_FULL).toBe('1'));`,
    );
    const full = () => call('full-tier.js', 'm.runFullTier(root, [])');
    const first = full();
    expect(first.result).toEqual({ passed: 2, failed: 1, skipped: 2 });
    expect(first.said).toContain('full tier: 2 test files, 0 passed before, 2 to run');
    writeFileSync(tag, '');
    const second = full();
    expect(second.result).toEqual({ passed: 3, failed: 0, skipped: 2 });
    expect(second.said).toContain('full tier: 2 test files, 1 passed before, 1 to run');
    expect(full().said).toContain('2 passed before, 0 to run');
    const page = readFileSync(join(root, 'docs/test-full.md'), 'utf8');
    expect(page).toContain('**3 passed, 0 failed, 2 skipped**, 2 files');
    expect(page).toContain('| packages/a/src/b.test.ts | 2 | 0 | 0 |');
    expect(page).toContain('- packages/a/src/a.test.ts: later');
    put('packages/a/src/new.ts', 'export {};');
    expect(full().said).toContain('0 passed before, 2 to run');
  });
});
