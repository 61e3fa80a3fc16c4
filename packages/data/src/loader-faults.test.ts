import { createHash } from 'node:crypto';
import { DualbeatError } from '@dualbeat/core';
import { afterEach, expect, test } from 'vitest';
import type { RampOptions } from '../fixtures/ramp-source.ts';
import type { BatchPlan, LoadedBatch, Loader, LoaderOptions, LoaderStall } from './batch-source.ts';
import { openLoader } from './loader.ts';

const ramp = new URL('../fixtures/ramp-source.ts', import.meta.url).href;
const own: Loader[] = [];
afterEach(async () => {
  await Promise.all(own.splice(0).map((loader) => loader.close()));
});
async function load(init: RampOptions, change: Partial<LoaderOptions> = {}): Promise<Loader> {
  const loader = await openLoader({
    source: { module: ramp, init },
    workers: 1,
    prefetch: 1,
    ...change,
  });
  own.push(loader);
  return loader;
}
function plan(rows: number, change: Partial<BatchPlan> = {}): BatchPlan {
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  return { order, batchSize: 4, dropRemainder: true, seed: 7, epoch: 1, mode: 'train', ...change };
}
async function all(batches: AsyncIterable<LoadedBatch>): Promise<LoadedBatch[]> {
  const list: LoadedBatch[] = [];
  for await (const batch of batches) list.push(batch);
  return list;
}
async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DualbeatError);
  return (error as Error).message.replaceAll(ramp, 'ramp-source.ts');
}
const bare = (list: LoadedBatch[]) => list.map((batch) => ({ ...batch, waitMs: 0, flags: [] }));
const stall = { noticeMs: 500, hangMs: 2500 };

test('without threads the batches are the same, read in the process', async () => {
  const here = await load({}, { workers: 0, prefetch: 2 });
  const there = await load({}, { workers: 2 });
  const batches = await all(here.batches(plan(40)));
  expect(bare(batches)).toEqual(bare(await all(there.batches(plan(40)))));
  expect(new Set(batches.flatMap((batch) => batch.flags))).toEqual(new Set(['thread 0']));
  expect(here.stats().batches).toBe(10);
  expect(bare(await all(here.batches(plan(40, { from: 7 }))))).toEqual(bare(batches.slice(7)));
});

test('without threads errors are told as with them, and the loader lives on', async () => {
  const here = await load({ faults: { 5: 'coded', 9: 'plain' } }, { workers: 0 });
  expect(await messageOf(all(here.batches(plan(8))))).toMatchInlineSnapshot(
    `"E_TEST_READ: rec7.dat: the signal ends early. Fix: copy it again."`,
  );
  const from9 = { ...plan(4), order: Int32Array.of(8, 9, 10, 11) };
  expect(await messageOf(all(here.batches(from9)))).toMatchInlineSnapshot(
    `"E_LOADER_READ: ramp-source.ts: the batch source failed at rows 8, 9, 10, 11: offset is out of bounds. Fix: correct the source or these records."`,
  );
  expect(await all(here.batches(plan(4)))).toHaveLength(1);
  expect(await messageOf(load({ init: 'coded' }, { workers: 0 }))).toMatchInlineSnapshot(
    `"E_TEST_INIT: a/b: no folder. Fix: make it."`,
  );
  const waiting = here.batches(plan(8)).next();
  await here.close();
  await waiting.catch(() => undefined);
  expect(await messageOf(here.batches(plan(8)).next())).toContain('E_LOADER_CLOSED');
});

test('records that cannot be read are absent, counted once, and told by a hash of their id', async () => {
  const faults = { 5: 'coded', 13: 'coded' };
  const skip = { policy: 'skip', maxPercent: 5 } as const;
  for (const workers of [0, 2]) {
    const loader = await load({ faults }, { workers, corrupt: skip });
    const batches = await all(loader.batches(plan(40)));
    const again = await all(loader.batches(plan(40, { epoch: 2 })));
    expect([batches.length, again.length]).toEqual([10, 10]);
    const hash = (row: number) =>
      createHash('sha256').update(`person-${row}`).digest('hex').slice(0, 12);
    expect(loader.stats().skipped).toEqual(
      [5, 13].map((row) => ({ row, id: hash(row), code: 'E_TEST_READ' })),
    );
    const second = batches[1] as LoadedBatch;
    expect([...second.rows]).toEqual([4, -1, 6, 7]);
    expect([...second.subject]).toEqual([2, -1, 3, 3]);
    expect(second.ids).toEqual(['r4', '', 'r6', 'r7']);
    expect([...(second.views['ecg']?.present.data ?? [])]).toEqual([1, 0, 1, 1]);
    expect([...(second.targets['age']?.values.data ?? [])]).toEqual([4, -4, 0, 0, 6, -6, 7, -7]);
  }
});

