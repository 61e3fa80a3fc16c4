import { expect, test } from 'vitest';
import { parseDataArgs } from './run-data-bench.ts';

test('the command line of the throughput benchmark', () => {
  expect(
    parseDataArgs(['--gigabytes', '20', '--rounds', '5', '--folder', '/x', '--write']),
  ).toEqual({
    gigabytes: 20,
    folder: '/x',
    batch: 64,
    batches: 100,
    rounds: 5,
    workers: 2,
    write: true,
  });
  expect(() => parseDataArgs(['--batch', '0'])).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_BENCH_ARGUMENT: --batch is "0", not 1 or more. Fix: run \`npm run bench -- data [--gigabytes 2] [--folder DIR] [--batch 64] [--batches 100] [--rounds 3] [--workers 2] [--write]\`.]`,
  );
  expect(() => parseDataArgs(['--bytes'])).toThrow('E_BENCH_ARGUMENT');
});
