/** @file The loader: batches in order, read ahead by background threads. */
import type { BatchPlan, LoadedBatch, Loader, LoaderOptions } from './batch-source.ts';
import { batchLargerThanSet, loaderOptions, loaderPlan } from './errors.ts';
import { padNumbers } from './pad-rows.ts';
import { checkModule } from './start-worker.ts';
import { openWorkerPool, type Pending } from './worker-pool.ts';

/**
 * Starts the threads; each makes its own source. The arrays of a batch are transferred, not copied.
 * Errors: E_LOADER_OPTIONS, E_LOADER_SOURCE, what the source's maker throws, E_LOADER_WORKER_DIED.
 * @example
 * const loader = await openLoader({ source: { module, init: { folder } }, workers: 2, prefetch: 4 });
 * for await (const batch of loader.batches({ order, batchSize: 8, dropRemainder: true, seed: 0, epoch: 0, mode: 'train' })) step(batch);
 * await loader.close();
 */
export async function openLoader(options: LoaderOptions): Promise<Loader> {
  const { source, workers, prefetch, heapMb } = options;
  if (!isCount(workers, 1)) throw loaderOptions(`workers is ${workers}, not 1 or more`);
  if (!isCount(prefetch, 0)) throw loaderOptions(`prefetch is ${prefetch}, not 0 or more`);
  const data = { module: checkModule(source.module), init: source.init };
  const pool = await openWorkerPool(data, workers, heapMb);
  let waitMs = 0;
  let given = 0;

  return {
    batches: (plan) => {
      const count = batchCount(plan);
      const submit = (index: number) => {
        const rows = rowsOf(plan, index);
        const { seed, epoch, mode, batchSize } = plan;
        return { rows, ...pool.submit({ rows, at: { seed, epoch, mode }, count: batchSize }) };
      };
      return inOrder(plan.from ?? 0, count, prefetch, submit, async (index, pending) => {
        const start = performance.now();
        const loaded = await pending.loaded;
        const waited = performance.now() - start;
        waitMs += waited;
        given++;
        const rows = padNumbers(pending.rows, plan.batchSize, -1);
        return { ...loaded, index, rows, waitMs: waited };
      });
    },
    stats: () => ({ waitMs, batches: given, readMs: pool.readMs() }),
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
