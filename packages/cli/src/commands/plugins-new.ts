/** @file `dualbeat plugins new`: a plugin package that type-checks and passes its conformance suite as it is. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pluginKinds, pluginNeeds, renderPlugin } from '@dualbeat/plugin-kit/templates';
import { kindWithoutTemplate, pluginName } from '../scaffold/errors.ts';
import { fileDependencies, packageFolder, packagesVersion } from '../scaffold/package-source.ts';
import { tellWritten } from '../scaffold/tell-written.ts';
import { mustBeEmpty, writeFiles } from '../scaffold/write-files.ts';

export type NewPluginFlags = {
  readonly kind: string;
  readonly into?: string;
  readonly packages?: string;
  readonly json?: boolean;
};

/** Errors: E_PLUGIN_KIND, E_PLUGIN_NAME, E_PACKAGES_MISSING, E_FOLDER_TAKEN, E_FOLDER_UNWRITABLE. */
export async function newPlugin(id: string, flags: NewPluginFlags): Promise<number> {
  const { kind } = flags;
  const kinds = pluginKinds();
  if (!kinds.includes(kind)) throw kindWithoutTemplate(kind, kinds);
  // As in the manifest's schema; with a scope.
  if (!/^[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/.test(id)) throw pluginName(id);
  const folder = resolve(flags.into ?? (id.split('/')[1] as string));
  mustBeEmpty(folder);
  const dependencies = fileDependencies(packageFolder(flags.packages), pluginNeeds(kind), folder);
  const version = packagesVersion();
  const files = renderPlugin({ kind, id, where: 'own', version, dependencies });
  writeFiles(folder, files);
  const seen = ['vitest', '@dualbeat/cli', ...pluginNeeds(kind)].every((name) =>
    isSeen(name, folder),
  );
  const next = seen ? 'npm test' : 'npm install --ignore-scripts && npm test';
  return tellWritten(folder, files, { json: flags.json === true, next });
}

/** In a study the packages of the study serve. */
function isSeen(name: string, folder: string): boolean {
  const folders = createRequire(join(folder, 'package.json')).resolve.paths(name) ?? [];
  return folders.some((modules) => existsSync(join(modules, name, 'package.json')));
}
