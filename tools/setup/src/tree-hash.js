// @ts-check
/** @file One digest of everything that can change a test's result. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const PARTS = [
  ...['packages', 'plugins', 'tools', 'test', 'experiments'],
  ...['package.json', 'package-lock.json', 'tsconfig.base.json', 'vitest.config.ts'],
];
const SKIPPED = new Set(['node_modules', 'dist', '.nx', 'runs']);

/**
 * @param {string} root
 * @returns {string} 16 hexadecimal digits of the names and contents of all sources, and of the Node.js version
 */
export function treeHash(root) {
  const hash = createHash('sha256').update(
    `${process.version} ${process.platform} ${process.arch}\n`,
  );
  for (const path of PARTS.flatMap((part) => filesUnder(root, part)).sort()) {
    hash.update(`${path}\n`).update(
      createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest(),
    );
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(root, path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return path.endsWith('.tsbuildinfo') ? [] : [path];
  return readdirSync(full)
    .filter((name) => !SKIPPED.has(name))
    .flatMap((name) => filesUnder(root, `${path}/${name}`));
}
