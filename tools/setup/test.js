// @ts-check
/**
 * @file `npm test`: all set-up, then the tests; the last line is `N passed, N failed, N skipped`. `--full` runs the full
 * tier and resumes an interrupted one; other arguments go to vitest (`npm test -- packages/core`).
 */
import { checkNode, nodeVersion } from './src/node-version.js';

process.exitCode = checkNode(nodeVersion()) ? await test() : 1;

/** @returns {Promise<number>} 0 if every test passed */
async function test() {
  const { reportErrors } = await import('./src/errors.js');
  const { setUp } = await import('./src/set-up.js');
  const { ROOT } = await import('./src/root.js');
  const { closingLine } = await import('./src/results.js');
  let counts = { passed: 0, failed: 1, skipped: 0 }; // if it ends before any test: that is a failure
  const code = await reportErrors(async () => {
    await setUp(ROOT);
    const args = process.argv.slice(2);
    const full = args.includes('--full');
    const rest = args.filter((arg) => arg !== '--full');
    const tier = full
      ? (await import('./src/full-tier.js')).runFullTier
      : (await import('./src/quick-tier.js')).runQuickTier;
    counts = await tier(ROOT, rest);
    return counts.failed > 0 ? 1 : 0;
  });
  console.log(closingLine(counts));
  return code;
}
