/** @file A Python with PyTorch: the one that the environment names, else a virtual environment in the user's cache. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '@dualbeat/tensor';
import type { Env } from '@dualbeat/tensor';
import * as errors from '../errors.ts';

export const torchVersion = '2.15.0';
/** Downloaded and unpacked; the Linux wheel brings its CUDA libraries with it. */
const spaceBytes = 12e9;

export type TorchPython = { readonly python: string; readonly torch: string };

/**
 * The interpreter; made on the first call, and anew where that was interrupted.
 * Errors: E_BENCH_PYTHON, E_BENCH_SPACE, E_BENCH_INSTALL.
 */
export function ensureTorch(env: Env, log: (line: string) => void): TorchPython {
  const named = env['DUALBEAT_BENCH_PYTHON'];
  if (named) return checked(named);
  const folder = join(cacheFolder(env), 'bench', `torch-${torchVersion}`);
  const python = join(folder, 'bin', 'python');
  const complete = join(folder, 'complete');
  if (!existsSync(complete)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
    checkSpace(dirname(folder));
    log(
      `set-up: PyTorch ${torchVersion} goes to ${folder} (up to 6 GB to download, 12 GB while it installs)`,
    );
    install(folder, 'making the environment', 'python3', ['-m', 'venv', folder]);
    const packages = [`torch==${torchVersion}`, 'numpy'];
    const pip = ['-m', 'pip', 'install', '--no-cache-dir', '--disable-pip-version-check'];
    install(folder, 'pip', python, [...pip, ...packages]);
    writeFileSync(complete, `${torchVersion}\n`); // last, so that it says that all is there
  }
  return checked(python);
}

function install(folder: string, step: string, command: string, args: readonly string[]): void {
  const done = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'pipe'], encoding: 'utf8' });
  if (done.error === undefined && done.status === 0) return;
  const why =
    done.error?.message ?? (done.stderr.trim().split('\n').at(-1) || `exit ${done.status}`);
  throw errors.torchInstall(folder, step, why);
}

function checkSpace(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  if (bavail * bsize < spaceBytes)
    throw errors.torchSpace(folder, gigabytes(spaceBytes), gigabytes(bavail * bsize));
}

function checked(python: string): TorchPython {
  const script = 'import torch; print(torch.__version__)';
  const asked = spawnSync(python, ['-c', script], { encoding: 'utf8' });
  if (asked.error) throw errors.pythonUnusable(python, asked.error.message);
  const torch = asked.stdout.trim().split('\n').at(-1) ?? '';
  if (asked.status !== 0 || torch === '')
    throw errors.pythonUnusable(
      python,
      asked.stderr.trim().split('\n').at(-1) || `exit ${asked.status}`,
    );
  return { python, torch };
}
