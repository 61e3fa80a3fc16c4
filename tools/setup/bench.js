// @ts-check
/** @file `npm run bench -- <case> ...`: all set-up, then the benchmark tool with these arguments. */
import { join } from 'node:path';
import { checkNode, nodeVersion } from './src/node-version.js';

process.exitCode = checkNode(nodeVersion()) ? await bench() : 1;

/** @returns {Promise<number>} the exit code of the benchmark tool */
async function bench() {
  const { reportErrors } = await import('./src/errors.js');
  const { setUp } = await import('./src/set-up.js');
  const { ROOT } = await import('./src/root.js');
  const { run, SOURCE_FLAGS } = await import('./src/run.js');
  return reportErrors(async () => {
    await setUp(ROOT);
    const main = join('tools', 'bench', 'src', 'main.ts');
    return run(process.execPath, [...SOURCE_FLAGS, main, ...process.argv.slice(2)], { cwd: ROOT });
  });
}
