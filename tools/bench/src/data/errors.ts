/** @file Failures of the throughput benchmark. */
import { DualbeatError } from '@dualbeat/core';

export const usage =
  '`npm run bench -- data [--gigabytes 2] [--folder DIR] [--batch 64] [--batches 100] [--rounds 3] [--workers 2] [--write]`';

export const argumentInvalid = (cause: string) =>
  new DualbeatError({ code: 'E_BENCH_ARGUMENT', cause: `${cause}.`, fix: `run ${usage}.` });

export const spaceMissing = (folder: string, needs: number, free: number) =>
  new DualbeatError({
    code: 'E_BENCH_DATA_SPACE',
    where: folder,
    cause: `the records need ${(needs / 1e9).toFixed(1)} GB, ${(free / 1e9).toFixed(1)} GB are free.`,
    fix: 'ask for fewer with --gigabytes, or give a folder on another disk with --folder.',
  });

export const readerFailed = (side: string, why: string) =>
  new DualbeatError({
    code: 'E_BENCH_DATA_SIDE',
    where: side,
    cause: `the process that reads failed: ${why}.`,
    fix: 'see what it says; a Python with PyTorch and numpy is made by `npm run bench`.',
  });

export const valuesDiffer = (side: string, ours: number, theirs: number) =>
  new DualbeatError({
    code: 'E_BENCH_DATA_VALUES',
    where: side,
    cause: `the sum of its first batch is ${theirs}, ours ${ours}: they do not read the same, so nothing is told.`,
    fix: 'remove the folder of the records and run again.',
  });
