/** @file Signs of life of the worker: a thread writes them, since a step may hold the main thread for minutes. */
import { Worker } from 'node:worker_threads';

/** Inherited pipe to the supervisor: one line a beat, holding the number of things that the main thread has done. */
export const heartbeatFd = 4;
export const heartbeatMs = 500;

// Plain text, so that the thread needs no module and no loader. EPIPE: the supervisor is gone.
const threadCode = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const done = new Int32Array(workerData.shared);
setInterval(() => {
  try {
    writeSync(workerData.fd, Atomics.load(done, 0) + '\\n');
  } catch (error) {
    if (error.code !== 'EAGAIN') process.exit();
  }
}, workerData.everyMs);
`;

export type Heartbeat = {
  /** The main thread has done something. */
  moved(): void;
};

export function startHeartbeat(): Heartbeat {
  const shared = new SharedArrayBuffer(4);
  const done = new Int32Array(shared);
  const thread = new Worker(threadCode, {
    eval: true,
    name: 'dualbeat-heartbeat',
    execArgv: [],
    workerData: { shared, fd: heartbeatFd, everyMs: heartbeatMs },
  });
  thread.unref();
  return { moved: () => void Atomics.add(done, 0, 1) };
}
