// @ts-check
/** @file `npm run quickstart`: all set-up, then the main job. Extra arguments go to `dualbeat run`. */
import { join } from 'node:path';
import { checkNode, nodeVersion } from './src/node-version.js';

process.exitCode = checkNode(nodeVersion()) ? await quickstart() : 1;

/** @returns {Promise<number>} the exit code of the run */
async function quickstart() {
  const { reportErrors } = await import('./src/errors.js');
  const { setUp } = await import('./src/set-up.js');
  const { ROOT } = await import('./src/root.js');
  const { run } = await import('./src/run.js');
  return reportErrors(async () => {
    await setUp(ROOT);
    const bin = join(ROOT, 'packages', 'cli', 'bin', 'dualbeat.js');
    const experiment = join('experiments', 'ecg-mae.yaml');
    return run(process.execPath, [bin, 'run', experiment, ...process.argv.slice(2)], { cwd: ROOT });
  });
}
