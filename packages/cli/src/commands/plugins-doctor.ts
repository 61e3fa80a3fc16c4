/** @file `dualbeat plugins doctor`: each plugin for itself, from its manifest to the schemas of its options. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { coreVersion, isCoded, openHost, resolvePlugins } from '@dualbeat/core';
import { pluginNotInstalled } from '../plugins/errors.ts';
import { installedPlugins, readPlugin } from '../plugins/installed-plugins.ts';
import type { InstalledPlugin } from '../plugins/installed-plugins.ts';
import { schemaFaults } from '../plugins/schema-faults.ts';
import { say, sayJson } from '../say.ts';

export type DoctorFlags = { readonly json?: boolean };
type Finding = {
  readonly name: string;
  readonly version: string;
  readonly root: string;
  readonly range: string;
  readonly components: number;
  /** SHA-256 of its content; null where it could not be loaded. */
  readonly digest: string | null;
  readonly ok: boolean;
  readonly problems: readonly string[];
};

/** Exit code 1 where something is not in order. `names`: packages or paths; none: all that are installed. */
export async function pluginsDoctor(names: readonly string[], flags: DoctorFlags): Promise<number> {
  const installed = installedPlugins(process.cwd());
  const plugins = names.length === 0 ? installed : names.map((name) => named(name, installed));
  const findings: Finding[] = [];
  for (const plugin of plugins) findings.push(await examine(plugin));
  if (flags.json === true) sayJson({ core: coreVersion(), plugins: findings });
  else for (const finding of findings) tell(finding);
  return findings.every(({ ok }) => ok) ? 0 : 1;
}

function named(name: string, installed: readonly InstalledPlugin[]): InstalledPlugin {
  const found = installed.find((plugin) => plugin.name === name);
  if (found !== undefined) return found;
  const folder = resolve(name);
  if (!existsSync(join(folder, 'package.json')))
    throw pluginNotInstalled(
      name,
      installed.map((plugin) => plugin.name),
    );
  // A package without a manifest is examined too: that is what is wrong with it.
  return readPlugin(name, folder) ?? { name, version: '', root: folder, range: '', components: [] };
}

async function examine(plugin: InstalledPlugin): Promise<Finding> {
  const { name, version, root, range, components } = plugin;
  const about = { name, version, root, range, components: components.length };
  try {
    const host = await openHost(resolvePlugins([root], join(root, 'package.json')));
    try {
      const faults = host
        .catalogue()
        .flatMap(({ kind, id }) =>
          schemaFaults(host.component(kind, id).options).map((fault) => `${kind} ${id}: ${fault}`),
        );
      const readme = existsSync(join(root, 'README.md')) ? [] : ['it has no README.md'];
      const problems = [...faults, ...readme];
      const digest = host.sources()[0]?.digest ?? null;
      return { ...about, digest, ok: problems.length === 0, problems };
    } finally {
      host.close();
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const problem = isCoded(error) ? message : `E_INTERNAL: ${message}`;
    return { ...about, digest: null, ok: false, problems: [problem] };
  }
}

function tell({ name, version, root, range, components, digest, ok, problems }: Finding): void {
  const hash = digest === null ? '' : `, ${digest.slice(0, 12)}`;
  say(`${ok ? 'ok  ' : 'FAIL'} ${name} ${version} (core ${range}${hash}) ${components} components`);
  say(`     ${root}`);
  for (const problem of problems) say(`     ${problem}`);
}
