/** @file The command line of the benchmark tool. */
import { parseArgs } from 'node:util';
import { benchCases, cases } from './cases.ts';
import type { BenchCase } from './cases.ts';
import * as errors from './errors.ts';

export type BenchArgs = {
  readonly case: BenchCase;
  readonly sizes: readonly string[];
  /** Rounds in which each side runs once. */
  readonly pairs: number;
  readonly batch: number;
  /** Steps of one turn; absent: such that a turn of the slowest side takes some seconds. */
  readonly steps?: number;
  /** Compares the losses and times nothing. */
  readonly check: boolean;
  readonly profile: boolean;
};

/** Errors: E_BENCH_CASE, E_BENCH_ARGUMENT, E_BENCH_SIZE. */
export function parseBenchArgs(args: readonly string[]): BenchArgs {
  const { values, positionals } = parse(args);
  const found = benchCases.find((name) => name === positionals[0]);
  if (found === undefined) throw errors.caseUnknown(positionals[0], benchCases);
  if (positionals.length > 1) throw errors.argumentInvalid(`"${positionals[1]}" is not understood`);
  const { defaults, sizes: known } = cases[found];
  const sizes = (values.sizes ?? defaults.sizes).split(',').filter((size) => size !== '');
  if (sizes.length === 0) throw errors.argumentInvalid('--sizes names no size');
  for (const size of sizes) {
    if (!known.includes(size)) throw errors.sizeUnknown(size, known);
  }
  const steps = values.steps === undefined ? {} : { steps: count('--steps', values.steps, 1) };
  return {
    case: found,
    sizes: [...new Set(sizes)],
    pairs: count('--pairs', values.pairs, 2),
    batch: values.batch === undefined ? defaults.batch : count('--batch', values.batch, 1),
    ...steps,
    check: values.check,
    profile: values.profile,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        sizes: { type: 'string' },
        pairs: { type: 'string', default: '15' },
        batch: { type: 'string' },
        steps: { type: 'string' },
        check: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw errors.argumentInvalid(message.split('. ')[0]?.replace(/\.$/, '') ?? message);
  }
}

function count(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least)
    throw errors.argumentInvalid(`${name} is "${text}", not a whole number of at least ${least}`);
  return value;
}
