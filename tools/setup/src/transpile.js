// @ts-check
/**
 * @file A copy of the packages with a `dist` that was transpiled file by file, without types: what the packaging test installs.
 * It takes seconds where the real build takes minutes; what runs is the same.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { publishable } from './publishable.js';

/**
 * Copies every publishable package from `root` below `to`, with `dist`.
 * @param {string} root
 * @param {string} to an empty folder
 */
export function transpilePackages(root, to) {
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      target: 'es2023',
      module: 'esnext',
      rewriteRelativeImportExtensions: true,
      verbatimModuleSyntax: true,
    },
    root,
  );
  for (const { folder } of publishable(root)) {
    const from = join(root, folder);
    cpSync(from, join(to, folder), { recursive: true, filter: (path) => isPackaged(from, path) });
    for (const file of sources(join(from, 'src'))) {
      const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
        compilerOptions: options,
        fileName: file,
      });
      const out = join(
        to,
        folder,
        'dist',
        relative(join(from, 'src'), file).replace(/\.ts$/, '.js'),
      );
      mkdirSync(dirname(out), { recursive: true });
      writeFileSync(out, outputText);
    }
  }
}

/** @param {string} from @param {string} path */
function isPackaged(from, path) {
  const inside = relative(from, path);
  return !/(^|\/)(node_modules|dist|bench|docs|test)(\/|$)|\.test\.ts$/.test(inside);
}

/**
 * @param {string} folder
 * @returns {string[]} its TypeScript files, without tests and declarations
 */
function sources(folder) {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /(?<!\.d|\.test)\.ts$/.test(entry.name) ? [path] : [];
  });
}
