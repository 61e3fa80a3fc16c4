/** @file `dualbeat plugins list`: from the manifests of the installed packages; no code of a plugin runs. */
import { installedPlugins } from '../plugins/installed-plugins.ts';
import type { InstalledPlugin } from '../plugins/installed-plugins.ts';
import { say, sayJson } from '../say.ts';

export type ListFlags = { readonly json?: boolean; readonly kind?: string };

export function listPlugins({ json, kind }: ListFlags): number {
  const plugins = installedPlugins(process.cwd()).flatMap((plugin) => ofKind(plugin, kind));
  if (json === true) {
    sayJson(plugins.map(({ root: _root, ...plugin }) => plugin));
    return 0;
  }
  for (const { name, version, components, problem } of plugins) {
    say(
      `${name} ${version}${problem === undefined ? '' : `: ${problem} (dualbeat plugins doctor)`}`,
    );
    const width = Math.max(0, ...components.map(({ kind, id }) => kind.length + id.length + 1));
    for (const { kind, id, summary, tested } of components as readonly Told[]) {
      const note = tested === undefined || tested === 'yes' ? '' : ` (tested: ${tested})`;
      say(`  ${`${kind} ${id}`.padEnd(width)}  ${summary}${note}`);
    }
  }
  return 0;
}

type Told = InstalledPlugin['components'][number] & { readonly tested?: string };

/** Without a kind: as it is. With one: its components of that kind, or nothing. */
function ofKind(plugin: InstalledPlugin, kind: string | undefined): InstalledPlugin[] {
  if (kind === undefined) return [plugin];
  const components = plugin.components.filter((component) => component.kind === kind);
  return components.length === 0 ? [] : [{ ...plugin, components }];
}
