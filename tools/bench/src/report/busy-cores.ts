/** @file How busy the machine is with other work. */
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** From here on the times tell little: thread pools that wait actively suffer most from a core that is taken. */
export const busyLimit = 0.25;

/** Cores in use on average over `ms`, while this tool itself does nothing. */
export async function busyCores(ms = 3000): Promise<number> {
  const before = usedMs();
  const start = performance.now();
  await sleep(ms);
  return Math.max(0, usedMs() - before) / (performance.now() - start);
}

const usedMs = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
