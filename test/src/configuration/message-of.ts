/** @file The message that loading and planning a broken file must give. */
import { join } from 'node:path';
import { loadExperiment } from '@dualbeat/core';
import { alwaysPlugins, exitCodeOfRun, planRun } from '@dualbeat/experiment';
import { type Broken, broken } from './cases.ts';
import type { Study } from './study.ts';

/** Loads and plans as `run` and `explain` do; nothing is computed. Paths of the folder are left out. */
export async function messageOf(
  study: Study,
  { text, set = [], variant }: Broken,
): Promise<string> {
  study.write('a.yaml', text);
  const file = join(study.folder, 'a.yaml');
  try {
    const loaded = await loadExperiment({
      file,
      set,
      env: {},
      always: alwaysPlugins,
      ...(variant === undefined ? {} : { variant }),
    });
    try {
      await planRun(loaded);
    } finally {
      loaded.host.close();
    }
  } catch (error) {
    if (exitCodeOfRun(error) !== 42) throw error;
    return (error as Error).message.replaceAll(`${study.folder}/`, '');
  }
  return 'nothing was wrong';
}

/** The message of a case of the table, by its name. */
export function messageNamed(study: Study): (name: string) => Promise<string> {
  return async (name) => {
    const found = broken.filter((one) => one.name === name);
    if (found.length !== 1) throw new Error(`the table has ${found.length} cases "${name}"`);
    return messageOf(study, found[0] as Broken);
  };
}
