// @ts-check
/**
 * @file `nx g @dualbeat/workspace:plugin <name> --kind <kind>`: the templates of `dualbeat plugins new`, as a plugin of this
 * repository. Afterwards: `npm install --ignore-scripts && npx nx sync`.
 */
import { formatFiles, readJson, updateJson } from '@nx/devkit';
import { pluginKinds, renderPlugin } from '@dualbeat/plugin-kit/templates';

/**
 * @param {import('@nx/devkit').Tree} tree
 * @param {{ name: string, kind: string }} options checked by plugin.schema.json
 */
export default async function plugin(tree, { name, kind }) {
  if (!pluginKinds().includes(kind))
    throw new Error(
      `E_PLUGIN_KIND: --kind: there is no template of the kind "${kind}"; there is: ${pluginKinds().join(', ')}. Fix: use one of these kinds.`,
    );
  const folder = `plugins/${name}`;
  if (tree.exists(folder))
    throw new Error(
      `E_FOLDER_TAKEN: ${folder}: the folder is there, and nothing is overwritten. Fix: choose another name.`,
    );
  const { version } = readJson(tree, 'package.json');
  const files = renderPlugin({ kind, id: name, where: 'workspace', version });
  for (const [path, text] of Object.entries(files)) tree.write(`${folder}/${path}`, text);
  updateJson(tree, 'tsconfig.json', (config) => ({
    ...config,
    references: [...(config.references ?? []), { path: `./${folder}` }],
  }));
  await formatFiles(tree);
  return () => {
    console.log('next: npm install --ignore-scripts && npx nx sync');
  };
}
