/** @file A real Ray of one node, for tests: `DUALBEAT_RAY` names its `ray` command (pip install "ray[default]"). */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type LocalRay = { readonly address: string; close(): void };

/** A text says why there can be none here. */
export async function startRay(folder: string): Promise<LocalRay | string> {
  const ray = process.env['DUALBEAT_RAY'] ?? 'ray';
  if (spawnSync(ray, ['--version']).status !== 0) {
    return `no command '${ray}'; make a Python environment with ray[default] and name its ray in DUALBEAT_RAY`;
  }
  const [port, dashboard] = [await freePort(), await freePort()];
  const env = { ...process.env, RAY_USAGE_STATS_ENABLED: '0', RAY_DISABLE_IMPORT_WARNING: '1' };
  const stop = (): void => void spawnSync(ray, ['stop', '--force'], { env });
  const started = spawnSync(
    ray,
    [
      ...['start', '--head', '--num-cpus=2', '--node-ip-address=127.0.0.1', `--port=${port}`],
      ...['--dashboard-host=127.0.0.1', `--dashboard-port=${dashboard}`, `--temp-dir=${folder}`],
      ...['--object-store-memory=100000000', '--include-dashboard=true', '--disable-usage-stats'],
    ],
    { env, encoding: 'utf8', timeout: 90_000 },
  );
  if (started.status !== 0) return `Ray did not start: ${started.stderr.trim().split('\n').at(-1)}`;
  const address = `http://127.0.0.1:${dashboard}`;
  for (let i = 0; i < 150; i++) {
    const answer = await fetch(`${address}/api/jobs/`).catch(() => null);
    if (answer?.ok === true) return { address, close: stop };
    await sleep(400);
  }
  stop();
  return "Ray's Jobs interface did not come up";
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
