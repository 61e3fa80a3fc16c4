/** @file The plugin host: loads plugins into one container and makes components by kind and id. */
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Container, type ContainerModule } from 'inversify';
import type { Component, Kind } from '../contracts/component.ts';
import { isCoded } from '../errors.ts';
import * as errors from './errors.ts';
import { CATALOGUE, componentToken } from './kinds.ts';
import { checkMade } from './check-made.ts';
import { type Guard, guarded, watched } from './guard.ts';
import { type HostLimits, hostLimits } from './limits.ts';
import { openMade } from './made.ts';
import { packageDigest } from './package-digest.ts';
import { satisfies } from './range.ts';
import { schemaProblems } from './schema-problems.ts';
import type {
  AnyComponent,
  CatalogueEntry,
  Host,
  HostOptions,
  LoadedSource,
  PluginSource,
} from './types.ts';
import { validator } from './validator.ts';
import { watchLoops } from './watch-loops.ts';

/** Version of this package. */
export function coreVersion(): string {
  const file = fileURLToPath(new URL('../../package.json', import.meta.url));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

const keyOf = (item: { readonly kind: Kind; readonly id: string }) => `${item.kind} "${item.id}"`;
const titleOf = (plugin: { readonly name: string; readonly version: string }) =>
  `${plugin.name} ${plugin.version}`;

function checkVersion(plugin: PluginSource, core: string): void {
  const { range } = plugin.manifest;
  const fits = satisfies(core, range);
  if (fits === undefined) throw errors.rangeUnreadable(titleOf(plugin), range);
  if (!fits) throw errors.versionUnfit(titleOf(plugin), range, core);
}

/** By its methods, not `instanceof`: the plugin may bring its own copy of inversify. */
function isModule(value: unknown): value is ContainerModule {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { load?: unknown }).load === 'function'
  );
}

/** Released together with this package: their loading is not watched by a thread of its own. */
const ownScope = '@dualbeat/';

async function importModule(
  plugin: PluginSource,
  url: string,
  { importMs }: HostLimits,
): Promise<ContainerModule> {
  const title = titleOf(plugin);
  const guard: Guard = {
    limitMs: importMs,
    late: () => errors.pluginHangs(title, 'being loaded', importMs, url),
    exited: (code) => errors.pluginExits(title, 'it was loaded', code, url),
  };
  const stop = plugin.name.startsWith(ownScope)
    ? () => undefined
    : watchLoops(importMs, guard.late().message);
  let imported: { default?: unknown };
  try {
    imported = await watched(
      async () => (await import(/* @vite-ignore */ url)) as { default?: unknown },
      guard,
    );
  } catch (error) {
    if (isCoded(error)) throw error;
    throw errors.importFailed(title, url, error);
  } finally {
    stop();
  }
  if (!isModule(imported.default)) throw errors.notAPlugin(title, url);
  return imported.default;
}

/** What the modules of one plugin bind, seen in a container of its own. */
async function componentsOf(
  plugin: PluginSource,
  modules: readonly ContainerModule[],
): Promise<AnyComponent[]> {
  const alone = new Container();
  await alone.loadAsync(...modules);
  return alone.isBound(CATALOGUE) ? alone.getAll(CATALOGUE) : [];
}

function checkAgreement(plugin: PluginSource, components: readonly AnyComponent[]): void {
  const inManifest = new Set(plugin.manifest.components.map(keyOf));
  const inCode = new Set<string>();
  for (const component of components) {
    const key = keyOf(component);
    if (inCode.has(key))
      throw errors.componentDuplicate(
        component.kind,
        component.id,
        titleOf(plugin),
        titleOf(plugin),
      );
    inCode.add(key);
    try {
      validator(component.options);
    } catch (error) {
      throw errors.componentSchema(component.kind, component.id, titleOf(plugin), error);
    }
  }
  const onlyManifest = [...inManifest].filter((key) => !inCode.has(key));
  const onlyCode = [...inCode].filter((key) => !inManifest.has(key));
  if (onlyManifest.length + onlyCode.length > 0)
    throw errors.manifestDisagrees(titleOf(plugin), onlyManifest, onlyCode);
}

