/** @file Entry of a loader thread: makes the batch source, then answers one read at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { isCoded } from '@dualbeat/core';
import type { BatchSource } from './batch-source.ts';
import { readThrew } from './errors.ts';
import { makeSource, readTask } from './read-task.ts';
import { toSent } from './sent-error.ts';
import { transferable } from './transfer-list.ts';
import { BEAT, POSITION } from './worker-messages.ts';
import type { ReadTask, ThreadData, WorkerReply } from './worker-messages.ts';

const { module, init, skip, life, beatMs } = workerData as ThreadData;
const port = parentPort;
if (port === null) throw new Error('loader-worker is started by openLoader');
const say = (reply: WorkerReply, transfer: ArrayBuffer[] = []) => port.postMessage(reply, transfer);

// A thread that loops for ever beats no more; one that waits for a disk does.
const cells = new Int32Array(life);
Atomics.store(cells, BEAT, 1);
setInterval(() => Atomics.add(cells, BEAT, 1), beatMs).unref();
const progress = (position: number) => {
  Atomics.store(cells, POSITION, position);
  Atomics.add(cells, BEAT, 1);
};

// A throw while the module loads ends the thread: the loader tells which module, and why.
await import(module);
const source = await makeSource({ module, init }).catch((error: unknown) => {
  fail(error, undefined);
  return undefined;
});
if (source !== undefined) {
  port.on('message', (task: ReadTask) => void answer(source, task));
  say({ kind: 'ready' });
}

async function answer(from: BatchSource, task: ReadTask): Promise<void> {
  try {
    const start = performance.now();
    Atomics.store(cells, POSITION, -1);
    const read = await readTask(from, task, { module, skip: skip === true }, progress);
    const out = transferable(read);
    say({ kind: 'rows', loaded: out.rows, readMs: performance.now() - start }, out.transfer);
  } catch (error) {
    fail(error, task.rows);
  }
}

function fail(error: unknown, rows: Int32Array | undefined): void {
  say({ kind: 'failed', error: toSent(isCoded(error) ? error : readThrew(module, rows, error)) });
}
