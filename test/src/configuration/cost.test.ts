import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { sourceFlags } from '../run/command.ts';
import { base, makeStudy } from './study.ts';

const study = makeStudy();
afterAll(study.remove);

// What one validation costs a process that has loaded the code already, beside what the code costs to load (built, not from source).
const script = `
import { loadExperiment } from '@dualbeat/core';
import { alwaysPlugins, planRun } from '@dualbeat/experiment';
const file = process.argv.at(-1);
const begin = process.cpuUsage();
const loaded = await loadExperiment({ file, env: {}, always: alwaysPlugins });
const plan = await planRun(loaded);
loaded.host.close();
const { user, system } = process.cpuUsage(begin);
const native = process.report.getReport().sharedObjects.filter((name) => /tensorflow|koffi/.test(name));
process.stdout.write(JSON.stringify({ ms: (user + system) / 1000, trial: plan.trial, native }));
process.exit(0);
`;

it('one validation takes less than a second of CPU, without the native library', () => {
  study.write('a.yaml', base.replace('runtime: js', 'runtime: tf'));
  const cache = join(study.folder, 'empty-cache');
  const here = fileURLToPath(new URL('.', import.meta.url));
  const runs = Array.from({ length: 3 }, () => {
    const run = spawnSync(
      process.execPath,
      [...sourceFlags, '--input-type=module', '--eval', script, '--', join(study.folder, 'a.yaml')],
      {
        cwd: here,
        encoding: 'utf8',
        env: { ...process.env, DUALBEAT_CACHE: cache, DUALBEAT_LIBTENSORFLOW: undefined },
      },
    );
    expect(run.stderr).toBe('');
    return JSON.parse(run.stdout) as { ms: number; trial: string; native: string[] };
  });
  expect(runs[0]).toMatchObject({
    trial: expect.stringMatching(/^base-s0-/) as string,
    native: [],
  });
  const sorted = runs.map(({ ms }) => ms).sort((a, b) => a - b);
  expect(sorted[1]).toBeLessThan(1000);
});
