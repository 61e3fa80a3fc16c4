/**
 * @file Installing into real temporary caches, with a small wheel that a real `python3` process on PATH delivers. The real
 * wheel is installed by the project's own set-up before any test runs.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { installRuntime, type InstallOptions } from './install-runtime.ts';
import { locatePlanned } from './locate-runtime.ts';
import { planInstall, type InstallPlan } from './plan-install.ts';
import { preflight } from './preflight.ts';

const root = mkdtempSync(join(tmpdir(), 'dualbeat-install-'));
const wheelPath = join(root, 'tiny.whl');
const BIG = 80_000_000; // long enough to unpack that a kill lands in the middle
const MAKE = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('tensorflow/libtensorflow_framework.so.2', b'framework' * 1000)
    z.writestr('tensorflow/libtensorflow_cc.so.2', bytes(${BIG}))
    z.writestr('tensorflow/not-needed.py', b'x')
`;
/** Answers as pip does; delivers $WHEEL after $DELAY ms, writes a line to $CALLS, or fails with $SAYS. */
const PIP = `#!${process.execPath}
const fs = require('node:fs'), { WHEEL, FILE, DELAY, CALLS, SAYS, VERSION } = process.env;
const args = process.argv.slice(2);
if (VERSION === 'none') process.exit(1);
if (args.includes('--version')) { console.log('pip ' + (VERSION ?? '24.0') + ' from /x (python 3.11)'); process.exit(0); }
fs.appendFileSync(CALLS, args.join(' ') + '\\n');
if (SAYS) { console.error(SAYS); process.exit(1); }
const to = args[args.indexOf('--dest') + 1] + '/' + FILE;
fs.copyFileSync(WHEEL, to + '.part');
setTimeout(() => fs.renameSync(to + '.part', to), Number(DELAY ?? 0));
`;

const python = spawnSync('python3', ['--version']).status === 0;
let cache = '';
let calls = '';
let bin = '';

async function write(path: string, content: string | Buffer, mode = 0o644): Promise<void> {
  const file = await open(path, 'w', mode);
  await file.write(content as string);
  await file.close();
}

beforeAll(() => {
  spawnSync('python3', ['-c', MAKE, wheelPath], { stdio: 'inherit' });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(async () => {
  cache = mkdtempSync(join(root, 'cache-'));
  bin = mkdtempSync(join(root, 'bin-'));
  calls = join(bin, 'calls.txt');
  await write(calls, '');
  await write(join(bin, 'python3'), PIP, 0o755);
});

function plan(): InstallPlan {
  const real = planInstall({
    platform: 'linux',
    arch: 'x64',
    device: 'cpu',
    env: { DUALBEAT_CACHE: cache },
  });
  const bytes = readFileSync(wheelPath);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const wheels = real.wheels.map((wheel) => ({
    ...wheel,
    bytes: bytes.length,
    sha256,
    unpackedBytes: BIG,
  }));
  return {
    ...real,
    wheels,
    downloadBytes: bytes.length,
    unpackedBytes: BIG,
    spaceBytes: 2 * BIG,
    glibc: undefined,
  };
}

function environment(more: Record<string, string> = {}): Record<string, string> {
  const file = plan().wheels[0]?.file ?? '';
  return { PATH: bin, CALLS: calls, WHEEL: wheelPath, FILE: file, DUALBEAT_CACHE: cache, ...more };
}

function install(more: Record<string, string> = {}, options: Partial<InstallOptions> = {}) {
  return installRuntime(plan(), { log: () => {}, env: environment(more), ...options });
}

/** The installer in a process of its own. */
function installApart(more: Record<string, string> = {}): ChildProcess {
  const module = fileURLToPath(new URL('./install-runtime.ts', import.meta.url));
  const script = `
    import { installRuntime } from ${JSON.stringify(module)};
    await installRuntime(JSON.parse(process.env.PLAN), { log: (line) => console.error(line), env: process.env });`;
  return spawn(
    process.execPath,
    ['--conditions=@dualbeat/source', '--import', 'tsx', '--input-type=module', '-e', script],
    {
      env: { ...environment(more), PLAN: JSON.stringify(plan()) },
      stdio: 'ignore',
      cwd: fileURLToPath(new URL('../../../..', import.meta.url)),
    },
  );
}

const ended = (child: ChildProcess) =>
  new Promise<number | string | null>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal)),
  );
const callCount = () => readFileSync(calls, 'utf8').split('\n').length - 1;
const leftovers = () =>
  ['runtime', 'downloads']
    .flatMap((name) => readdirSync(join(cache, name)))
    .filter((name) => name !== plan().name);

async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !condition(); await sleep(2)) {
    if (performance.now() > end) throw new Error('waited 20 s in vain');
  }
}

