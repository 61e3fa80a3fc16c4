/**
 * @file Golden values of the encoders of `@dualbeat/cmr-cnn3d`, from PyTorch in float64. Reads plugins/cmr-cnn3d/test/golden/cases.json,
 * writes values.safetensors beside it. Run in the repository's root: see tools/golden/README.md.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openHost, resolvePlugins } from '@dualbeat/core';
import type { Named, VariableSpec } from '@dualbeat/core';
import { ensureTorch } from '../../bench/src/torch/ensure-torch.ts';

type Case = { readonly use: string; readonly options: object; readonly view: readonly number[] };

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, '..', '..', '..', 'plugins', 'cmr-cnn3d', 'test', 'golden');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const shapes = (specs: Named<VariableSpec>) =>
  Object.entries(specs).map(([name, { shape }]) => [name, shape]);

const { python } = ensureTorch(process.env, say);
const host = await openHost(resolvePlugins(['@dualbeat/cmr-cnn3d'], join(here, 'x.ts')));
const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Case[];
const described = [];
for (const each of cases) {
  const { use, view } = each;
  const from = { input: { shape: view, dtype: 'float32' } } as const;
  const encoder = await host.create('encoder', { use, options: each.options }, from);
  const { properties } = host.component('encoder', use).options as {
    properties: Named<{ default?: unknown }>;
  };
  const defaults = Object.entries(properties).map(([name, of]) => [name, of.default]);
  described.push({
    ...each,
    options: { ...Object.fromEntries(defaults), ...each.options },
    width: encoder.width,
    params: shapes(encoder.params),
    state: shapes(encoder.state),
  });
}
host.close();
const temporary = mkdtempSync(join(tmpdir(), 'dualbeat-golden-'));
try {
  const file = join(temporary, 'cases.json');
  writeFileSync(file, JSON.stringify(described));
  const script = join(here, '..', 'python', 'cnn3d.py');
  const out = join(folder, 'values.safetensors');
  const done = spawnSync(python, [script, file, out], { stdio: 'inherit' });
  process.exitCode = done.status ?? 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
