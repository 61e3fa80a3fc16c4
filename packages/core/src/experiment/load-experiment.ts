/** @file An experiment file to a resolved experiment. Everything is checked here, before any tensor library is loaded. */
import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { isCoded } from '../errors.ts';
import { openHost } from '../host/open-host.ts';
import { resolvePlugins } from '../host/resolve-plugins.ts';
import { schemaProblems } from '../host/schema-problems.ts';
import type { Host, PluginSource } from '../host/types.ts';
import { componentProblems } from './components.ts';
import { completed, type DraftExperiment } from './draft.ts';
import { fillEnvironment } from './environment.ts';
import { experimentInvalid, type Problem } from './errors.ts';
import { readExtended } from './extends.ts';
import { originsOf } from './origins.ts';
import { type Places, placeOf } from './places.ts';
import { referenceProblems } from './references.ts';
import { experimentSchema } from './schema.ts';
import { applySet } from './set.ts';
import { stageOrder } from './stage-order.ts';
import type { LoadedExperiment, LoadOptions, ResolvedExperiment } from './types.ts';

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) frozen(item);
    Object.freeze(value);
  }
  return value;
}

function structureProblems(value: unknown, places: Places): Problem[] {
  return schemaProblems(experimentSchema, value).map(({ code, path, ...said }) => ({
    ...said,
    code: `E_EXPERIMENT_${code}`,
    path,
    place: placeOf(places, path),
  }));
}

function check(file: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw experimentInvalid(file, problems);
}

function cycleProblems(resolved: ResolvedExperiment, places: Places): Problem[] {
  return Object.keys(resolved.stages).flatMap((name) => {
    try {
      stageOrder(resolved, name);
      return [];
    } catch (error) {
      if (!isCoded(error)) throw error;
      const path = ['stages', name];
      const cause = error.message
        .slice(error.code.length + 2, error.message.indexOf(' Fix: '))
        .replace(/\.$/, '');
      return [{ code: error.code, path, place: placeOf(places, path), cause, fix: error.fix }];
    }
  });
}

/** The unnamed plugins and those of the file; a plugin that is not there is reported at its line. */
function pluginSources(
  always: readonly string[],
  named: readonly string[],
  file: string,
  places: Places,
): PluginSource[] {
  const sources = new Map<string, PluginSource>();
  const problems: Problem[] = [];
  for (const [index, specifier] of [...always, ...named].entries()) {
    try {
      for (const source of resolvePlugins([specifier], file))
        if (!sources.has(source.root)) sources.set(source.root, source);
    } catch (error) {
      if (!isCoded(error) || error.code !== 'E_PLUGIN_NOT_FOUND' || index < always.length)
        throw error;
      const path = ['plugins', String(index - always.length)];
      problems.push({
        code: error.code,
        path,
        place: placeOf(places, path),
        cause: `the plugin '${specifier}' is not there`,
        fix: error.fix,
      });
    }
  }
  check(file, problems);
  return [...sources.values()];
}

/**
 * Loads an experiment: `extends`, `--set`, `${env:NAME}`, structure, references, plugins, options; defaults filled throughout.
 * The caller closes `host`.
 * Errors: E_EXPERIMENT_*, E_PLUGIN_*, E_COMPONENT_* (`isConfigurationError`); several are listed under E_EXPERIMENT_INVALID.
 * @example const { resolved, host } = await loadExperiment({ file: 'a.yaml', set: ['seed=1'], always: ['@acme/basics'] });
 */
export async function loadExperiment(options: LoadOptions): Promise<LoadedExperiment> {
  const file = resolve(options.file);
  const env = options.env ?? process.env;
  const doc = readExtended(file, env);
  for (const set of options.set ?? []) applySet(doc, experimentSchema, set);
  fillEnvironment(doc, env, file);
  check(file, structureProblems(doc.value, doc.places));
  const draft = doc.value as unknown as DraftExperiment;
  check(file, referenceProblems(draft, doc.places));
  const resolved = completed(draft);
  check(file, cycleProblems(resolved, doc.places).slice(0, 1));
  const host: Host = await openHost(
    pluginSources(options.always, resolved.plugins, file, doc.places),
  );
  try {
    check(file, componentProblems(resolved, host, doc.places));
  } catch (error) {
    host.close();
    throw error;
  }
  frozen(resolved);
  return {
    resolved,
    origins: originsOf(resolved, doc.places, file),
    host,
    file,
    yaml: () => stringify(resolved, { lineWidth: 0, aliasDuplicateObjects: false }),
  };
}
