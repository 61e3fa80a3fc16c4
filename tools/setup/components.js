// @ts-check
/** @file `npm run docs:components`: writes docs/components.md, the option tables of every component of this repository. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { componentsPage } from './src/components-page.js';
import { ROOT } from './src/root.js';

const file = join(ROOT, 'docs', 'components.md');
const bin = join(ROOT, 'packages', 'cli', 'bin', 'dualbeat.js');
const tables = execFileSync(process.execPath, [bin, 'plugins', 'info', '--markdown'], {
  cwd: ROOT,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
  maxBuffer: 2 ** 26,
});
const settings = (await resolveConfig(file)) ?? {};
writeFileSync(file, await format(componentsPage(tables), { ...settings, parser: 'markdown' }));
console.log('docs/components.md is written');
