// @ts-check
/** @file The page that a run of the full tier leaves. */
import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { closingLine } from './results.js';

/**
 * @param {string} root
 * @param {{ files: import('./results.js').FileResult[], missing: string[], counts: import('./results.js').Counts, tree: string }} of
 * @returns {string} Markdown
 */
export function fullSummary(root, of) {
  const files = [...of.files].sort((a, b) => (a.file < b.file ? -1 : 1));
  const seconds = files.reduce((total, file) => total + file.ms, 0) / 1000;
  const rows = files.map(
    (one) =>
      `| ${one.file} | ${one.passed} | ${one.failed} | ${one.skipped} | ${(one.ms / 1000).toFixed(1)} |`,
  );
  const lines = [
    '# Last run of the full test tier',
    '',
    'Written by `npm run test:full`, which continues an interrupted run.',
    '',
    `- Result: **${closingLine(of.counts)}**, ${files.length} files, ${seconds.toFixed(0)} s of tests`,
    `- Date: ${new Date().toISOString().slice(0, 10)}; commit ${commitOf(root)}, tree ${of.tree}`,
    `- Machine: ${machine()}`,
    '',
    '<!-- prettier-ignore-start -->',
    '',
    '| test file | passed | failed | skipped | seconds |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    '<!-- prettier-ignore-end -->',
    ...list('Failed', [
      ...files.flatMap((one) => one.failures.map((name) => `${one.file}: ${name}`)),
    ]),
    ...list('Not finished', of.missing),
    ...list('Skipped', [
      ...files.flatMap((one) => one.skips.map((name) => `${one.file}: ${name}`)),
    ]),
    '',
  ];
  return lines.join('\n');
}

/** @param {string} title @param {readonly string[]} items */
function list(title, items) {
  return items.length === 0 ? [] : ['', `## ${title}`, '', ...items.map((item) => `- ${item}`)];
}

function machine() {
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const cpu = (cpus()[0]?.model ?? 'unknown processor').trim();
  const { platform, arch, version } = process;
  return `${cpus().length} x ${cpu}, ${memory} GiB, ${platform} ${arch}, Node ${version}`;
}

/** @param {string} root */
function commitOf(root) {
  const git = (/** @type {string[]} */ ...args) =>
    spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout ?? '';
  const commit = git('rev-parse', '--short', 'HEAD').trim();
  if (commit === '') return 'unknown';
  return git('status', '--porcelain', '--', ':!docs').trim() === ''
    ? commit
    : `${commit} with changes`;
}
