/** @file Entry of a loader thread: makes the batch source, then answers one read at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { isCoded } from '@dualbeat/core';
import type { BatchSource, MakeBatchSource } from './batch-source.ts';
import { readThrew, sourceModule } from './errors.ts';
import { checkRows, padRows } from './pad-rows.ts';
import { toSent } from './sent-error.ts';
import { transferable } from './transfer-list.ts';
import type { ReadTask, WorkerData, WorkerReply } from './worker-messages.ts';

const { module, init } = workerData as WorkerData;
const port = parentPort;
if (port === null) throw new Error('loader-worker is started by openLoader');
const say = (reply: WorkerReply, transfer: ArrayBuffer[] = []) => port.postMessage(reply, transfer);

// A throw while the module loads ends the thread: the loader tells which module, and why.
const loaded = (await import(module)) as { default?: unknown };
const source = await make().catch((error: unknown) => {
  fail(error, undefined);
  return undefined;
});
if (source !== undefined) {
  port.on('message', (task: ReadTask) => void answer(source, task));
  say({ kind: 'ready' });
}

async function make(): Promise<BatchSource> {
  if (typeof loaded.default !== 'function') {
    throw sourceModule(module, 'its default export is no function');
  }
  const made = await (loaded.default as MakeBatchSource)(init);
  if (typeof made?.read !== 'function') throw sourceModule(module, 'what it makes has no `read`');
  return made;
}

async function answer(from: BatchSource, { rows, at, count }: ReadTask): Promise<void> {
  try {
    const start = performance.now();
    const read = await from.read(rows, at);
    checkRows(read, rows.length);
    const out = transferable(padRows(read, count));
    say({ kind: 'rows', loaded: out.rows, readMs: performance.now() - start }, out.transfer);
  } catch (error) {
    fail(error, rows);
  }
}

function fail(error: unknown, rows: Int32Array | undefined): void {
  say({ kind: 'failed', error: toSent(isCoded(error) ? error : readThrew(module, rows, error)) });
}