describe.runIf(python)('installRuntime', () => {
  it('announces the size, unpacks only the libraries, and leaves nothing else', async () => {
    const said: string[] = [];
    const installed = await install({}, { log: (line) => said.push(line) });
    expect(readFileSync(installed.framework, 'utf8')).toBe('framework'.repeat(1000));
    expect(statSync(installed.cc).size).toBe(BIG);
    expect(existsSync(join(installed.dir, 'tensorflow/not-needed.py'))).toBe(false);
    expect(leftovers()).toEqual([]);
    expect(said[1]).toMatch(/^downloading \d+ kB with pip, 80 MB on disk in /);
    expect(readFileSync(calls, 'utf8')).toContain(
      '--platform manylinux_2_27_x86_64 --python-version 3.12 --implementation cp --dest ',
    );
  });

  it('downloads and writes nothing the second time', async () => {
    await install();
    const before = statSync(join(cache, 'runtime')).mtimeMs;
    await install({ PATH: '/nowhere' });
    expect(callCount()).toBe(1);
    expect(statSync(join(cache, 'runtime')).mtimeMs).toBe(before);
  });

  it('heals after kill -9 while pip downloads', async () => {
    const child = installApart({ DELAY: '1000' });
    await until(() => callCount() === 1);
    child.kill('SIGKILL');
    expect(await ended(child)).toBe('SIGKILL');
    expect(locatePlanned(plan())).toBeUndefined();
    await install();
    expect(locatePlanned(plan())).toBeDefined();
    expect(leftovers()).toEqual([]);
  });

  it('heals after kill -9 while it unpacks, without a second download', async () => {
    const child = installApart();
    const staged = () =>
      readdirSync(join(cache, 'runtime')).find((name) => name.startsWith(`${plan().name}.tmp-`));
    const half = () => {
      const file = join(cache, 'runtime', staged() ?? '-', 'tensorflow/libtensorflow_cc.so.2');
      return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
    };
    await until(() => existsSync(join(cache, 'runtime')) && half());
    child.kill('SIGKILL');
    expect(await ended(child)).toBe('SIGKILL');
    expect(staged()).toBeDefined();
    await install();
    expect(statSync(locatePlanned(plan())?.cc ?? '').size).toBe(BIG);
    expect(callCount()).toBe(1);
    expect(leftovers()).toEqual([]);
  });

  it('lets two set-ups at once both end well, with one download', async () => {
    const both = [installApart({ DELAY: '500' }), installApart({ DELAY: '500' })];
    expect(await Promise.all(both.map(ended))).toEqual([0, 0]);
    expect(callCount()).toBe(1);
    expect(leftovers()).toEqual([]);
  });

  it('ends well even if its lock is taken over and the other set-up comes first', async () => {
    const installed = await install(
      {},
      {
        fetchWheel: async (wheel, into) => {
          rmSync(`${plan().dir}.lock`);
          expect(await ended(installApart())).toBe(0);
          cpSync(wheelPath, join(into, wheel.file));
        },
      },
    );
    expect(statSync(installed.cc).size).toBe(BIG);
    expect(leftovers()).toEqual([]);
  });

  it('replaces a damaged runtime', async () => {
    const { cc } = await install();
    await write(cc, 'short');
    expect(locatePlanned(plan())).toBeUndefined();
    await install();
    expect(statSync(cc).size).toBe(BIG);
    expect(leftovers()).toEqual([]);
  });

  it('refuses wrong bytes and deletes them', async () => {
    const bytes = readFileSync(wheelPath);
    const bad = join(bin, 'bad.whl');
    bytes[100] = bytes[100]! ^ 1;
    await write(bad, bytes);
    await expect(install({ WHEEL: bad })).rejects.toThrow(
      /^E_WHEEL_CHECKSUM: tensorflow_cpu-2\.21\.0.*: the downloaded wheel has SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}; it was deleted\. Fix: run the command again/,
    );
    await write(bad, bytes.subarray(0, 1000));
    await expect(install({ WHEEL: bad })).rejects.toThrow(
      /the downloaded wheel has size 1000, expected \d+;/,
    );
    expect(leftovers()).toEqual([]);
    await install();
  });

  it('says what is missing', async () => {
    const empty = mkdtempSync(join(root, 'empty-'));
    await expect(install({ PATH: empty })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_PYTHON_MISSING: no Python was found on PATH (tried python3, python, pip3, pip); pip fetches the tensor runtime. Fix: install Python 3 with pip (Debian and Ubuntu: \`apt install python3-pip\`; macOS: \`brew install python\`) and run again.]`,
    );
    await expect(install({ VERSION: 'none' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_PIP_MISSING: python3 is there, but it has no working pip; pip fetches the tensor runtime. Fix: run \`python3 -m ensurepip --user\` (Debian and Ubuntu: \`apt install python3-pip\`) and run again.]`,
    );
    await expect(install({ VERSION: '19.3.1' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_PIP_OLD: pip 19.3.1 is too old to choose a wheel by platform; 20.3 or later is needed. Fix: run \`python3 -m pip install --user --upgrade pip\` and run again.]`,
    );
  });

  it('finds a pip that is not behind python3', async () => {
    rmSync(join(bin, 'python3'), { force: true });
    await write(join(bin, 'pip3'), PIP, 0o755);
    await install();
    expect(readFileSync(calls, 'utf8')).toMatch(/^download /);
  });

  it('says that there is no space, before and during', async () => {
    const freeBytes = async () => 1_000_000_000 / 10;
    const message = async (work: Promise<unknown>) =>
      work.then(String, (error: Error) =>
        error.message.replaceAll(root, '<tmp>').replaceAll(/cache-\w+/g, 'cache'),
      );
    expect(await message(install({}, { freeBytes }))).toMatchInlineSnapshot(
      `"E_NO_SPACE: <tmp>/cache: the set-up needs 160 MB while it runs; 100 MB is free. Fix: make room there, or set DUALBEAT_CACHE to a folder on a larger disk."`,
    );
    expect(callCount()).toBe(0);
    const says =
      'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device';
    expect(await message(install({ SAYS: says }))).toMatch(/^E_NO_SPACE/);
  });

  it('tells a missing network from a missing wheel', async () => {
    const offline =
      "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...): Name or service not known'\nERROR: No matching distribution found for tensorflow-cpu==2.21.0";
    await expect(install({ SAYS: offline })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_NO_NETWORK: tensorflow-cpu 2.21.0: pip could not reach its package index. pip says: WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...): Name or service not known' | ERROR: No matching distribution found for tensorflow-cpu==2.21.0 Fix: check the network or pip's proxy and index settings, or run \`npx dualbeat runtime install\` on a machine with a network that shares DUALBEAT_CACHE.]`,
    );
    const absent = 'ERROR: No matching distribution found for tensorflow-cpu==2.21.0';
    await expect(install({ SAYS: absent })).rejects.toThrow(/^E_WHEEL_UNAVAILABLE/);
    const secret = 'Looking in indexes: https://user:secret@index.example/simple\nERROR: nothing';
    await expect(install({ SAYS: secret })).rejects.not.toThrow(/secret/);
  });

  it('recognises what the real pip says without a network', async () => {
    const nowhere = 'http://127.0.0.1:9/simple';
    const env = {
      ...process.env,
      PIP_INDEX_URL: nowhere,
      PIP_RETRIES: '0',
      PIP_FIND_LINKS: '',
      PIP_EXTRA_INDEX_URL: '',
    };
    await expect(installRuntime(plan(), { log: () => {}, env })).rejects.toThrow(/^E_NO_NETWORK/);
  });

  it('refuses a cache that cannot be written', async () => {
    cache = join(wheelPath, 'under-a-file');
    const error = await install().catch((thrown: Error) => thrown.message.replace(root, '<tmp>'));
    expect(error).toMatchInlineSnapshot(
      `"E_CACHE_READONLY: <tmp>/tiny.whl/under-a-file: the tensor runtime is not in this cache, and nothing can be written to it (ENOTDIR). Fix: run \`npx dualbeat runtime install\` where it is writable (a login node, say), or set DUALBEAT_CACHE to a folder that is."`,
    );
  });

  it.skipIf(process.getuid?.() === 0)(
    'works from a read-only cache that holds the runtime',
    async () => {
      await install();
      const folders = [plan().dir, join(cache, 'runtime'), cache];
      for (const folder of folders) chmodSync(folder, 0o555);
      try {
        expect(await install({ PATH: '/nowhere' })).toMatchObject({ version: '2.21.0' });
      } finally {
        for (const folder of folders) chmodSync(folder, 0o755);
      }
    },
  );
});

describe('preflight', () => {
  it('lists every check for this machine', async () => {
    mkdirSync(join(cache, 'runtime'), { recursive: true });
    const checks = await preflight({ env: { ...process.env, DUALBEAT_CACHE: cache } });
    expect(checks.find((one) => one.check === 'node')?.ok).toBe(true);
    const runtime = checks.find((one) => one.check.startsWith('runtime'));
    expect(runtime?.ok ?? false).toBe(false);
  });

  it('names the machine that has no runtime', async () => {
    const checks = await preflight({
      env: { PATH: bin, CALLS: calls },
      platform: 'win32',
      arch: 'x64',
    });
    expect(checks.at(-1)).toMatchInlineSnapshot(`
      {
        "check": "platform",
        "detail": "E_RUNTIME_PLATFORM: there is no cpu runtime for win32 on x64. Fix: install WSL2 (\`wsl --install\`) and run Dualbeat inside it.",
        "ok": false,
      }
    `);
  });
});