/**
 * Loads the plugins; their code runs here for the first time.
 * Errors: E_PLUGIN_VERSION, E_PLUGIN_IMPORT, E_PLUGIN_HANGS, E_PLUGIN_EXITS, E_PLUGIN_EXPORT, E_PLUGIN_DISAGREES,
 * E_COMPONENT_DUPLICATE, E_COMPONENT_SCHEMA.
 */
export async function openHost(
  plugins: readonly PluginSource[],
  options: HostOptions = {},
): Promise<Host> {
  const core = coreVersion();
  const limits = hostLimits(options.limits);
  const root = new Container();
  const catalogue = new Map<string, CatalogueEntry>();
  for (const plugin of plugins) {
    checkVersion(plugin, core);
    options.onDoing?.({
      plugin: titleOf(plugin),
      what: 'being loaded',
      limitMs: limits.importMs,
    });
    const modules: ContainerModule[] = [];
    for (const url of Object.values(plugin.entries))
      modules.push(await importModule(plugin, url, limits));
    checkAgreement(plugin, await componentsOf(plugin, modules));
    for (const entry of plugin.manifest.components) {
      const first = catalogue.get(keyOf(entry));
      if (first !== undefined)
        throw errors.componentDuplicate(
          entry.kind,
          entry.id,
          `${first.plugin} ${first.version}`,
          titleOf(plugin),
        );
      catalogue.set(keyOf(entry), { ...entry, plugin: plugin.name, version: plugin.version });
    }
    await root.loadAsync(...modules);
  }
  options.onDoing?.(null);
  return hostOf({ root, catalogue, plugins, limits, onDoing: options.onDoing });
}

type Loaded = {
  readonly root: Container;
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
  readonly plugins: readonly PluginSource[];
  readonly limits: HostLimits;
  readonly onDoing: HostOptions['onDoing'];
};

/** A host whose components live in a container of their own, below that of the plugins. */
function hostOf(loaded: Loaded): Host {
  const { root, catalogue, plugins, limits, onDoing } = loaded;
  const made = openMade(root);
  let sources: readonly LoadedSource[] | undefined;
  const component = <K extends Kind>(kind: K, id: string, where?: string): Component<K> => {
    if (made.isClosed()) throw errors.hostClosed();
    if (catalogue.has(keyOf({ kind, id })))
      return made.container.get(componentToken(kind), { name: id });
    throw errors.componentUnknown(
      where,
      errors.unknownComponent(kind, id, [...catalogue.values()]),
    );
  };
  return {
    component,
    async create(kind, use, from, where = `${kind} "${use.use}"`) {
      const found = component(kind, use.use, where);
      const options: unknown = structuredClone(use.options ?? {});
      const problems = schemaProblems(found.options, options);
      if (problems.length > 0) throw errors.componentOptions(`${where}.options`, problems);
      const entry = catalogue.get(keyOf(found)) as CatalogueEntry;
      const title = `${entry.plugin} ${entry.version}`;
      const limitMs = kind === 'cohort' ? limits.cohortMs : limits.createMs;
      const doing = `making the ${kind} "${use.use}"`;
      onDoing?.({ plugin: title, what: doing, where, limitMs });
      try {
        const result = await guarded(() => found.create(options, from), {
          limitMs,
          late: () => errors.pluginHangs(title, doing, limitMs, where),
          exited: (code) => errors.pluginExits(title, doing, code, where),
        });
        const fault = checkMade(kind, use.use, result, from);
        if (fault?.of === 'made') throw errors.componentMade(where, title, fault);
        if (fault !== null)
          throw errors.wiringWrong(where, { fix: 'change one of them', ...fault });
        made.keep(result, title, where);
        return result;
      } catch (error) {
        if (isCoded(error)) throw error;
        throw errors.componentFailed(where, title, error);
      } finally {
        onDoing?.(null);
      }
    },
    catalogue: () => [...catalogue.values()],
    sources: () =>
      (sources ??= plugins.map(({ specifier, name, version, root: folder }) => ({
        specifier,
        url: pathToFileURL(folder).href,
        name,
        version,
        digest: packageDigest(folder),
      }))),
    child() {
      if (made.isClosed()) throw errors.hostClosed();
      const host = hostOf({ ...loaded, root: made.container });
      made.keep({ close: () => host.release() }, 'host', 'child');
      return host;
    },
    close: () => void made.release().catch(() => undefined),
    release: () => made.release(),
  };
}
