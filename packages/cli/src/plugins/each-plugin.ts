/** @file Every installed plugin, loaded for itself: one that is broken does not hide the others. */
import { join } from 'node:path';
import { openHost, resolvePlugins } from '@dualbeat/core';
import type { Host } from '@dualbeat/core';
import type { InstalledPlugin } from './installed-plugins.ts';

/** What `look` makes of each; a plugin that cannot be loaded is left out and told on stderr. */
export async function eachPlugin<T>(
  plugins: readonly InstalledPlugin[],
  look: (host: Host, plugin: InstalledPlugin) => T,
): Promise<T[]> {
  const here = join(process.cwd(), 'package.json');
  const made: T[] = [];
  for (const plugin of plugins) {
    try {
      if (plugin.problem !== undefined) throw new Error(plugin.problem);
      const host = await openHost(resolvePlugins([plugin.root], here));
      try {
        made.push(look(host, plugin));
      } finally {
        host.close();
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      process.stderr.write(`left out ${plugin.name}: ${why}\n`);
    }
  }
  return made;
}
