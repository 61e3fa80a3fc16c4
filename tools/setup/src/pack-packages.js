// @ts-check
/** @file Tarballs of all packages and plugins in one folder, with an index that says which needs which. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packFailed } from './errors.js';
import { publishable } from './publishable.js';

/**
 * Packs what is built already. The folder's old tarballs are removed.
 * @param {string} root folder of the workspace
 * @param {string} out
 * @returns {string[]} the names of the tarballs
 */
export function packPackages(root, out) {
  const packages = publishable(root);
  mkdirSync(out, { recursive: true });
  for (const name of readdirSync(out)) {
    if (name.endsWith('.tgz') || name === 'index.json') rmSync(join(out, name));
  }
  const chosen = packages.flatMap(({ folder }) => ['--workspace', folder]);
  const flags = ['--ignore-scripts', '--json', '--pack-destination', out];
  try {
    execFileSync('npm', ['pack', ...flags, ...chosen], {
      cwd: root,
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    throw packFailed(String(/** @type {{ stderr?: unknown }} */ (error).stderr ?? error));
  }
  const index = Object.fromEntries(packages.map(({ file }) => [file.name, entryOf(file)]));
  writeFileSync(join(out, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
  return readdirSync(out).filter((name) => name.endsWith('.tgz'));
}

/** @param {import('./publishable.js').PackageFile} file */
function entryOf({ name, version, dependencies = {} }) {
  return {
    file: `${name.replace('@', '').replace('/', '-')}-${version}.tgz`,
    version,
    needs: Object.keys(dependencies).filter((other) => other.startsWith('@dualbeat/')),
  };
}
