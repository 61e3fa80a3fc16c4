// @ts-check
/**
 * @file The npm dependencies: installed from the lock file unless they are complete. A stamp in node_modules, written last,
 * names the lock file that they were installed from; without it npm's own record decides.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dependenciesFailed, lockMissing, npmMissing } from './errors.js';
import { run } from './run.js';

/** @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean }} LockEntry */

/** More often and sooner than npm's defaults, with which a machine without a network waits for minutes. */
const RETRIES = [
  '--fetch-retries=2',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=8000',
];

/**
 * Runs `npm ci` without install scripts, unless node_modules is complete for this lock file.
 * @param {string} root
 * @returns {Promise<boolean>} whether npm was run
 */
export async function ensureDependencies(root) {
  const lockPath = join(root, 'package-lock.json');
  if (!existsSync(lockPath)) throw lockMissing(lockPath);
  const lockText = readFileSync(lockPath, 'utf8');
  const lock = {
    sha256: createHash('sha256').update(lockText).digest('hex'),
    packages: packagesOf(lockText),
  };
  if (isComplete(root, lock)) return false;
  console.log(
    `set-up: installing ${Object.keys(lock.packages).length} npm packages (npm ci, install scripts off)`,
  );
  rmSync(stampPath(root), { force: true });
  const npm = npmCommand();
  const flags = [
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    ...RETRIES,
  ];
  let status;
  try {
    status = await run(npm.command, [...npm.args, ...flags], { cwd: root });
  } catch (error) {
    if (/** @type {{ code?: string }} */ (error).code === 'ENOENT') throw npmMissing();
    throw error;
  }
  if (status !== 0) throw dependenciesFailed(status);
  writeStamp(root, lock.sha256);
  return true;
}

/**
 * @param {string} root
 * @param {{ sha256: string, packages: Record<string, LockEntry> }} lock
 */
function isComplete(root, lock) {
  const needed = Object.entries(lock.packages).filter(
    ([path, entry]) => path !== '' && !entry.optional,
  );
  if (!needed.every(([path]) => existsSync(join(root, path, 'package.json')))) return false;
  if (readStamp(root) === lock.sha256) return true;
  // No stamp: somebody ran npm. Its record of what it installed is written when it is done.
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = packagesOf(readFileSync(record, 'utf8'));
  const same = needed.every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true; // a workspace of this repository
    const have = installed[path];
    return (
      have !== undefined && have.version === entry.version && have.integrity === entry.integrity
    );
  });
  if (same) writeStamp(root, lock.sha256);
  return same;
}

/**
 * @param {string} text
 * @returns {Record<string, LockEntry>} by path; empty for a damaged file
 */
function packagesOf(text) {
  try {
    return JSON.parse(text).packages ?? {};
  } catch {
    return {};
  }
}

/** @param {string} root */
function stampPath(root) {
  return join(root, 'node_modules', '.dualbeat-setup.json');
}

/** @param {string} root @returns {string | undefined} */
function readStamp(root) {
  try {
    const stamp = JSON.parse(readFileSync(stampPath(root), 'utf8'));
    return stamp.machine === `${process.platform}-${process.arch}` ? stamp.lock : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} root @param {string} sha256 */
function writeStamp(root, sha256) {
  const path = stampPath(root);
  const stamp = { lock: sha256, machine: `${process.platform}-${process.arch}` };
  writeFileSync(`${path}.tmp`, `${JSON.stringify(stamp)}\n`);
  renameSync(`${path}.tmp`, path);
}

/** npm as it was called (under `npm run`), else the one on PATH. */
function npmCommand() {
  const script = process.env['npm_execpath'];
  return script !== undefined && /npm-cli\.c?js$/.test(script)
    ? { command: process.execPath, args: [script] }
    : { command: 'npm', args: [] };
}
