/** @file The content digest of a package: what a stage's id knows of its code. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const skipped = /^(node_modules|\..*|coverage)$|\.test\.[cm]?[jt]s$|\.tsbuildinfo$/;

function filesBelow(folder: string, prefix: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((item) => {
    if (skipped.test(item.name)) return [];
    const name = `${prefix}${item.name}`;
    if (item.isDirectory()) return filesBelow(join(folder, item.name), `${name}/`);
    return item.isFile() ? [name] : [];
  });
}

/**
 * SHA-256 hex over package.json and `src` of the package in `root` (all files where it ships no `src`), without tests.
 * The same for a package that runs from source and from its build.
 */
export function packageDigest(root: string): string {
  const files = existsSync(join(root, 'src'))
    ? ['package.json', ...filesBelow(join(root, 'src'), 'src/')]
    : filesBelow(root, '');
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
