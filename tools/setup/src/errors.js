// @ts-check
/** @file Failures of the set-up itself; those of the tensor runtime have their own module, in packages/tensor. */

/** A failure with a code, a cause and a fix, in one line. */
export class SetupError extends Error {
  /** @param {{ code: string, cause: string, fix: string }} of */
  constructor(of) {
    super(`${of.code}: ${of.cause} Fix: ${of.fix}`);
    this.code = of.code;
  }
}

/** @param {string} path */
export function lockMissing(path) {
  return new SetupError({
    code: 'E_LOCK_MISSING',
    cause: `${path} is missing, which pins every dependency.`,
    fix: 'restore it (`git checkout package-lock.json`).',
  });
}

export function npmMissing() {
  return new SetupError({
    code: 'E_NPM_MISSING',
    cause: 'npm was not found on PATH.',
    fix: 'install npm (it comes with Node.js from nodejs.org) and run the command again.',
  });
}

/** @param {number} status */
export function dependenciesFailed(status) {
  return new SetupError({
    code: 'E_DEPENDENCIES',
    cause: `npm ci failed with exit code ${status}; its message is above.`,
    fix: 'check the network and the free space (about 700 MB), then run the same command again: it starts over.',
  });
}

export function vitestMissing() {
  return new SetupError({
    code: 'E_TESTS_CRASHED',
    cause: 'the list of test files could not be read.',
    fix: 'run `npx vitest list` to see why.',
  });
}

/** @param {string} said what npm said */
export function packFailed(said) {
  return new SetupError({
    code: 'E_PACK',
    cause: `npm pack failed: ${said.trim()}.`,
    fix: 'free some space, or name another folder: npm run pack -- <folder>.',
  });
}

/**
 * Runs `work`; a coded failure is printed as one line.
 * @param {() => Promise<number>} work
 * @returns {Promise<number>} its exit code, 1 after a coded failure
 */
export async function reportErrors(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    return 1;
  }
}
