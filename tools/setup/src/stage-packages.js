// @ts-check
/** @file The packages as they are when installed, without npm: transpiled, beside links to the packages that they need. */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { publishable } from './publishable.js';
import { transpilePackages } from './transpile.js';

/**
 * @param {string} root folder of the workspace, with its packages installed
 * @param {string} to an empty folder
 * @returns {string} the file of the `dualbeat` command
 */
export function stagePackages(root, to) {
  transpilePackages(root, to);
  const modules = join(to, 'node_modules');
  mkdirSync(join(modules, '@dualbeat'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name === '@dualbeat' || name.startsWith('.')) continue;
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  const packages = publishable(root);
  for (const { folder, file } of packages) {
    symlinkSync(join(to, folder), join(modules, '@dualbeat', basename(file.name)));
  }
  const workspaces = [...new Set(packages.map(({ folder }) => `${dirname(folder)}/*`))];
  const own = { name: 'staged', version: '0.0.0', private: true, type: 'module', workspaces };
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(own)}\n`);
  return join(to, 'packages', 'cli', 'bin', 'dualbeat.js');
}
