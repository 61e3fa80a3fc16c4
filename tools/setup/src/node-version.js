// @ts-check
/** @file The check that runs before anything else. Plain syntax: an old Node.js has to be able to read this file. */

const NEEDED_MAJOR = 20;
const NEEDED_MINOR = 19;

/** @returns {string} such as '20.19.0' */
export function nodeVersion() {
  return process.versions.node;
}

/**
 * Says what to do where Node.js is too old.
 * @param {string} version
 * @returns {boolean} whether it is new enough
 */
export function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > NEEDED_MAJOR || (major === NEEDED_MAJOR && minor >= NEEDED_MINOR);
  if (!enough) {
    console.error(
      `E_NODE_VERSION: this is Node.js ${version}; Dualbeat needs ${NEEDED_MAJOR}.${NEEDED_MINOR} or later. ` +
        'Fix: install a current version (nodejs.org, nvm or fnm) and run the command again.',
    );
  }
  return enough;
}