test('more than the limit is an error; so is a batch without any record, and a fault of the source', async () => {
  const faults = {
    5: 'coded',
    13: 'coded',
    21: 'coded',
    40: 'coded',
    41: 'coded',
    42: 'coded',
    43: 'coded',
    50: 'plain',
  };
  const loader = await load({ faults }, { corrupt: { policy: 'skip', maxPercent: 5 } });
  const told = await messageOf(all(loader.batches(plan(40))));
  expect(told.replace(/[0-9a-f]{12}/g, '<hash>')).toMatchInlineSnapshot(
    `"E_LOADER_CORRUPT: 3 of 40 records cannot be read, more than the limit of 5 %: <hash> (E_TEST_READ), <hash> (E_TEST_READ), <hash> (E_TEST_READ). Fix: check the data (\`dualbeat data verify\` for a store), or raise the limit."`,
  );
  const order = (first: number) => ({
    ...plan(4),
    order: Int32Array.of(first, first + 1, first + 2, first + 3),
  });
  expect(await messageOf(all(loader.batches(order(40))))).toContain('E_TEST_READ');
  expect(await messageOf(all(loader.batches(order(50))))).toContain('E_LOADER_READ');
  const wrong = load({}, { corrupt: { policy: 'skip', maxPercent: 101 } });
  expect(await messageOf(wrong)).toMatchInlineSnapshot(
    `"E_LOADER_OPTIONS: the loader cannot be opened: maxPercent is 101, not between 0 and 100. Fix: correct this option."`,
  );
});

test('a thread in a loop without end is noticed, then given up, with the row it is at', async () => {
  const stalls: LoaderStall[] = [];
  const onStall = (one: LoaderStall) => void stalls.push(one);
  const loader = await load({ faults: { 9: 'loop' }, tells: true }, { stall, onStall });
  const start = performance.now();
  const told = await messageOf(all(loader.batches(plan(40))));
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(told.replace(/for [\d.]+ s/, 'for <n> s')).toMatchInlineSnapshot(
    `"E_LOADER_WORKER_HUNG: ramp-source.ts: a loader thread gave no sign of life for <n> s while it held rows 8, 9, 10, 11, at row 9. Fix: leave out the record at which it stops, or give it more time with a larger stall limit; then resume the run."`,
  );
  expect(stalls).toHaveLength(1);
  expect(stalls[0]).toMatchObject({
    rows: Int32Array.of(8, 9, 10, 11),
    position: 1,
    responsive: false,
  });
  expect(await messageOf(all(loader.batches(plan(40))))).toContain('E_LOADER_WORKER_HUNG');
});

test('a source that loops while it is made is given up', async () => {
  const told = await messageOf(load({ init: 'loop' }, { stall }));
  expect(told).toContain('E_LOADER_WORKER_HUNG');
  expect(told).toContain('while it held no rows');
});

test('a thread that waits for long is told, not ended', async () => {
  const stalls: LoaderStall[] = [];
  const onStall = (one: LoaderStall) => void stalls.push(one);
  const loader = await load({ faults: { 2: 'waits' }, tells: true }, { stall, onStall });
  const next = loader.batches(plan(40)).next();
  next.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(stalls).toHaveLength(1);
  expect(stalls[0]).toMatchObject({ position: 2, responsive: true });
});

test('a thread that exits names the row it was at', async () => {
  const loader = await load({ faults: { 9: 'exit' }, tells: true });
  expect(await messageOf(all(loader.batches(plan(40))))).toMatchInlineSnapshot(
    `"E_LOADER_WORKER_DIED: ramp-source.ts: a loader thread ended with exit code 17 while it held rows 8, 9, 10, 11, at row 9. Fix: correct the cause named here, and resume the run."`,
  );
});
