import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { DualbeatError } from '@dualbeat/core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { RampOptions } from '../fixtures/ramp-source.ts';
import type { BatchPlan, LoadedBatch, Loader, LoaderOptions } from './batch-source.ts';
import { openLoader } from './loader.ts';

const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url).href;
const ramp = fixture('ramp-source.ts');
const faults = { 1001: 'coded', 1101: 'plain', 1201: 'short', 1301: 'shape' };

/** Three threads, for the tests that leave them alive. */
let shared: Loader;
beforeAll(async () => {
  const source = { module: ramp, init: { slowMs: 20, faults } satisfies RampOptions };
  shared = await openLoader({ source, workers: 3, prefetch: 4 });
});
afterAll(() => shared.close());

const own: Loader[] = [];
afterEach(async () => {
  await Promise.all(own.splice(0).map((loader) => loader.close()));
});
async function load(init: RampOptions, change: Partial<LoaderOptions> = {}): Promise<Loader> {
  const source = { module: ramp, init };
  const loader = await openLoader({ source, workers: 1, prefetch: 1, ...change });
  own.push(loader);
  return loader;
}
function plan(rows: number, change: Partial<BatchPlan> & { first?: number } = {}): BatchPlan {
  const { first = 0, ...rest } = change;
  const order = Int32Array.from({ length: rows }, (_, i) => first + i);
  return { order, batchSize: 4, dropRemainder: true, seed: 7, epoch: 1, mode: 'train', ...rest };
}
async function all(batches: AsyncIterable<LoadedBatch>): Promise<LoadedBatch[]> {
  const list: LoadedBatch[] = [];
  for await (const batch of batches) list.push(batch);
  return list;
}
const bare = (list: LoadedBatch[]) => list.map((batch) => ({ ...batch, waitMs: 0, flags: [] }));
async function failureOf(work: Promise<unknown>): Promise<DualbeatError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DualbeatError);
  return error as DualbeatError;
}
/** Without the place of the repository. */
function messageOf(error: DualbeatError): string {
  const root = new URL('../../..', import.meta.url);
  return error.message.replaceAll(root.href, '').replaceAll(root.pathname, '');
}
/** Threads of this process as the system counts them; Linux only. */
const threads = () => readdirSync('/proc/self/task').length;
const onLinux = process.platform === 'linux';

