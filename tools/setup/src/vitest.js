// @ts-check
/** @file Calling vitest. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { vitestMissing } from './errors.js';
import { run } from './run.js';

const VITEST = join('node_modules', 'vitest', 'vitest.mjs');
const REPORTER = join('tools', 'setup', 'src', 'reporter.js');

/**
 * Runs test files and appends their results to the file `results`.
 * @param {string} root
 * @param {{ args: readonly string[], results: string, env?: NodeJS.ProcessEnv }} of
 * @returns {Promise<number>} vitest's exit code
 */
export async function runVitest(root, of) {
  mkdirSync(dirname(of.results), { recursive: true });
  const reporters = ['--reporter=default', `--reporter=./${REPORTER.replaceAll('\\', '/')}`];
  return run(process.execPath, [VITEST, 'run', ...reporters, ...of.args], {
    cwd: root,
    env: { ...process.env, ...of.env, DUALBEAT_TEST_RESULTS: of.results },
  });
}

/**
 * The test files, as vitest finds them.
 * @param {string} root
 * @param {readonly string[]} filters
 * @returns {string[]} relative to the root, sorted
 */
export function listTestFiles(root, filters) {
  const results = join(root, '.test-results');
  mkdirSync(results, { recursive: true });
  const folder = mkdtempSync(join(results, 'list-'));
  try {
    const to = join(folder, 'files.json');
    const args = [VITEST, 'list', '--filesOnly', `--json=${to}`, ...filters];
    const listed = spawnSync(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (listed.status !== 0) throw vitestMissing();
    /** @type {{ file: string }[]} */
    const files = JSON.parse(readFileSync(to, 'utf8'));
    return files.map(({ file }) => relative(root, file).replaceAll('\\', '/')).sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
