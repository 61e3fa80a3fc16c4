/** @file Failures of the benchmark tool, each with a code, a cause and a fix. */
import { DualbeatError } from '@dualbeat/core';

const usage =
  '`npm run bench -- <case> [--sizes a,b] [--pairs 15] [--batch n] [--steps n] [--check] [--profile]`';

export const caseUnknown = (found: string | undefined, known: readonly string[]) =>
  new DualbeatError({
    code: 'E_BENCH_CASE',
    cause: `${found === undefined ? 'no case is named' : `there is no case "${found}"`}; there is: ${known.join(', ')}.`,
    fix: `run ${usage}.`,
  });

export const argumentInvalid = (cause: string) =>
  new DualbeatError({ code: 'E_BENCH_ARGUMENT', cause: `${cause}.`, fix: `run ${usage}.` });

export const sizeUnknown = (found: string, known: readonly string[]) =>
  new DualbeatError({
    code: 'E_BENCH_SIZE',
    where: '--sizes',
    cause: `"${found}" cannot be benchmarked; there is: ${known.join(', ')}.`,
    fix: 'name some of these, separated by commas.',
  });

export const pythonUnusable = (python: string, why: string) =>
  new DualbeatError({
    code: 'E_BENCH_PYTHON',
    where: python,
    cause: `this Python has no usable PyTorch (${why}).`,
    fix: 'let DUALBEAT_BENCH_PYTHON name one that has (or unset it), or remove the folder of this Python and run again.',
  });

export const torchInstall = (folder: string, step: string, why: string) =>
  new DualbeatError({
    code: 'E_BENCH_INSTALL',
    where: folder,
    cause: `the virtual environment with PyTorch was not made: ${step} failed (${why}).`,
    fix: 'see that Python 3.10 or newer with venv and pip is on PATH and that the network is there, then run again; DUALBEAT_BENCH_PYTHON can name a Python that has PyTorch.',
  });

export const torchSpace = (folder: string, need: string, free: string) =>
  new DualbeatError({
    code: 'E_BENCH_SPACE',
    where: folder,
    cause: `PyTorch needs ${need}, ${free} are free.`,
    fix: 'free some space, set DUALBEAT_CACHE to a folder with more, or let DUALBEAT_BENCH_PYTHON name a Python that has PyTorch.',
  });

export const sideFailed = (side: string, why: string, tail: string) =>
  new DualbeatError({
    code: 'E_BENCH_SIDE',
    where: side,
    cause: `the process ended (${why})${tail === '' ? '' : `; it said: ${tail}`}.`,
    fix: 'see that memory is free for all sides at once, and for "pytorch compile" that a C++ compiler (g++) is installed.',
  });

export const lossesDiffer = (side: string, step: number, ours: number, theirs: number) =>
  new DualbeatError({
    code: 'E_BENCH_LOSS',
    where: side,
    cause: `the loss of step ${step} is ${theirs}, ours ${ours}: they do not do the same work, so nothing is timed.`,
    fix: 'find out which of the two computes something else; the same weights, batch and masks went in.',
  });

export const resultsDamaged = (file: string, error: unknown) =>
  new DualbeatError({
    code: 'E_BENCH_RESULTS',
    where: file,
    cause: 'the earlier results cannot be read.',
    fix: 'restore the file, or remove it, and run again.',
    error,
  });
