/** @file docs/components.md is what the schemas say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bin, repository, succeed } from './processes.ts';

test('the option tables of the documentation are in step (npm run docs:components)', async () => {
  const args = [bin, 'plugins', 'info', '--markdown'];
  const { stdout, stderr } = await succeed(process.execPath, args, repository);
  // A plugin that offers nothing yet has no table; one that cannot be loaded is a fault.
  const faults = stderr.split('\n').filter((line) => !/^$|: it offers nothing$/.test(line));
  expect(faults).toEqual([]);
  const page = readFileSync(join(repository, 'docs', 'components.md'), 'utf8');
  const start = page.indexOf('\n## ');
  expect(start).toBeGreaterThan(0);
  expect(unpadded(page.slice(start))).toEqual(unpadded(stdout));
}, 60_000);

/** Lines without the padding and the escapes that the formatter adds; empty ones do not count. */
function unpadded(markdown: string): string[] {
  return markdown
    .split('\n')
    .map((line) =>
      line
        .replaceAll(/ *\| */g, '|')
        .replaceAll(/-{3,}/g, '---')
        .replaceAll(/\\([*_<>[\]])/g, '$1')
        .replaceAll('*', '_')
        .trim(),
    )
    .filter((line) => line !== '');
}
