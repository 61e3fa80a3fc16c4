// @ts-check
/** @file The quick tier: one run of vitest. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readResults, sum } from './results.js';
import { runVitest } from './vitest.js';

/**
 * @param {string} root
 * @param {readonly string[]} args to vitest
 * @returns {Promise<import('./results.js').Counts>}
 */
export async function runQuickTier(root, args) {
  const results = join(root, '.test-results', `quick-${process.pid}.jsonl`);
  const status = await runVitest(root, { args, results });
  const { files, ended, unhandled } = readResults(results);
  rmSync(results, { force: true });
  return sum(files, { crashed: status !== 0 || !ended || unhandled.length > 0 });
}
