/** @file A pool of loader threads: one task each at a time, a death told to all who wait. */
import type { Worker } from 'node:worker_threads';
import type { LoadedRows, LoaderStall, StallLimits } from './batch-source.ts';
import { loaderClosed, workerDied, workerHung } from './errors.ts';
import { fromSent } from './sent-error.ts';
import { startWorker } from './start-worker.ts';
import { beatMsOf, watchThread } from './watch-thread.ts';
import { POSITION } from './worker-messages.ts';
import type { ReadTask, WorkerData, WorkerReply } from './worker-messages.ts';

/** `drop` takes a task back that no thread has begun. */
export type Pending = { readonly loaded: Promise<LoadedRows>; drop(): void };
export type WorkerPool = {
  submit(task: ReadTask): Pending;
  readMs(): number;
  close(): Promise<void>;
};

type Job = ReadTask & { resolve(loaded: LoadedRows): void; reject(error: Error): void };
type Thread = { readonly worker: Worker; job: Job | undefined; ready: boolean };

export type PoolOptions = {
  readonly count: number;
  readonly heapMb: number | undefined;
  readonly stall: StallLimits;
  readonly onStall: (stall: LoaderStall) => void;
};

/** Resolves when every thread has made its source; rejects, with no thread left, when one cannot. */
export async function openWorkerPool(
  data: WorkerData,
  { count, heapMb, stall, onStall }: PoolOptions,
): Promise<WorkerPool> {
  const queue: Job[] = [];
  const threads: Thread[] = [];
  let readMs = 0;
  /** Why nothing more is read: closed, or a thread died. */
  let ended: Error | undefined;

  const end = (error: Error) => {
    ended ??= error;
    for (const job of queue.splice(0)) job.reject(ended);
  };
  const dispatch = () => {
    for (const thread of threads) {
      if (!thread.ready || thread.job !== undefined) continue;
      const job = queue.shift();
      if (job === undefined) return;
      thread.job = job;
      thread.worker.postMessage({
        rows: job.rows,
        at: job.at,
        count: job.count,
      } satisfies ReadTask);
    }
  };
  const finish = (thread: Thread, reply: Exclude<WorkerReply, { kind: 'ready' }>) => {
    const { job } = thread;
    thread.job = undefined;
    if (reply.kind === 'rows') {
      readMs += reply.readMs;
      job?.resolve(reply.loaded);
    } else {
      job?.reject(fromSent(reply.error));
    }
    dispatch();
  };
  const start = () =>
    new Promise<void>((resolve, reject) => {
      const life = new Int32Array(new SharedArrayBuffer(8)).fill(-1, POSITION);
      const beatMs = beatMsOf(stall);
      const worker = startWorker(
        { ...data, life: life.buffer as SharedArrayBuffer, beatMs },
        heapMb,
      );
      const thread: Thread = { worker, job: undefined, ready: false };
      threads.push(thread);
      let thrown: unknown;
      const giveUp = (error: Error) => {
        const { job } = thread;
        thread.ready = false;
        thread.job = undefined;
        end(error);
        job?.reject(ended ?? error);
        reject(ended ?? error);
      };
      const watched = { life, rows: () => thread.job?.rows };
      const watch = watchThread(watched, stall, onStall, ({ rows, position, ms }) => {
        // Told at once: the end of a thread that hangs in the system may never come.
        giveUp(workerHung(data.module, rows, position, ms / 1000));
        void worker.terminate();
      });
      worker.on('message', (reply: WorkerReply) => {
        if (reply.kind === 'ready') {
          thread.ready = true;
          resolve();
          dispatch();
        } else if (thread.ready) finish(thread, reply);
        else if (reply.kind === 'failed') reject(fromSent(reply.error));
      });
      worker.on('error', (error) => (thrown = error));
      worker.on('messageerror', (error) => {
        thrown = error;
        void worker.terminate(); // its answer is lost: nobody may wait for it
      });
      // Comes after `error`, and also after process.exit in the thread.
      worker.on('exit', (code) => {
        watch.stop();
        const rows = thread.job?.rows;
        giveUp(ended ?? workerDied(data.module, code, rows, thrown, Atomics.load(life, POSITION)));
      });
    });
  const close = async () => {
    end(loaderClosed());
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  };

  try {
    await Promise.all(Array.from({ length: count }, start));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    submit: (task) => {
      let job: Job | undefined;
      const loaded = new Promise<LoadedRows>((resolve, reject) => {
        if (ended !== undefined) return reject(ended);
        job = { ...task, resolve, reject };
        queue.push(job);
        dispatch();
      });
      loaded.catch(() => undefined); // told to the one who awaits it, if anybody does
      const drop = () => {
        const place = job === undefined ? -1 : queue.indexOf(job);
        if (place >= 0) queue.splice(place, 1);
      };
      return { loaded, drop };
    },
    readMs: () => readMs,
    close,
  };
}
