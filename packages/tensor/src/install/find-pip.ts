/** @file Finding a pip that runs. */
import { spawnSync } from 'node:child_process';
import type { Env } from './cache-folder.ts';
import { pipMissing, pipTooOld, pythonMissing } from './errors.ts';
import { versionBelow } from './machine.ts';

export type Pip = {
  readonly command: string;
  readonly args: readonly string[];
  readonly version: string;
};

const CANDIDATES: readonly (readonly [string, ...string[]])[] = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['pip3'],
  ['pip'],
];
const OLDEST = '20.3'; // understands platform tags of the form manylinux_2_27

/** The first pip on PATH that answers. Errors: E_PYTHON_MISSING, E_PIP_MISSING, E_PIP_OLD. */
export function findPip(env: Env): Pip {
  let python: string | undefined;
  let old: string | undefined;
  for (const [command, ...args] of CANDIDATES) {
    const asked = spawnSync(command, [...args, '--version'], {
      env,
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (asked.error !== undefined) continue;
    if (command.startsWith('python')) python ??= command;
    const version = /^pip (\d[\d.]*)/m.exec(asked.stdout)?.[1];
    if (asked.status !== 0 || version === undefined) continue;
    if (!versionBelow(version, OLDEST)) return { command, args, version };
    old ??= version;
  }
  if (old !== undefined) throw pipTooOld(old);
  throw python === undefined
    ? pythonMissing(CANDIDATES.map((candidate) => candidate[0]))
    : pipMissing(python);
}
