/** @file `dualbeat schema`: the JSON Schema of experiment files for editors. Loads the code of plugins, no tensor library. */
// oxlint-disable-next-line no-restricted-imports -- a file that the user asked for, never in a run folder
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { experimentSchema } from '@dualbeat/core';
import { eachPlugin } from '../plugins/each-plugin.ts';
import { installedPlugins } from '../plugins/installed-plugins.ts';
import { editorSchema } from '../schema/editor-schema.ts';
import type { EditorComponent } from '../schema/editor-schema.ts';
import { say, sayJson } from '../say.ts';
import { folderUnwritable } from '../scaffold/errors.ts';

export type SchemaFlags = { readonly out?: string; readonly json?: boolean };

/** A plugin that cannot be loaded is left out and told on stderr. */
export async function schema(flags: SchemaFlags): Promise<number> {
  const components = await installedComponents();
  const made = editorSchema(experimentSchema, components);
  if (flags.out === undefined) {
    say(JSON.stringify(made, null, 2));
    return 0;
  }
  const file = resolve(flags.out);
  try {
    writeFileSync(file, `${JSON.stringify(made)}\n`);
  } catch (error) {
    throw folderUnwritable(file, error);
  }
  const told = { status: 'written', exitCode: 0, file, components: components.length };
  if (flags.json === true) sayJson(told);
  else say(`${flags.out}: experiment files with the options of ${components.length} components`);
  return 0;
}

async function installedComponents(): Promise<EditorComponent[]> {
  const found = await eachPlugin(installedPlugins(process.cwd()), (host) =>
    host.catalogue().map(({ kind, id, summary }) => {
      return { kind, id, summary, options: host.component(kind, id).options };
    }),
  );
  return found.flat();
}
