/** @file The generator on a virtual tree: what it writes and what it refuses. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { pluginKinds } from '@dualbeat/plugin-kit/templates';
import { expect, test, vi } from 'vitest';
import plugin from './plugin.js';

// The formatter reads the real workspace; what it makes of a plugin is tested in test/src/plugins.
vi.stubEnv('NX_SKIP_FORMAT', 'true');

function tree(): Tree {
  const made = createTreeWithEmptyWorkspace();
  made.write('package.json', JSON.stringify({ name: 'x', version: '0.1.0' }));
  made.write('tsconfig.json', JSON.stringify({ references: [{ path: './packages/core' }] }));
  return made;
}

test('the schema lists the kinds that have a template', () => {
  const url = new URL('./plugin.schema.json', import.meta.url);
  const schema = JSON.parse(readFileSync(url, 'utf8')) as {
    properties: { kind: { enum: string[] } };
  };
  expect(schema.properties.kind.enum).toEqual(pluginKinds());
});

test('a plugin of the workspace: a bare id, the tag, source first, a reference', async () => {
  const made = tree();
  await plugin(made, { name: 'tempered', kind: 'loss' });
  const file = JSON.parse(made.read('plugins/tempered/package.json', 'utf8') ?? '') as unknown;
  expect(file).toMatchObject({
    name: '@dualbeat/tempered',
    version: '0.1.0',
    exports: { '.': { '@dualbeat/source': './src/index.ts' } },
    nx: { tags: ['layer:plugin'] },
    dualbeat: { range: '^0.1.0', components: [{ id: 'tempered', kind: 'loss' }] },
  });
  expect(made.children('plugins/tempered/src').sort()).toEqual([
    'index.ts',
    'tempered.test.ts',
    'tempered.ts',
  ]);
  expect(JSON.parse(made.read('tsconfig.json', 'utf8') ?? '')).toEqual({
    references: [{ path: './packages/core' }, { path: './plugins/tempered' }],
  });
});

test.each(pluginKinds())('%s: no placeholder is left', async (kind) => {
  const made = tree();
  await plugin(made, { name: 'mine', kind });
  const texts = made
    .listChanges()
    .filter(({ path }) => path.startsWith('plugins/mine/'))
    .map(({ content }) => String(content));
  expect(texts.length).toBeGreaterThan(6);
  for (const text of texts) expect(text).not.toMatch(/\{\{\w+\}\}/);
});

test('what is refused', async () => {
  const made = tree();
  made.write('plugins/tempered/package.json', '{}');
  await expect(
    plugin(made, { name: 'tempered', kind: 'loss' }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[Error: E_FOLDER_TAKEN: plugins/tempered: the folder is there, and nothing is overwritten. Fix: choose another name.]`,
  );
  await expect(
    plugin(made, { name: 'other', kind: 'encodr' }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[Error: E_PLUGIN_KIND: --kind: there is no template of the kind "encodr"; there is: cohort, encoder, head, loss, metric, projector, reader, transform. Fix: use one of these kinds.]`,
  );
});

test('nx finds the generator by its name', () => {
  const require = createRequire(import.meta.url);
  const found = require('../generators.json') as { generators: { plugin: { factory: string } } };
  expect(found.generators.plugin.factory).toBe('./src/plugin.js');
});
