// @ts-check
/**
 * @file The full tier: all matrices (`DUALBEAT_TEST_FULL=1`). Results are kept per test file and content of the tree, so that
 * an interrupted run continues: what passed is not run again. The summary goes to docs/test-full.md.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fullSummary } from './full-summary.js';
import { readResults, sum } from './results.js';
import { treeHash } from './tree-hash.js';
import { listTestFiles, runVitest } from './vitest.js';

/**
 * @param {string} root
 * @param {readonly string[]} args file filters; `--restart` forgets earlier results
 * @returns {Promise<import('./results.js').Counts>}
 */
export async function runFullTier(root, args) {
  const filters = args.filter((arg) => !arg.startsWith('-'));
  const tree = treeHash(root);
  const store = join(root, '.test-results', `full-${tree}.jsonl`);
  forgetOthers(root, args.includes('--restart') ? '' : store);
  const all = listTestFiles(root, filters);
  const passed = new Set(
    readResults(store)
      .files.filter((one) => one.failed === 0)
      .map((one) => one.file),
  );
  const left = all.filter((file) => !passed.has(file));
  console.log(
    `full tier: ${all.length} test files, ${all.length - left.length} passed before, ${left.length} to run`,
  );
  let crashed = false;
  if (left.length > 0) {
    writeFileSync(store, '', { flag: 'a' });
    const status = await runVitest(root, {
      args: left,
      results: store,
      env: { DUALBEAT_TEST_FULL: '1' },
    });
    crashed = status !== 0;
  }
  const of = new Set(all);
  const { files } = readResults(store);
  const counted = files.filter((one) => of.has(one.file));
  const missing = all.filter((file) => !counted.some((one) => one.file === file));
  const counts = sum(counted, { crashed: crashed || missing.length > 0 });
  if (filters.length === 0) {
    mkdirSync(join(root, 'docs'), { recursive: true });
    writeFileSync(
      join(root, 'docs', 'test-full.md'),
      fullSummary(root, { files: counted, missing, counts, tree }),
    );
    console.log('full tier: summary in docs/test-full.md');
  }
  return counts;
}

/** @param {string} root @param {string} kept */
function forgetOthers(root, kept) {
  const folder = join(root, '.test-results');
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (name.startsWith('full-') && join(folder, name) !== kept) rmSync(join(folder, name));
  }
}
