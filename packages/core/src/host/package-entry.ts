/** @file Which file an entry of a package means, from its `exports`, under the conditions that this process runs with. */
import { resolve } from 'node:path';
import type { PackageFile } from './manifest.ts';

/** This module runs from TypeScript source: then workspace packages do too. */
export const fromSource = import.meta.url.endsWith('.ts');
const conditions: ReadonlySet<string> = new Set([
  ...(fromSource ? ['@dualbeat/source'] : []),
  'node',
  'import',
  'default',
]);

/** The first target that the conditions admit, in the order of the package, as Node does it. */
function target(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports;
  if (Array.isArray(exports)) return exports.map(target).find((found) => found !== undefined);
  if (typeof exports !== 'object' || exports === null) return undefined;
  for (const [condition, value] of Object.entries(exports)) {
    if (!conditions.has(condition)) continue;
    const found = target(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Absolute path of `entry` ('.' or './x') of the package in `root`; undefined where there is none. Patterns ('./*') are not followed. */
export function packageEntry(root: string, file: PackageFile, entry: string): string | undefined {
  const { exports } = file;
  let found: string | undefined;
  if (exports === undefined || exports === null) {
    found = entry === '.' ? (file.main ?? './index.js') : entry;
  } else {
    const bySubpath =
      typeof exports === 'object' &&
      !Array.isArray(exports) &&
      Object.keys(exports).some((key) => key.startsWith('.'));
    const table = bySubpath ? (exports as Record<string, unknown>) : { '.': exports };
    found = Object.hasOwn(table, entry) ? target(table[entry]) : undefined;
  }
  return found === undefined ? undefined : resolve(root, found);
}
