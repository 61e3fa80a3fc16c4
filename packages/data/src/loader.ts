/** @file The loader: batches in order, read ahead by background threads. */
import type { BatchPlan, LoadedBatch, LoadedRows, Loader, LoaderOptions } from './batch-source.ts';
import type { ReadFailure } from './batch-source.ts';
import { batchLargerThanSet, loaderOptions, loaderPlan, tooManyCorrupt } from './errors.ts';
import { openInProcess } from './in-process.ts';
import { padNumbers } from './pad-rows.ts';
import { checkModule } from './start-worker.ts';
import { openWorkerPool, type Pending } from './worker-pool.ts';

/** Within 10 s, as a person who watches would expect; and far beyond what a slow disk needs. */
const defaultStall = { noticeMs: 8000, hangMs: 60_000 };

/**
 * Starts the threads; each makes its own source. The arrays of a batch are transferred, not copied.
 * Errors: E_LOADER_OPTIONS, E_LOADER_SOURCE, what the source's maker throws, E_LOADER_WORKER_DIED, E_LOADER_WORKER_HUNG.
 * @example
 * const loader = await openLoader({ source: { module, init: { folder } }, workers: 2, prefetch: 4 });
 * for await (const batch of loader.batches({ order, batchSize: 8, dropRemainder: true, seed: 0, epoch: 0, mode: 'train' })) step(batch);
 * await loader.close();
 */
export async function openLoader(options: LoaderOptions): Promise<Loader> {
  const { source, workers, prefetch, heapMb, corrupt, stall, onStall } = options;
  if (!isCount(workers, 0)) throw loaderOptions(`workers is ${workers}, not 0 or more`);
  if (!isCount(prefetch, 0)) throw loaderOptions(`prefetch is ${prefetch}, not 0 or more`);
  const maxPercent = corrupt?.policy === 'skip' ? corrupt.maxPercent : undefined;
  if (maxPercent !== undefined && !(maxPercent >= 0 && maxPercent <= 100)) {
    throw loaderOptions(`maxPercent is ${maxPercent}, not between 0 and 100`);
  }
  const skip = maxPercent !== undefined;
  const data = { module: checkModule(source.module), init: source.init, skip };
  const pool =
    workers === 0
      ? await openInProcess(data)
      : await openWorkerPool(data, {
          count: workers,
          heapMb,
          stall: stall ?? defaultStall,
          onStall: onStall ?? (() => undefined),
        });
  let waitMs = 0;
  let given = 0;
  const skipped = new Map<number, Omit<ReadFailure, 'position'>>();
  /** Counts the records that are absent, of one plan. Errors: E_LOADER_CORRUPT. */
  const counter = (plan: BatchPlan) => {
    const ofPlan = new Map<number, Omit<ReadFailure, 'position'>>();
    return ({ failures = [] }: LoadedRows) => {
      for (const { row, id, code } of failures) {
        skipped.set(row, { row, id, code });
        ofPlan.set(row, { row, id, code });
      }
      if (ofPlan.size <= ((maxPercent ?? 0) / 100) * plan.order.length) return;
      throw tooManyCorrupt([...ofPlan.values()], plan.order.length, maxPercent ?? 0);
    };
  };

  return {
    batches: (plan) => {
      const batches = batchCount(plan);
      const count = counter(plan);
      const submit = (index: number) => {
        const rows = rowsOf(plan, index);
        const { seed, epoch, mode, batchSize } = plan;
        return { rows, ...pool.submit({ rows, at: { seed, epoch, mode }, count: batchSize }) };
      };
      return inOrder(plan.from ?? 0, batches, prefetch, submit, async (index, pending) => {
        const start = performance.now();
        const loaded = await pending.loaded;
        const waited = performance.now() - start;
        waitMs += waited;
        given++;
        count(loaded);
        const rows = padNumbers(pending.rows, plan.batchSize, -1);
        for (const { position } of loaded.failures ?? []) rows[position] = -1;
        return { ...loaded, index, rows, waitMs: waited };
      });
    },
    stats: () => ({
      waitMs,
      batches: given,
      readMs: pool.readMs(),
      skipped: [...skipped.values()],
    }),
    close: () => pool.close(),
  };
}

type Read = Pending & { readonly rows: Int32Array };
type Take = (index: number, read: Read) => Promise<LoadedBatch>;

/** Submits `ahead` reads beyond the one asked for, the first ones now; what was not begun is dropped at an early end. */
function inOrder(
  from: number,
  count: number,
  ahead: number,
  submit: (index: number) => Read,
  take: Take,
): AsyncIterableIterator<LoadedBatch> {
  const reads: Read[] = [];
  let next = from;
  const fill = (wanted: number) => {
    while (reads.length < wanted && next < count) reads.push(submit(next++));
  };
  const dropAll = () => {
    next = count;
    for (const read of reads.splice(0)) read.drop();
  };
  async function* iterate(): AsyncGenerator<LoadedBatch, undefined> {
    try {
      for (let index = from; index < count; index++) {
        fill(1);
        const read = reads.shift() as Read;
        fill(ahead);
        yield await take(index, read);
      }
    } finally {
      dropAll();
    }
    return undefined;
  }
  fill(ahead);
  const iterator = iterate();
  return {
    next: () => iterator.next(),
    return: (value?: undefined) => {
      dropAll(); // a generator that was never asked has no `finally`
      return iterator.return(value);
    },
    throw: (error: unknown) => iterator.throw(error),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** How many batches an epoch has. Errors: E_LOADER_PLAN, E_BATCH_LARGER_THAN_SET. */
function batchCount({ order, batchSize, dropRemainder, mode, from = 0 }: BatchPlan): number {
  if (!isCount(batchSize, 1)) throw loaderPlan(`the batch size is ${batchSize}, not 1 or more`);
  if (dropRemainder && order.length < batchSize) {
    throw batchLargerThanSet(order.length, batchSize, mode);
  }
  const full = order.length / batchSize;
  const count = dropRemainder ? Math.floor(full) : Math.ceil(full);
  if (!isCount(from, 0) || from > count)
    throw loaderPlan(`batch ${from} of ${count} is asked for first`);
  return count;
}

function rowsOf({ order, batchSize }: BatchPlan, index: number): Int32Array {
  return order.slice(index * batchSize, (index + 1) * batchSize);
}

function isCount(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}
