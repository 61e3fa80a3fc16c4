import { expect, test } from 'vitest';
import { parseBenchArgs } from './parse-bench-args.ts';

test('the defaults', () => {
  expect(parseBenchArgs(['ecg-mae'])).toEqual({
    case: 'ecg-mae',
    sizes: ['tiny', 'mediumDeep'],
    pairs: 15,
    batch: 8,
    check: false,
    profile: false,
  });
});

test('all options; a size named twice counts once', () => {
  const args = '--sizes small,tiny,small --pairs 20 --batch 4 --steps 3 --check --profile ecg-mae';
  expect(parseBenchArgs(args.split(' '))).toEqual({
    case: 'ecg-mae',
    sizes: ['small', 'tiny'],
    pairs: 20,
    batch: 4,
    steps: 3,
    check: true,
    profile: true,
  });
});

const messages = (args: readonly string[]): string => {
  try {
    parseBenchArgs(args);
    return 'no error';
  } catch (error) {
    return (error as Error).message;
  }
};

test('what is wrong is named', () => {
  expect(messages([])).toMatchInlineSnapshot(
    `"E_BENCH_CASE: no case is named; there is: ecg-mae, cmr-cnn3d. Fix: run \`npm run bench -- <case> [--sizes a,b] [--pairs 15] [--batch n] [--steps n] [--check] [--profile]\`."`,
  );
  expect(messages(['mri'])).toMatchInlineSnapshot(
    `"E_BENCH_CASE: there is no case "mri"; there is: ecg-mae, cmr-cnn3d. Fix: run \`npm run bench -- <case> [--sizes a,b] [--pairs 15] [--batch n] [--steps n] [--check] [--profile]\`."`,
  );
  expect(messages(['ecg-mae', '--sizes', 'tiny,huge'])).toMatchInlineSnapshot(
    `"E_BENCH_SIZE: --sizes: "huge" cannot be benchmarked; there is: tiny, tinyDeep, small, smallDeep, medium, mediumDeep, large. Fix: name some of these, separated by commas."`,
  );
  expect(messages(['ecg-mae', '--sizes', ','])).toMatchInlineSnapshot(
    `"E_BENCH_ARGUMENT: --sizes names no size. Fix: run \`npm run bench -- <case> [--sizes a,b] [--pairs 15] [--batch n] [--steps n] [--check] [--profile]\`."`,
  );
  expect(messages(['ecg-mae', '--pairs', '1'])).toMatchInlineSnapshot(
    `"E_BENCH_ARGUMENT: --pairs is "1", not a whole number of at least 2. Fix: run \`npm run bench -- <case> [--sizes a,b] [--pairs 15] [--batch n] [--steps n] [--check] [--profile]\`."`,
  );
  expect(messages(['ecg-mae', '--batch', '2.5'])).toMatchInlineSnapshot(
    `"E_BENCH_ARGUMENT: --batch is "2.5", not a whole number of at least 1. Fix: run \`npm run bench -- <case> [--sizes a,b] [--pairs 15] [--batch n] [--steps n] [--check] [--profile]\`."`,
  );
  expect(messages(['ecg-mae', '--fast'])).toMatchInlineSnapshot(
    `"E_BENCH_ARGUMENT: Unknown option '--fast'. Fix: run \`npm run bench -- <case> [--sizes a,b] [--pairs 15] [--batch n] [--steps n] [--check] [--profile]\`."`,
  );
  expect(messages(['ecg-mae', 'again'])).toMatchInlineSnapshot(
    `"E_BENCH_ARGUMENT: "again" is not understood. Fix: run \`npm run bench -- <case> [--sizes a,b] [--pairs 15] [--batch n] [--steps n] [--check] [--profile]\`."`,
  );
});
