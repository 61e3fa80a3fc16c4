/** @file What every command group shares. Groups are light: they import commander and load a command when it runs. */
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';

/** Hands the exit code of a command to `main`. */
export type Done = (code: number) => void;
/** Adds the commands of one group: `addRun`, `addPlugins`, ... */
export type AddGroup = (program: Command, done: Done) => void;

/** For options that may be given several times. */
export function gather(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** A seed: 0 to 2^53 - 1. */
export function seed(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number))
    throw new InvalidArgumentError('A seed is an integer from 0 to 9007199254740991.');
  return number;
}

/** A folder or a name: an empty one is most often a variable of the shell that was not set. */
export function notEmpty(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('It is empty; give a name.');
  return value;
}
