/** @file Finding plugins by name or path and reading their manifests. No code of a plugin runs here. */
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { entryMissing, entryNotBuilt, pluginNotFound } from './errors.ts';
import { readManifest } from './manifest.ts';
import { packageEntry } from './package-entry.ts';
import type { PluginSource } from './types.ts';

/** The folder of an installed package as seen from `file`. Looks for the folder, so `exports` need not name package.json. */
function installedFolder(name: string, file: string): string | undefined {
  const folders = createRequire(file).resolve.paths(name) ?? [];
  return folders
    .map((folder) => join(folder, name))
    .find((folder) => existsSync(join(folder, 'package.json')));
}

function pluginFolder(specifier: string, fromFile: string): string {
  const isPath = specifier.startsWith('.') || isAbsolute(specifier);
  const near = isPath
    ? resolve(dirname(fromFile), specifier)
    : installedFolder(specifier, fromFile);
  // first-party plugins lie beside this package, wherever the experiment file is
  const found = near ?? installedFolder(specifier, import.meta.url);
  if (found === undefined || !existsSync(join(found, 'package.json')))
    throw pluginNotFound(specifier, fromFile);
  return realpathSync(found);
}

/**
 * Package names (seen from `fromFile`, else from this package) or paths relative to it; a plugin named twice counts once.
 * Errors: E_PLUGIN_NOT_FOUND, E_PLUGIN_MANIFEST, E_PLUGIN_ENTRY.
 */
export function resolvePlugins(specifiers: readonly string[], fromFile: string): PluginSource[] {
  const sources = new Map<string, PluginSource>();
  for (const specifier of specifiers) {
    const root = pluginFolder(specifier, resolve(fromFile));
    if (sources.has(root)) continue;
    const file = join(root, 'package.json');
    const { package: pack, manifest } = readManifest(file);
    const entries: Record<string, string> = {};
    for (const { entry } of manifest.components) {
      const path = packageEntry(root, pack, entry);
      if (path === undefined) throw entryMissing(file, entry);
      if (!existsSync(path)) throw entryNotBuilt(file, entry, path);
      entries[entry] = pathToFileURL(path).href;
    }
    sources.set(root, {
      specifier,
      name: pack.name,
      version: pack.version,
      root,
      manifest,
      entries,
    });
  }
  return [...sources.values()];
}
