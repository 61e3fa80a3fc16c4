/** @file Loading the plugin under test through the real host. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { coreVersion, definePlugin, openHost, resolvePlugins } from '@dualbeat/core';
import type { AnyComponent, Host, Kind, PluginSource } from '@dualbeat/core';
import type { ComponentSubject, LoadedPlugin, PluginLike } from './check.ts';
import { noComponent, noPackage } from './errors.ts';

/** The folder at or above `place` whose package.json has a manifest. Error: E_CONFORMANCE_PLUGIN. */
export function packageRoot(place: string): string {
  for (let folder = place; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && 'dualbeat' in (JSON.parse(readFileSync(file, 'utf8')) as object))
      return folder;
    if (folder === dirname(folder)) throw noPackage(place);
  }
}

/** What `resolvePlugins` takes for a plugin: a folder for places, else the package name. */
export function specifierOf(plugin: string | URL): string {
  const text = plugin instanceof URL ? plugin.href : plugin;
  if (text.startsWith('file:')) return packageRoot(fileURLToPath(text));
  return isAbsolute(text) ? packageRoot(text) : text;
}

/**
 * The real host with this plugin and others ('@dualbeat/standard') loaded; close it after use.
 * @example const host = await openPlugin(import.meta.url);
 */
export async function openPlugin(
  plugin: string | URL,
  others: readonly string[] = [],
): Promise<Host> {
  const specifier = specifierOf(plugin);
  const from = isAbsolute(specifier) ? join(specifier, 'package.json') : join(process.cwd(), 'x');
  return openHost(resolvePlugins([specifier, ...others], from));
}

const inMemory = Symbol.for('@dualbeat/plugin-kit/in-memory');
const registry = ((globalThis as { [inMemory]?: Map<string, unknown> })[inMemory] ??= new Map());

/** A source whose entry is a module made of the given components: they take the way of a real plugin. */
function sourceOf(name: string, components: readonly AnyComponent[]): PluginSource {
  const key = String(registry.size);
  registry.set(key, definePlugin(components));
  const code = `export default globalThis[Symbol.for('@dualbeat/plugin-kit/in-memory')].get('${key}')`;
  const entry = `data:text/javascript,${encodeURIComponent(code)}`;
  return {
    specifier: name,
    name,
    version: '0.0.0',
    root: '',
    manifest: {
      range: `^${coreVersion()}`,
      components: components.map(({ id, kind }) => ({ id, kind, summary: id, entry: '.' })),
    },
    entries: { '.': entry },
  };
}

const loaded = new Map<string, Promise<LoadedPlugin>>();

/** Loads a plugin once per process. Errors: E_CONFORMANCE_PLUGIN and those of the host. */
export function loadPlugin(
  plugin: PluginLike,
  others: readonly string[] = [],
): Promise<LoadedPlugin> {
  if (typeof plugin === 'string' || plugin instanceof URL) {
    const specifier = specifierOf(plugin);
    const key = [specifier, ...others].join('\0');
    const found = loaded.get(key) ?? loadPackage(specifier, others);
    loaded.set(key, found);
    return found;
  }
  return loadComponents(plugin.name ?? 'components in memory', plugin.components, others);
}

async function loadPackage(specifier: string, others: readonly string[]): Promise<LoadedPlugin> {
  const from = isAbsolute(specifier) ? join(specifier, 'package.json') : join(process.cwd(), 'x');
  const sources = resolvePlugins([specifier, ...others], from);
  const [{ name, version, root, manifest }] = sources as [PluginSource];
  return { name, version, root, host: await openHost(sources), components: manifest.components };
}

async function loadComponents(
  name: string,
  components: readonly AnyComponent[],
  others: readonly string[],
): Promise<LoadedPlugin> {
  const sources = resolvePlugins(others, join(process.cwd(), 'x'));
  const host = await openHost([sourceOf(name, components), ...sources]);
  return { name, version: '0.0.0', root: null, host, components };
}

/** The component of the kind and id, or the only one of the kind. Error: E_CONFORMANCE_PLUGIN. */
export function subjectOf<K extends Kind>(
  kind: K,
  plugin: LoadedPlugin,
  id?: string,
): ComponentSubject<K> {
  const ids = plugin.components.filter((one) => one.kind === kind).map((one) => one.id);
  const chosen = id ?? (ids.length === 1 ? ids[0] : undefined);
  if (chosen === undefined || !ids.includes(chosen)) throw noComponent(kind, id, ids);
  return { plugin, kind, id: chosen, component: plugin.host.component(kind, chosen) };
}
