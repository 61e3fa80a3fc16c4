/** @file The worker process as the supervisor sees it: started, heard, watched, stopped. */
import { fork } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Readable } from 'node:stream';
import { limitVariable } from '@dualbeat/core';
import { pluginStuck, workerDied, workerSilent, workerStalled } from '../errors.ts';
import { heartbeatFd } from '../worker/heartbeat.ts';
import type { FromWorker, Job, ToWorker } from '../messages.ts';
import { openActivity } from './activity.ts';

export type WatchLimits = {
  /** After the first heartbeat: without one for so long, the process hangs or is frozen. */
  readonly silentMs: number;
  /** Until the first heartbeat; a loaded machine or a network disk may take its time. */
  readonly startMs: number;
  /** Alive, but no step, batch or message. Compiling a large step takes minutes. */
  readonly stalledMs: number;
};
/** A dead worker is noticed at once, a frozen one after 15 s, one that is stuck in a step after 30 minutes. */
export const defaultLimits: WatchLimits = {
  silentMs: 15_000,
  startMs: 120_000,
  stalledMs: 1_800_000,
};

export interface WorkerProcess {
  readonly pid: number;
  /** Resolves with the last message ('done', 'interrupted', 'failed'). Errors: E_WORKER_DIED, E_WORKER_SILENT, E_WORKER_STALLED, E_PLUGIN_HANGS. */
  readonly ended: Promise<FromWorker>;
  /** Asks it to finish the step, save and end. */
  stop(): void;
  /** Ends it now. */
  kill(): void;
}

export function startWorker(options: {
  readonly job: Job;
  /** Its stdout and stderr go here. */
  readonly log: string;
  readonly command: string;
  readonly limits: WatchLimits;
  readonly onMessage: (message: FromWorker) => void;
}): WorkerProcess {
  const { log, command, limits } = options;
  const out = openSync(log, 'a');
  const stdio = ['ignore', out, out, 'ipc', 'pipe'] as const;
  const child = fork(workerModule, [], {
    execArgv: workerExecArgv(),
    serialization: 'advanced',
    stdio: [...stdio],
    env: { TF_CPP_MIN_LOG_LEVEL: '1', ...process.env },
  });
  closeSync(out);

  let last: FromWorker | null = null;
  let ended: Error | null = null;
  const watch = watchBeats(child.stdio[heartbeatFd] as Readable, limits, (how, seconds) => {
    ended = (how === 'silent' ? workerSilent : workerStalled)({ seconds, log, command });
    child.kill('SIGKILL');
  });
  const activity = openActivity((doing, seconds) => {
    ended = pluginStuck({ seconds, log, doing, limit: limitVariable });
    child.kill('SIGKILL');
  });
  child.on('message', (message: FromWorker) => {
    watch.moved();
    activity.hear(message);
    if (message.kind === 'done' || message.kind === 'interrupted' || message.kind === 'failed') {
      last = message;
    }
    options.onMessage(message);
  });
  const done = new Promise<FromWorker>((resolve, reject) => {
    child.on('error', (error) => (ended ??= error));
    child.on('close', (code, signal) => {
      watch.close();
      activity.close();
      if (last !== null) resolve(last);
      else if (ended !== null) reject(ended);
      else {
        const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
        reject(workerDied({ how, log, tail: tailOf(log), command, doing: activity.now() }));
      }
    });
  });
  const say = (message: ToWorker): void => {
    if (child.connected) child.send(message, () => undefined); // it may end in this moment
  };
  say({ kind: 'run', job: options.job });
  return {
    pid: child.pid ?? -1,
    ended: done,
    stop: () => say({ kind: 'stop' }),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** TypeScript in the repository, JavaScript in the package. */
const isSource = import.meta.url.endsWith('.ts');
const workerModule = new URL(isSource ? '../worker/main.ts' : '../worker/main.js', import.meta.url);

function workerExecArgv(): string[] {
  if (!isSource) return process.execArgv;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const own = process.execArgv.filter((arg) =>
    /^--(max-|stack|inspect|enable-source-maps)/.test(arg),
  );
  return ['--conditions=@dualbeat/source', '--import', tsx, ...own];
}

/** Calls `lost` once, when beats or progress stay away for too long. */
function watchBeats(
  beats: Readable,
  limits: WatchLimits,
  lost: (how: 'silent' | 'stalled', seconds: number) => void,
): { moved(): void; close(): void } {
  const everyMs = Math.min(1000, limits.silentMs / 4);
  let beatAt = performance.now();
  let movedAt = beatAt;
  let tickAt = beatAt;
  let count: string | null = null;
  const lines = createInterface({ input: beats });
  lines.on('line', (line) => {
    beatAt = performance.now();
    if (line !== count) movedAt = beatAt;
    count = line;
  });
  const timer = setInterval(() => {
    const now = performance.now();
    // This process itself was asleep or frozen: give the worker its time anew.
    if (now - tickAt > 5 * everyMs) beatAt = movedAt = now;
    tickAt = now;
    if (now - beatAt > (count === null ? limits.startMs : limits.silentMs))
      stop('silent', now - beatAt);
    else if (now - movedAt > limits.stalledMs) stop('stalled', now - movedAt);
  }, everyMs);
  const close = (): void => {
    clearInterval(timer);
    lines.close();
  };
  const stop = (how: 'silent' | 'stalled', ms: number): void => {
    close();
    lost(how, Math.round(ms / 1000));
  };
  return { moved: () => void (movedAt = performance.now()), close };
}

/** The last lines of the worker's log that say something. */
function tailOf(log: string): string[] {
  try {
    const lines = readFileSync(log, 'utf8').split('\n');
    return lines
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .slice(-3);
  } catch {
    return [];
  }
}
