/** @file The sender process of one run: `node sender.js <runsRoot> <experiment> <pid>`; ends when that process has and all is sent. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openTracker } from './address.ts';
import { followRuns } from './follow.ts';

const [runsRoot, experiment, pid] = process.argv.slice(2);
if (runsRoot === undefined || experiment === undefined || pid === undefined) process.exit(2);

// The run's own signals are not the sender's: it ends by itself, soon after the run.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const done = await followRuns({
  client: openTracker(process.env),
  runsRoot,
  experiment,
  alive: () => isAlive(Number(pid)),
  sleep,
  pause: 2000,
  longestPause: 60_000,
  triesAfterEnd: 8,
});
process.exitCode = done ? 0 : 75;

function isAlive(process_: number): boolean {
  try {
    process.kill(process_, 0);
    return true;
  } catch {
    return false;
  }
}
