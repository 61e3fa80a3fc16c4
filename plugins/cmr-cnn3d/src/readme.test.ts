import { readFileSync } from 'node:fs';
import { openHost, resolvePlugins } from '@dualbeat/core';
import { expect, test } from 'vitest';
import { optionTable } from '../test/option-table.ts';

test('the README has the options of every component as their schemas say', async () => {
  const readme = unpadded(readFileSync(new URL('../README.md', import.meta.url), 'utf8'));
  const host = await openHost(resolvePlugins(['@dualbeat/cmr-cnn3d'], import.meta.filename));
  for (const { kind, id, summary } of host.catalogue()) {
    const table = unpadded(optionTable(host.component(kind, id).options));
    expect(readme).toContain(`### ${kind} \`${id}\`\n\n${summary}\n`);
    expect(readme).toContain(table);
  }
  host.close();
});

/** Tables without the padding that the formatter adds. */
const unpadded = (markdown: string): string =>
  markdown.replace(/ +\|/g, ' |').replace(/\| +/g, '| ').replace(/-{3,}/g, '---');
