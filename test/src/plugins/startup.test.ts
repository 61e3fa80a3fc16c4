/** @file Light commands are light: what they load, and their CPU time above an empty Node.js, as installed. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository, succeed } from './processes.ts';

test('--help and plugins list load no schema library, no container, and no plugin', async () => {
  const script = join(repository, 'tools', 'setup', 'cli-cpu.js');
  const { stdout } = await succeed(process.execPath, [script, '--json'], repository);
  const { rows, loads } = JSON.parse(stdout) as {
    rows: { name: string; seconds: number; above: number }[];
    loads: { [command: string]: string[] };
  };
  expect(loads).toEqual({
    '--help': ['@dualbeat/cli', 'commander'],
    'plugins list': ['@dualbeat/cli', 'commander'],
  });
  const told = rows.map(({ name, seconds, above }) => `${name}: ${seconds} s, above ${above} s`);
  for (const { name, above } of rows) expect(above, told.join('\n')).toBeLessThan(limit(name));
}, 180_000);

/** Seconds; the median of nine. */
function limit(name: string): number {
  return name === 'node -e 0' ? 0.001 : 0.15;
}
