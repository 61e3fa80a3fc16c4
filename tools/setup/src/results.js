// @ts-check
/** @file Results of test files, as the reporter writes them, and the closing line. */
import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {Counts & { file: string, ms: number, failures: string[], skips: string[] }} FileResult */

/**
 * @param {string} path
 * @returns {{ files: FileResult[], ended: boolean, unhandled: string[] }} of a file's last result only; a cut-off line
 * does not count
 */
export function readResults(path) {
  /** @type {Map<string, FileResult>} */
  const files = new Map();
  /** @type {string[]} */
  let unhandled = [];
  let ended = false;
  for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) {
    const result = parse(line);
    if (result?.end) ({ unhandled } = result);
    if (result?.end) ended = true;
    else if (typeof result?.file === 'string') files.set(result.file, result);
  }
  return { files: [...files.values()], ended, unhandled };
}

/**
 * Sums up; a run that crashed (no end, or an exit code without a failed test) counts as one failure.
 * @param {readonly Counts[]} files
 * @param {{ crashed: boolean }} of
 * @returns {Counts}
 */
export function sum(files, of) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const file of files) {
    total.passed += file.passed;
    total.failed += file.failed;
    total.skipped += file.skipped;
  }
  if (of.crashed && total.failed === 0) total.failed = 1;
  return total;
}

/** @param {Counts} counts */
export function closingLine(counts) {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

/** @param {string} line */
function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