test('batches come in order, whatever thread is first, and are the same with one thread', async () => {
  const many = await all(shared.batches(plan(40)));
  const one = await all((await load({}, { prefetch: 0 })).batches(plan(40)));
  expect(many.map((batch) => batch.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(many.flatMap((batch) => [...batch.rows])).toEqual([...plan(40).order]);
  expect(new Set(many.flatMap((batch) => batch.flags)).size).toBe(3); // all threads worked
  expect(bare(many)).toEqual(bare(one));
});

test('a resumed epoch goes on with the batches it would have had', async () => {
  const whole = await all(shared.batches(plan(40)));
  const rest = await all(shared.batches(plan(40, { from: 6 })));
  expect(bare(rest)).toEqual(bare(whole.slice(6)));
});

test('the last batch is filled up with absent rows', async () => {
  const end = plan(6, { dropRemainder: false, mode: 'eval' });
  const [, last, ...more] = await all(shared.batches(end));
  expect(more).toEqual([]);
  expect({ ...last, waitMs: 0, flags: [] }).toEqual({
    index: 1,
    waitMs: 0,
    flags: [],
    rows: Int32Array.of(4, 5, -1, -1),
    subject: Int32Array.of(2, 2, -1, -1),
    ids: ['r4', 'r5', '', ''],
    views: {
      ecg: {
        values: { shape: [4, 3], data: Float32Array.of(4, 4, 4, 5, 5, 5, 0, 0, 0, 0, 0, 0) },
        present: { shape: [4], data: Uint8Array.of(1, 1, 0, 0) },
      },
    },
    targets: {
      age: {
        values: { shape: [4, 2], data: Float32Array.of(4, -4, 5, -5, 0, 0, 0, 0) },
        present: { shape: [4, 2], data: Uint8Array.of(1, 1, 1, 1, 0, 0, 0, 0) },
      },
    },
  });
  expect(await all(shared.batches(plan(6)))).toHaveLength(1); // dropRemainder
});

test('two iterators share the threads; statistics count what was given', async () => {
  const before = shared.stats();
  const [train, val] = await Promise.all([
    all(shared.batches(plan(24))),
    all(shared.batches(plan(8, { mode: 'eval' }))),
  ]);
  expect([train.length, val.length]).toEqual([6, 2]);
  const after = shared.stats();
  expect(after.batches - before.batches).toBe(8);
  const waited = [...train, ...val].reduce((sum, batch) => sum + batch.waitMs, 0);
  expect(after.waitMs - before.waitMs).toBeCloseTo(waited, 6);
  expect(after.readMs - before.readMs).toBeGreaterThanOrEqual(70); // 4 slow reads of 20 ms, timers early by 1
});

test('reading ahead hides the reading time', async () => {
  const waits: number[] = [];
  for await (const batch of shared.batches(plan(60))) {
    waits.push(batch.waitMs);
    await new Promise((resolve) => setTimeout(resolve, 40)); // the step
  }
  expect(waits).toHaveLength(15);
  expect(waits.sort((a, b) => a - b)[7]).toBeLessThan(10); // the median wait, of reads that take 20 ms
});

test('a slice of a cache is copied, not taken away from the source', async () => {
  const batches = (await load({ pooled: true })).batches(plan(12, { mode: 'eval' }));
  const first = (await all(batches)).map((batch) => batch.views.ecg?.values.data[0]);
  expect(first).toEqual([0, 4, 8]);
});

test('a coded error of the source arrives with code, file and fix, and the loader lives on', async () => {
  const seen: number[] = [];
  const run = async () => {
    const wrong = plan(40, { first: 992 });
    for await (const batch of shared.batches(wrong)) seen.push(batch.index);
  };
  const error = await failureOf(run());
  expect(seen).toEqual([0, 1]);
  expect(error.message).toMatchInlineSnapshot(
    `"E_TEST_READ: rec7.dat: the signal ends early. Fix: copy it again."`,
  );
  const { code, fix, where } = error;
  expect({ code, fix, where }).toEqual({
    code: 'E_TEST_READ',
    fix: 'copy it again.',
    where: 'rec7.dat',
  });
  expect(error.stack).toContain('ramp-source');
  expect(await all(shared.batches(plan(8)))).toHaveLength(2);
});

test('an error without a code names the module and the rows', async () => {
  const error = await failureOf(all(shared.batches(plan(8, { first: 1100 }))));
  expect(messageOf(error)).toMatchInlineSnapshot(
    `"E_LOADER_READ: packages/data/fixtures/ramp-source.ts: the batch source failed at rows 1100, 1101, 1102, 1103: offset is out of bounds. Fix: correct the source or these records."`,
  );
  expect(error.stack).toContain('Caused by: RangeError');
});

test('rows that do not fit are refused', async () => {
  const short = await failureOf(all(shared.batches(plan(4, { first: 1200 }))));
  expect(short.message).toMatchInlineSnapshot(
    `"E_LOADER_ROWS: subject: what the batch source gave does not fit the rows asked for: 1 numbers for 4 rows. Fix: correct the source: every array has the rows first, and \`present\` covers leading axes."`,
  );
  const shape = await failureOf(all(shared.batches(plan(4, { first: 1300 }))));
  expect(shape.message).toMatchInlineSnapshot(
    `"E_LOADER_ROWS: targets/age/values: what the batch source gave does not fit the rows asked for: 2 numbers in the shape [4, 3]. Fix: correct the source: every array has the rows first, and \`present\` covers leading axes."`,
  );
});

test('a thread that exits is an error within seconds, also for who comes later', async () => {
  const loader = await load({ faults: { 9: 'exit' } }, { workers: 2 });
  const start = performance.now();
  const error = await failureOf(all(loader.batches(plan(400))));
  expect(performance.now() - start).toBeLessThan(5000);
  expect(messageOf(error)).toMatchInlineSnapshot(
    `"E_LOADER_WORKER_DIED: packages/data/fixtures/ramp-source.ts: a loader thread ended with exit code 17 while it held rows 8, 9, 10, 11. Fix: correct the cause named here, and resume the run."`,
  );
  const later = await failureOf(all(loader.batches(plan(400))));
  expect(later.code).toBe('E_LOADER_WORKER_DIED');
});

test('a thread that throws outside of a read is an error', async () => {
  const loader = await load({ faults: { 9: 'throw-later' } });
  const error = await failureOf(all(loader.batches(plan(400))));
  expect(messageOf(error)).toMatchInlineSnapshot(
    `"E_LOADER_WORKER_DIED: packages/data/fixtures/ramp-source.ts: a loader thread ended with exit code 1 while it held rows 8, 9, 10, 11: from a timer. Fix: correct the cause named here, and resume the run."`,
  );
});

test('a thread out of memory says so', async () => {
  const loader = await load({ faults: { 9: 'memory' } }, { heapMb: 48 });
  const error = await failureOf(all(loader.batches(plan(40))));
  expect(messageOf(error)).toMatchInlineSnapshot(
    `"E_LOADER_WORKER_DIED: packages/data/fixtures/ramp-source.ts: a loader thread ended with exit code 1 while it held rows 8, 9, 10, 11: Worker terminated due to reaching memory limit: JS heap out of memory. Fix: read less at once: fewer loader threads, a smaller batch, or a source that streams."`,
  );
});

const notMade: [string, string, RampOptions, string][] = [
  ['a coded error', ramp, { init: 'coded' }, 'E_TEST_INIT: a/b: no folder. Fix: make it.'],
  [
    'an error without a code',
    ramp,
    { init: 'plain' },
    'E_LOADER_READ: packages/data/fixtures/ramp-source.ts: the batch source failed while it was made: no such thing. Fix: correct the source or these records.',
  ],
  [
    'process.exit',
    ramp,
    { init: 'exit' },
    'E_LOADER_WORKER_DIED: packages/data/fixtures/ramp-source.ts: a loader thread ended with exit code 3 while it held no rows. Fix: correct the cause named here, and resume the run.',
  ],
  [
    'no source',
    ramp,
    { init: 'nothing' },
    'E_LOADER_SOURCE: packages/data/fixtures/ramp-source.ts: this module gives no batch source: what it makes has no `read`. Fix: give the file: URL of a module whose default export makes a batch source.',
  ],
  [
    'a throw at import',
    fixture('throws-at-import.ts'),
    {},
    'E_LOADER_WORKER_DIED: packages/data/fixtures/throws-at-import.ts: a loader thread ended with exit code 1 while it held no rows: no such library. Fix: correct the cause named here, and resume the run.',
  ],
  [
    'a missing module',
    fixture('none.ts'),
    {},
    "E_LOADER_WORKER_DIED: packages/data/fixtures/none.ts: a loader thread ended with exit code 1 while it held no rows: Cannot find module 'packages/data/fixtures/none.ts' imported from packages/data/src/loader-worker.ts. Fix: correct the cause named here, and resume the run.",
  ],
  [
    'no URL',
    'packages/source.ts',
    {},
    'E_LOADER_SOURCE: packages/source.ts: this module gives no batch source: it is no file: URL. Fix: give the file: URL of a module whose default export makes a batch source.',
  ],
];
test.each(notMade)('a source that cannot be made: %s', async (_name, module, init, message) => {
  const before = onLinux ? threads() : 0;
  const error = await failureOf(openLoader({ source: { module, init }, workers: 1, prefetch: 1 }));
  expect(messageOf(error)).toBe(message);
  if (onLinux) expect(threads()).toBeLessThanOrEqual(before);
});

test('closing early leaves no thread, and who waits is told', async () => {
  const before = onLinux ? threads() : 0;
  const loader = await load({ slowMs: 60_000 }, { workers: 2 });
  if (onLinux) expect(threads()).toBeGreaterThan(before);
  const waits = failureOf(loader.batches(plan(40)).next());
  await loader.close();
  await loader.close();
  expect((await waits).message).toMatchInlineSnapshot(
    `"E_LOADER_CLOSED: the loader was closed while a batch was waited for. Fix: finish iterating before close(), or open another loader."`,
  );
  if (onLinux) expect(threads()).toBeLessThanOrEqual(before);
  expect((await failureOf(loader.batches(plan(8)).next())).code).toBe('E_LOADER_CLOSED');
});

test('an iterator left early drops what no thread has begun', async () => {
  const loader = await load({ slowMs: 50 }, { prefetch: 20 });
  for await (const _ of loader.batches(plan(4000))) break;
  await loader.batches(plan(4000)).return?.(); // never asked
  const start = performance.now();
  await all(loader.batches(plan(4, { mode: 'eval' })));
  expect(performance.now() - start).toBeLessThan(400); // not behind 20 slow reads of 50 ms
});

test('a set smaller than a batch is refused before anything is read', async () => {
  const wrong = [
    plan(3),
    plan(0, { mode: 'eval' }),
    plan(8, { batchSize: 0 }),
    plan(8, { from: 3 }),
  ];
  const messages = wrong.map((one) => {
    try {
      shared.batches(one);
      return 'taken';
    } catch (error) {
      return (error as Error).message;
    }
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "E_BATCH_LARGER_THAN_SET: the train set has 3 rows, fewer than one batch of 4, so there is no full batch. Fix: set the batch size to 3 or less, or add rows.",
      "E_BATCH_LARGER_THAN_SET: the eval set has 0 rows, fewer than one batch of 4, so there is no full batch. Fix: set the batch size to 1 or less, or add rows.",
      "E_LOADER_PLAN: these batches cannot be planned: the batch size is 0, not 1 or more. Fix: correct the plan.",
      "E_LOADER_PLAN: these batches cannot be planned: batch 3 of 2 is asked for first. Fix: correct the plan.",
    ]
  `);
  expect(await all(shared.batches(plan(0, { dropRemainder: false })))).toEqual([]);
});

test('wrong options are refused', async () => {
  const source = { module: ramp, init: {} };
  const none = await failureOf(openLoader({ source, workers: -1, prefetch: 1 }));
  expect(none.message).toMatchInlineSnapshot(
    `"E_LOADER_OPTIONS: the loader cannot be opened: workers is -1, not 0 or more. Fix: correct this option."`,
  );
  const half = await failureOf(openLoader({ source, workers: 1, prefetch: 0.5 }));
  expect(half.message).toMatchInlineSnapshot(
    `"E_LOADER_OPTIONS: the loader cannot be opened: prefetch is 0.5, not 0 or more. Fix: correct this option."`,
  );
});

test('a module in plain JavaScript is taken', async () => {
  const source = { module: fixture('plain-source.js'), init: null };
  const loader = await openLoader({ source, workers: 1, prefetch: 1 });
  own.push(loader);
  expect((await all(loader.batches(plan(8)))).map((batch) => batch.ids)).toEqual([
    ['0', '1', '2', '3'],
    ['4', '5', '6', '7'],
  ]);
});

// Under vitest the threads start from a process without tsx; here from one that has it, in another folder, as the CLI does.
test('threads start from a process that runs TypeScript by tsx', () => {
  const script = `
    const { openLoader } = await import(${JSON.stringify(new URL('./loader.ts', import.meta.url).href)});
    const loader = await openLoader({ source: { module: ${JSON.stringify(ramp)}, init: {} }, workers: 1, prefetch: 1 });
    const order = Int32Array.of(3, 1, 2, 0);
    for await (const batch of loader.batches({ order, batchSize: 2, dropRemainder: true, seed: 0, epoch: 0, mode: 'eval' })) console.log(batch.ids.join());
    await loader.close();
  `;
  const root = new URL('../../..', import.meta.url);
  const tsx = new URL('node_modules/tsx/dist/loader.mjs', root).href;
  const args = [
    '--conditions=@dualbeat/source',
    '--import',
    tsx,
    '--input-type=module',
    '-e',
    script,
  ];
  const out = execFileSync(process.execPath, args, { cwd: '/', encoding: 'utf8', timeout: 30_000 });
  expect(out).toBe('r3,r1\nr2,r0\n');
});
