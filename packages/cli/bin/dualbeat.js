#!/usr/bin/env node
// @ts-check
/**
 * @file The `dualbeat` command: runs dist where it is there and, in a clone, newer than every source; else the TypeScript
 * source, in a child process with the flags that it needs.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const CLI = dirname(dirname(fileURLToPath(import.meta.url)));
const ROOT = dirname(dirname(CLI));
const DIST = join(CLI, 'dist', 'main.js');
const SOURCE = join(CLI, 'src', 'main.ts');

const inClone = existsSync(join(ROOT, 'tsconfig.base.json')) && existsSync(join(ROOT, 'plugins'));
if (!isInstalled(inClone ? 'tsx' : 'commander')) {
  console.error(
    'E_DEPENDENCIES_MISSING: the npm packages that dualbeat needs are not installed. ' +
      'Fix: run `npm run quickstart` or `npm ci` in the repository.',
  );
  process.exitCode = 1;
} else if (existsSync(DIST) && (!inClone || isFresh())) {
  await import(pathToFileURL(DIST).href);
} else {
  runSource();
}

/** @param {string} name */
function isInstalled(name) {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether every package and plugin was built after its newest source; one that was never built is not fresh. */
function isFresh() {
  for (const group of ['packages', 'plugins']) {
    for (const name of readdirSync(join(ROOT, group))) {
      const project = join(ROOT, group, name);
      if (!existsSync(join(project, 'package.json'))) continue;
      const built = statSync(join(project, 'dist', 'tsconfig.lib.tsbuildinfo'), {
        throwIfNoEntry: false,
      });
      const settings = ['package.json', 'tsconfig.lib.json'].map((file) =>
        mtime(join(project, file)),
      );
      if (
        built === undefined ||
        Math.max(newest(join(project, 'src')), ...settings) > built.mtimeMs
      )
        return false;
    }
  }
  return true;
}

/**
 * @param {string} folder
 * @returns {number} the latest change of a source file in it, in ms
 */
function newest(folder) {
  if (!existsSync(folder)) return 0;
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) latest = Math.max(latest, newest(path));
    else if (!entry.name.endsWith('.test.ts')) latest = Math.max(latest, mtime(path));
  }
  return latest;
}

/** @param {string} path */
function mtime(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** The child gets this terminal and the signals; its exit code, or the signal that ended it, becomes ours. */
function runSource() {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const flags = ['--conditions=@dualbeat/source', '--import', tsx];
  const child = spawn(
    process.execPath,
    [...process.execArgv, ...flags, SOURCE, ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  );
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'];
  for (const signal of signals) {
    // Ctrl-C on a terminal reaches the child too: passing it on would make it two
    process.on(signal, () => (signal === 'SIGINT' && onTerminal ? undefined : child.kill(signal)));
  }
  child.once('error', (error) => {
    throw error;
  });
  child.once('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    for (const one of signals) process.removeAllListeners(one);
    process.kill(process.pid, signal);
  });
}
