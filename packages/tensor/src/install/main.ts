/**
 * @file Runnable entry of the set-up, before anything is built:
 * `node --conditions=@dualbeat/source --import tsx packages/tensor/src/install/main.ts install|doctor [--device cpu|cuda]`.
 */
import { parseArgs } from 'node:util';
import { isCoded } from '@dualbeat/core';
import { deviceUnknown } from './errors.ts';
import { installRuntime } from './install-runtime.ts';
import { planInstall } from './plan-install.ts';
import { preflight } from './preflight.ts';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { device: { type: 'string', default: 'cpu' } },
  });
  const { device } = values;
  if (device !== 'cpu' && device !== 'cuda') throw deviceUnknown(device);
  const { platform, arch, env } = process;
  if (positionals[0] === 'doctor') {
    for (const { check, ok, detail } of await preflight({ device }))
      say(`${ok ? 'ok  ' : 'FAIL'} ${check}: ${detail}`);
    return;
  }
  const plan = planInstall({ platform, arch, device, env });
  const installed = await installRuntime(plan, { log: (line) => say(`set-up: ${line}`), env });
  say(`set-up: tensor runtime ${installed.version} (${installed.device}) is in ${installed.dir}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  await main();
} catch (error) {
  if (!isCoded(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
