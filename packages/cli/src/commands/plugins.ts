/** @file `dualbeat plugins list`: from the manifests of the installed packages; no code of a plugin runs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { resolvePlugins } from '@dualbeat/core';
import type { PluginSource } from '@dualbeat/core';

export type ListFlags = { readonly json?: boolean };

export function listPlugins(flags: ListFlags): number {
  const plugins = installedPlugins();
  if (flags.json === true) {
    const listed = plugins.map(({ name, version, manifest }) => ({ name, version, ...manifest }));
    process.stdout.write(`${JSON.stringify(listed)}\n`);
    return 0;
  }
  for (const { name, version, manifest } of plugins) {
    process.stdout.write(`${name} ${version}\n`);
    const width = Math.max(
      ...manifest.components.map(({ kind, id }) => kind.length + id.length + 1),
    );
    for (const { kind, id, summary } of manifest.components) {
      process.stdout.write(`  ${`${kind} ${id}`.padEnd(width)}  ${summary}\n`);
    }
  }
  return 0;
}

/** Packages with a manifest, as seen from the working folder and from this package. */
function installedPlugins(): PluginSource[] {
  const here = join(process.cwd(), 'package.json');
  const folders = [here, import.meta.url].flatMap(
    (from) => createRequire(from).resolve.paths('x') ?? [],
  );
  const names = new Set<string>();
  for (const folder of new Set(folders)) {
    for (const name of packagesIn(folder)) if (hasManifest(join(folder, name))) names.add(name);
  }
  return [...names].sort().flatMap((name) => resolvePlugins([name], here));
}

function packagesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) =>
    name.startsWith('@')
      ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`)
      : [name],
  );
}

function hasManifest(folder: string): boolean {
  try {
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    return text.includes('"dualbeat"') && 'dualbeat' in (JSON.parse(text) as object);
  } catch {
    return false;
  }
}
