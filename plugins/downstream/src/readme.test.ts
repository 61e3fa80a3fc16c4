import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openPlugin, optionTable } from '../test/support.ts';

test('the README has the options of every component as their schemas say', async () => {
  const readme = unpadded(readFileSync(new URL('../README.md', import.meta.url), 'utf8'));
  const host = await openPlugin();
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
