/** @file A local MLflow server: a virtual environment made once in the cache, and a server process on the loopback address. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openMlflow } from '@dualbeat/mlflow-js';
import { acquireLock, writeAtomicSync } from '@dualbeat/runs';
import { installFailed, pythonUnfit, serverFailed } from './errors.ts';

/** The newest release that installs whole; see docs/decisions. */
export const mlflowVersion = '3.17.2';
/** What the server needs beside mlflow-skinny: the full package brings job workers and 500 MB more. */
const needs = [
  'flask',
  'flask-cors',
  'sqlalchemy',
  'alembic',
  'huey',
  'graphene',
  'cryptography',
  'aiohttp',
  'numpy',
  'pandas',
];

export type EnsureOptions = {
  /** The per-user cache. */
  readonly cache: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly on?: (step: string) => void;
};

/**
 * The Python of the server's virtual environment, made on the first call (about 390 MB, a minute). An interrupted one is made
 * anew. Errors: E_TRACKING_PYTHON, E_TRACKING_INSTALL, E_RUN_LOCKED while another process makes it.
 */
export async function ensureMlflow(options: EnsureOptions): Promise<string> {
  const { env = process.env, on = () => {} } = options;
  const folder = resolve(options.cache, `mlflow-${mlflowVersion}`);
  const python = join(folder, 'venv', 'bin', 'python');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return python;
  const base = pythonOf(env);
  mkdirSync(folder, { recursive: true });
  const lock = acquireLock(folder);
  try {
    if (existsSync(complete)) return python;
    rmSync(join(folder, 'venv'), { recursive: true, force: true });
    const log = join(folder, 'install.log');
    rmSync(log, { force: true });
    on('making a Python environment');
    await runLogged(base, ['-m', 'venv', join(folder, 'venv')], log, env);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    on(`installing mlflow ${mlflowVersion} and what its server needs (about 390 MB)`);
    await runLogged(python, [...pip, `mlflow-skinny==${mlflowVersion}`, ...needs], log, env);
    await runLogged(python, [...pip, '--no-deps', `mlflow==${mlflowVersion}`], log, env);
    writeAtomicSync(complete, `${mlflowVersion}\n`);
    return python;
  } finally {
    lock.release();
  }
}

function pythonOf(env: NodeJS.ProcessEnv): string {
  const python = env['DUALBEAT_PYTHON'] ?? 'python3';
  const ask = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
  const { stdout, error } = spawnSync(python, ['-c', ask], { encoding: 'utf8', env });
  const version = stdout?.trim() ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 3 || (major === 3 && minor >= 10)) return python;
  throw pythonUnfit(
    version === '' ? `no usable '${python}'${error ? ` (${error.message})` : ''}` : version,
  );
}

function runLogged(
  command: string,
  args: readonly string[],
  log: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const fd = openSync(log, 'a');
  return new Promise<void>((done, fail) => {
    const child = spawn(command, args, { stdio: ['ignore', fd, fd], env });
    const failed = (): void =>
      fail(installFailed(args.slice(0, 3).join(' '), log, readFileSync(log, 'utf8')));
    child.on('error', failed);
    child.on('close', (code) => (code === 0 ? done() : failed()));
  }).finally(() => closeSync(fd));
}

export type LocalServer = {
  readonly uri: string;
  readonly pid: number;
  /** Ends the server and waits for it. */
  close(): Promise<void>;
};
export type StartOptions = {
  readonly python: string;
  /** Where the database and the artifacts lie. */
  readonly folder: string;
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** For an answer, ms. */
  readonly startMs?: number;
};

/** Starts `mlflow server` on 127.0.0.1 and waits until it answers. Error: E_TRACKING_SERVER. */
export async function startMlflow(options: StartOptions): Promise<LocalServer> {
  const { python, folder, env = process.env, startMs = 120_000 } = options;
  mkdirSync(folder, { recursive: true });
  const port = options.port || (await freePort());
  const log = join(folder, 'server.log');
  const fd = openSync(log, 'a');
  const child = spawn(
    python,
    [
      ...[
        '-m',
        'mlflow',
        'server',
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
        '--workers',
        '1',
      ],
      ...['--backend-store-uri', `sqlite:///${resolve(folder, 'mlflow.db')}`],
      ...['--artifacts-destination', resolve(folder, 'artifacts')],
    ],
    {
      cwd: folder,
      stdio: ['ignore', fd, fd],
      detached: true, // its own group: workers end with it
      env: {
        ...env,
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
        MLFLOW_DISABLE_TELEMETRY: 'true',
        DO_NOT_TRACK: 'true',
      },
    },
  );
  closeSync(fd);
  let ended = false;
  const end = new Promise<void>((done) => {
    child.on('error', () => done());
    child.on('close', () => done());
  }).then(() => void (ended = true));
  const server: LocalServer = {
    uri: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    close: () => stop(child.pid, end),
  };
  const client = openMlflow({ uri: server.uri, timeoutMs: 2000 });
  for (const until = performance.now() + startMs; performance.now() < until && !ended;) {
    if (await client.version().catch(() => null)) return server;
    await sleep(200);
  }
  await server.close();
  throw serverFailed(log, readFileSync(log, 'utf8'));
}

async function stop(pid: number | undefined, end: Promise<void>): Promise<void> {
  if (pid === undefined) return;
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-pid, name);
    } catch {
      // gone already
    }
  };
  signal('SIGTERM');
  const late = sleep(5000).then(() => signal('SIGKILL'));
  await Promise.race([end, late]);
  await end;
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
