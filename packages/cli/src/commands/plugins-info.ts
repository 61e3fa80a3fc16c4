/** @file `dualbeat plugins info`: what components are and take. Loads the code of their plugins, no tensor library. */
import { join } from 'node:path';
import { openHost, resolvePlugins } from '@dualbeat/core';
import type { CatalogueEntry, Host } from '@dualbeat/core';
import { eachPlugin } from '../plugins/each-plugin.ts';
import { componentAmbiguous, componentNotInstalled } from '../plugins/errors.ts';
import { installedPlugins } from '../plugins/installed-plugins.ts';
import type { InstalledPlugin } from '../plugins/installed-plugins.ts';
import { optionRows, optionTable } from '../plugins/option-rows.ts';
import { say, sayJson } from '../say.ts';

export type InfoFlags = {
  readonly kind?: string;
  readonly markdown?: boolean;
  readonly json?: boolean;
};

/** One component, all of a package, or (without an id) all that are installed. Errors: E_PLUGIN_INFO and those of loading. */
export async function pluginInfo(id: string | undefined, flags: InfoFlags): Promise<number> {
  const plugins = installedPlugins(process.cwd());
  if (id === undefined) {
    const told = await eachPlugin(plugins, (host, plugin) => ({
      plugin,
      text: tell(host, plugin, entriesOf(host, flags.kind), flags),
      json: asJson(host, entriesOf(host, flags.kind)),
    }));
    const found = told.filter(({ json }) => json.length > 0);
    if (flags.json === true) sayJson(found.flatMap(({ json }) => json));
    else say(found.map(({ plugin, text }) => titled(plugin, text, flags)).join('\n\n'));
    return 0;
  }
  const plugin = pluginOf(id, flags.kind, plugins);
  const here = join(process.cwd(), 'package.json');
  const host = await openHost(resolvePlugins([plugin.root], here));
  try {
    const entries = entriesOf(host, flags.kind).filter(
      (entry) => plugin.name === id || entry.id === id,
    );
    if (flags.json === true) sayJson(asJson(host, entries));
    else say(tell(host, plugin, entries, flags));
    return 0;
  } finally {
    host.close();
  }
}

function entriesOf(host: Host, kind: string | undefined): CatalogueEntry[] {
  return host.catalogue().filter((entry) => kind === undefined || entry.kind === kind);
}

/** The plugin of that name, or the one that offers the component. */
function pluginOf(
  id: string,
  kind: string | undefined,
  plugins: readonly InstalledPlugin[],
): InstalledPlugin {
  const byName = plugins.find(({ name }) => name === id);
  if (byName !== undefined) return byName;
  const offers = plugins.flatMap((plugin) =>
    plugin.components
      .filter((entry) => entry.id === id && (kind === undefined || entry.kind === kind))
      .map((entry) => ({ plugin, entry })),
  );
  const [first] = offers;
  if (first === undefined) {
    const ids = plugins.flatMap(({ name, components }) => [name, ...components.map((c) => c.id)]);
    throw componentNotInstalled(id, [...new Set(ids)]);
  }
  if (offers.length > 1) {
    const kinds = offers.map(({ entry }) => entry.kind);
    throw componentAmbiguous(id, kinds);
  }
  return first.plugin;
}

function schemaOf(host: Host, { kind, id }: CatalogueEntry): object {
  return host.component(kind, id).options;
}

function asJson(host: Host, entries: readonly CatalogueEntry[]): object[] {
  return entries.map((entry) => ({ ...entry, options: schemaOf(host, entry) }));
}

function tell(
  host: Host,
  plugin: InstalledPlugin,
  entries: readonly CatalogueEntry[],
  flags: InfoFlags,
): string {
  const one = flags.markdown === true ? markdown : plain;
  return entries.map((entry) => one(host, entry, plugin)).join('\n\n');
}

function titled({ name }: InstalledPlugin, text: string, flags: InfoFlags): string {
  return flags.markdown === true ? `## ${name}\n\n${text}` : text;
}

/** As the READMEs of plugins have it. */
function markdown(host: Host, entry: CatalogueEntry): string {
  const { kind, id, summary, tested, cite } = entry;
  const notes = [
    ...(tested === undefined || tested === 'yes' ? [] : [`Tested: ${tested}.`]),
    ...(cite === undefined ? [] : [`Cite: ${cite}.`]),
  ];
  const about = [summary.replace(/[^.]$/, '$&.'), ...notes].join(' ');
  return `### ${kind} \`${id}\`\n\n${about}\n\n${optionTable(schemaOf(host, entry))}`;
}

function plain(host: Host, entry: CatalogueEntry, plugin: InstalledPlugin): string {
  const rows = optionRows(schemaOf(host, entry));
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  const options = rows.flatMap(({ name, values, fallback, description }) => [
    `  ${name.padEnd(width)}  ${values}; default ${fallback}`,
    `  ${' '.repeat(width)}  ${description}`,
  ]);
  return [
    `${entry.kind} ${entry.id}`,
    `  ${entry.summary}`,
    `  of ${plugin.name} ${plugin.version} (core ${plugin.range}), ${plugin.root}`,
    ...(entry.tested === undefined ? [] : [`  tested: ${entry.tested}`]),
    ...(entry.cite === undefined ? [] : [`  cite ${entry.cite}`]),
    rows.length === 0 ? '  no options' : 'options:',
    ...options,
  ].join('\n');
}
