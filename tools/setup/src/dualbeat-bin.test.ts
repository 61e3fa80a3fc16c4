/** @file The `dualbeat` command in a small clone: source or dist, exit codes, signals. */
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'dualbeat-bin-'));
let root = '';

const MAIN = `
const [what] = process.argv.slice(2) as readonly string[];
if (what === 'fail') process.exitCode = 7;
if (what === 'die') process.kill(process.pid, 'SIGKILL');
if (what === 'wait') {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGUSR1'] as const) {
    process.on(name, () => { console.log('got ' + name); process.exit(name === 'SIGUSR1' ? 3 : 0); });
  }
  setInterval(() => {}, 1000);
}
console.log('source', process.argv.slice(2).join(' '), process.execArgv.includes('--conditions=@dualbeat/source'));
`;

afterAll(() => rmSync(temporary, { recursive: true, force: true }));
beforeEach(() => {
  root = mkdtempSync(join(temporary, 'clone-'));
  cpSync(join(repository, 'packages/cli/bin'), join(root, 'packages/cli/bin'), { recursive: true });
  put('package.json', '{ "type": "module" }');
  put('tsconfig.base.json', '{}');
  put('packages/cli/package.json', '{ "type": "module" }');
  put('packages/cli/src/main.ts', MAIN);
  put('plugins/one/package.json', '{}');
  put('plugins/one/src/index.ts', 'export {};');
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
});

function put(path: string, content: string, secondsFromNow = -10): void {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  const time = performance.timeOrigin / 1000 + performance.now() / 1000 + secondsFromNow;
  utimesSync(full, time, time);
}

function build(): void {
  put('packages/cli/dist/main.js', `console.log('dist', process.argv.slice(2).join(' '));`, -5);
  for (const project of ['packages/cli', 'plugins/one'])
    put(`${project}/dist/tsconfig.lib.tsbuildinfo`, '{}', -5);
}

function dualbeat(...args: string[]) {
  const bin = join(root, 'packages/cli/bin/dualbeat.js');
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
  });
  return { status, signal, stdout: stdout.trim(), stderr: stderr.trim() };
}

it('runs the source where nothing was built, and passes on the exit code', () => {
  expect(dualbeat('run', 'x.yaml')).toMatchObject({ status: 0, stdout: 'source run x.yaml true' });
  expect(dualbeat('fail')).toMatchObject({ status: 7 });
});

it('ends by the signal that ended the source', () => {
  expect(dualbeat('die')).toMatchObject({ signal: 'SIGKILL' });
});

it('runs dist only while all of it is newer than every source', () => {
  build();
  expect(dualbeat('x').stdout).toBe('dist x');
  put('plugins/one/src/index.test.ts', '', 0);
  expect(dualbeat('x').stdout).toBe('dist x');
  put('plugins/one/src/deep/changed.ts', '', 0);
  expect(dualbeat('x').stdout).toBe('source x true');
  build();
  put('plugins/one/src/deep/changed.ts', '', -8);
  expect(dualbeat('x').stdout).toBe('dist x');
  put('plugins/two/package.json', '{}'); // never built
  expect(dualbeat('x').stdout).toBe('source x true');
});

it('says what to do without dependencies', () => {
  rmSync(join(root, 'node_modules'));
  expect(dualbeat('run')).toMatchInlineSnapshot(`
    {
      "signal": null,
      "status": 1,
      "stderr": "E_DEPENDENCIES_MISSING: the npm packages that dualbeat needs are not installed. Fix: run \`npm run quickstart\` or \`npm ci\` in the repository.",
      "stdout": "",
    }
  `);
});

it.each([
  ['SIGTERM', 0],
  ['SIGINT', 0],
  ['SIGUSR1', 3],
] as const)('passes %s on', async (name, status) => {
  const child = spawn(process.execPath, [join(root, 'packages/cli/bin/dualbeat.js'), 'wait'], {
    stdio: ['ignore', 'pipe', 'ignore'], // no terminal: there the signal would come from it
  });
  let said = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (!said.includes('source') && text.includes('source')) child.kill(name);
    said += text;
  });
  expect(await ended).toBe(status);
  expect(said).toContain(`got ${name}`);
});
