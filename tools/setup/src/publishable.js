// @ts-check
/** @file The packages and plugins that users install. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ name: string, version: string, private?: boolean, files?: string[], bin?: object,
 *   dependencies?: Record<string, string>, peerDependencies?: Record<string, string> }} PackageFile
 * @typedef {{ folder: string, file: PackageFile }} Publishable `folder` is relative to the root: 'packages/core'
 */

/**
 * @param {string} root
 * @returns {Publishable[]} in the order of their names
 */
export function publishable(root) {
  const grouped = ['packages', 'plugins'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(group, name)),
  );
  return [...grouped, join('experiments', 'presets')]
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({
      folder,
      file: /** @type {PackageFile} */ (
        JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
      ),
    }))
    .filter(({ file }) => file.private !== true)
    .sort((a, b) => (a.file.name < b.file.name ? -1 : 1));
}
