/** @file Reading without threads: `workers: 0`. */
import { isCoded } from '@dualbeat/core';
import type { BatchSource, LoadedRows } from './batch-source.ts';
import { loaderClosed, readThrew } from './errors.ts';
import { makeSource, readTask } from './read-task.ts';
import type { WorkerData } from './worker-messages.ts';
import type { WorkerPool } from './worker-pool.ts';

/** One read at a time, in the order in which they were asked for; each begins when the one before has ended. */
export async function openInProcess(data: WorkerData): Promise<WorkerPool> {
  let source: BatchSource;
  try {
    source = await makeSource(data);
  } catch (error) {
    throw isCoded(error) ? error : readThrew(data.module, undefined, error);
  }
  let closed = false;
  let readMs = 0;
  let chain: Promise<unknown> = Promise.resolve();
  return {
    submit: (task) => {
      let dropped = false;
      const loaded = chain.then(async (): Promise<LoadedRows> => {
        if (closed || dropped) throw loaderClosed();
        const start = performance.now();
        try {
          return await readTask(source, task, data, () => undefined);
        } finally {
          readMs += performance.now() - start;
        }
      });
      chain = loaded.catch(() => undefined);
      return { loaded, drop: () => (dropped = true) };
    },
    readMs: () => readMs,
    close: async () => {
      closed = true;
      await chain;
    },
  };
}
