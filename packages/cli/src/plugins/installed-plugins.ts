/**
 * @file Which plugins are installed, from their manifests alone: no code of a plugin runs, and nothing heavy is loaded here,
 * so that a list costs no more than reading the files.
 */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ManifestEntry } from '@dualbeat/core';

export type InstalledPlugin = {
  readonly name: string;
  readonly version: string;
  /** Folder of its package.json. */
  readonly root: string;
  readonly range: string;
  readonly components: readonly ManifestEntry[];
  /** Why it cannot be listed as it is; `plugins doctor` says more. */
  readonly problem?: string;
};

/** Packages with a manifest, as seen from the folder `from`, then from this package; by name. The first of a name counts. */
export function installedPlugins(from: string): InstalledPlugin[] {
  const folders = [join(from, 'package.json'), import.meta.url].flatMap(
    (file) => createRequire(file).resolve.paths('x') ?? [],
  );
  const found = new Map<string, InstalledPlugin>();
  for (const folder of new Set(folders)) {
    for (const name of packagesIn(folder)) {
      const plugin = found.has(name) ? undefined : readPlugin(name, join(folder, name));
      if (plugin !== undefined) found.set(name, plugin);
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function packagesIn(folder: string): string[] {
  return entriesOf(folder).flatMap((name) =>
    name.startsWith('@')
      ? entriesOf(join(folder, name)).map((inner) => `${name}/${inner}`)
      : name.startsWith('.')
        ? []
        : [name],
  );
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Undefined where the package is no plugin. `fallback` names one that does not name itself. */
export function readPlugin(fallback: string, folder: string): InstalledPlugin | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, 'package.json'), 'utf8');
  } catch {
    return undefined;
  }
  if (!text.includes('"dualbeat"')) return undefined;
  try {
    const json = JSON.parse(text) as { name?: unknown; version?: unknown; dualbeat?: unknown };
    const { dualbeat, version } = json;
    const name = typeof json.name === 'string' ? json.name : fallback;
    // A keyword of that name does not make a plugin.
    if (dualbeat === undefined) return undefined;
    const root = realpathSync(folder);
    return { name, version: String(version), root, ...manifestOf(dualbeat) };
  } catch {
    return undefined;
  }
}

/** By shape only; the whole schema is `plugins doctor`'s. */
function manifestOf(dualbeat: unknown): Pick<InstalledPlugin, 'range' | 'components' | 'problem'> {
  const { range, components } = (dualbeat ?? {}) as { range?: unknown; components?: unknown };
  const isComponent = (value: unknown): boolean =>
    ['id', 'kind', 'summary'].every(
      (key) => typeof (value as { [key: string]: unknown } | null)?.[key] === 'string',
    );
  if (typeof range !== 'string' || !Array.isArray(components) || !components.every(isComponent))
    return { range: '', components: [], problem: 'its manifest is not valid' };
  const listed = components as ManifestEntry[];
  if (listed.length === 0) return { range, components: listed, problem: 'it offers nothing' };
  return { range, components: listed };
}
