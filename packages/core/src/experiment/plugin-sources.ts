/** @file The plugins of an experiment: those that are always loaded, and those that the file names. */
import { isCoded } from '../errors.ts';
import { resolvePlugins } from '../host/resolve-plugins.ts';
import type { PluginSource } from '../host/types.ts';
import { experimentInvalid, type Problem } from './errors.ts';
import { type Places, placeOf } from './places.ts';

/** Finds them; a plugin that is not there is reported at its line. Errors: E_PLUGIN_*. */
export function pluginSources(
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
  if (problems.length > 0) throw experimentInvalid(file, problems);
  return [...sources.values()];
}
