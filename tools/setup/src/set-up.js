// @ts-check
/** @file All set-up: dependencies and tensor runtime. What is there is left alone, what was interrupted is done again. */
import { join } from 'node:path';
import { ensureDependencies } from './dependencies.js';
import { SetupError } from './errors.js';
import { run, SOURCE_FLAGS } from './run.js';

/**
 * @param {string} root
 * @returns {Promise<void>}
 */
export async function setUp(root) {
  await ensureDependencies(root);
  const installer = join('packages', 'tensor', 'src', 'install', 'main.ts');
  const status = await run(
    process.execPath,
    [...SOURCE_FLAGS, installer, 'install', '--device', 'cpu'],
    {
      cwd: root,
    },
  );
  if (status !== 0) {
    throw new SetupError({
      code: 'E_SETUP',
      cause: `the tensor runtime was not installed (exit code ${status}); the reason is above.`,
      fix: 'do what it says, then run the same command again.',
    });
  }
}
