import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { installedPlugins } from './installed-plugins.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualbeat-installed-'));
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, content: unknown): void {
  const at = join(folder, 'node_modules', name);
  mkdirSync(at, { recursive: true });
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(at, 'package.json'), text);
}

const component = { id: 'acme/x', kind: 'loss', summary: 'A loss.', entry: '.' };

test('plugins are found by their manifests; what is broken is listed or left alone', () => {
  put('@acme/good', {
    name: '@acme/good',
    version: '1.2.3',
    dualbeat: { range: '^0.1.0', components: [component] },
  });
  put('@acme/empty', { version: '1.0.0', dualbeat: { range: '^0.1.0', components: [] } });
  put('wrong', { name: 'wrong', version: '1.0.0', dualbeat: { components: [{ id: 1 }] } });
  put('keyword', { name: 'keyword', version: '1.0.0', keywords: ['dualbeat'] });
  put('broken', '{ "dualbeat"');
  mkdirSync(join(folder, 'node_modules', 'no-package'), { recursive: true });
  writeFileSync(join(folder, 'node_modules', 'a-file'), '');
  // Hidden folders are npm's own.
  put('.cache/x', { name: 'x', version: '1.0.0', dualbeat: {} });

  const own = installedPlugins(folder).filter(({ root }) => root.includes('dualbeat-installed-'));
  expect(own.map(({ name, version, problem }) => [name, version, problem])).toEqual([
    ['@acme/empty', '1.0.0', 'it offers nothing'],
    ['@acme/good', '1.2.3', undefined],
    ['wrong', '1.0.0', 'its manifest is not valid'],
  ]);
  expect(own[1]?.components).toEqual([component]);
});

test('the plugins of this repository are seen from anywhere', () => {
  const names = installedPlugins(tmpdir()).map(({ name }) => name);
  expect(names).toContain('@dualbeat/standard');
});
