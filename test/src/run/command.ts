/** @file Running the real command in a process of its own. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const entry = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url));
export const sourceFlags = ['--conditions=@dualbeat/source', '--import', tsx];
/** The smallest experiment that goes the whole way. */
export const tiny = fileURLToPath(new URL('./tiny.yaml', import.meta.url));

export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};
export type Running = {
  readonly process: ChildProcess;
  /** Resolves when stderr holds a match; rejects where the command ends before. */
  saw(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
};

export function startCommand(args: readonly string[], cwd: string): Running {
  const child = spawn(process.execPath, [...sourceFlags, entry, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let onText: (() => void)[] = [];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString('utf8')));
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString('utf8');
    for (const call of onText) call();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const saw = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(stderr);
        if (match === null) return;
        onText = onText.filter((call) => call !== look);
        resolve(match);
      };
      onText.push(look);
      look();
      void ended.then(() => reject(new Error(`ended without ${String(pattern)}: ${stderr}`)));
    });
  return { process: child, saw, ended };
}

export function runCommand(args: readonly string[], cwd: string): Promise<Ended> {
  return startCommand(args, cwd).ended;
}

/** Folders below the system's temporary one, removed by `clear`. */
export function temporaryFolders(): { make(): string; clear(): void } {
  const made: string[] = [];
  return {
    make() {
      const folder = mkdtempSync(join(tmpdir(), 'dualbeat-run-'));
      made.push(folder);
      return folder;
    },
    clear: () => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })),
  };
}

/** The only stage folder of an experiment. */
export function stageFolder(root: string, experiment = 'tiny'): string {
  const stages = join(root, experiment, 'stages');
  const found = readdirSync(stages);
  if (found.length !== 1) throw new Error(`${stages} holds ${found.join(', ')}`);
  return join(stages, found[0] as string);
}

/** Every file of the checkpoints, by relative path. */
export function checkpointBytes(stage: string): Map<string, Buffer> {
  const folder = join(stage, 'checkpoints');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath, found.name));
  return new Map(names.sort().map((name) => [name.slice(folder.length + 1), readFileSync(name)]));
}
