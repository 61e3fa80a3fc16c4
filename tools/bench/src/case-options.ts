/** @file What one benchmark of a size is. Plain JSON: it goes to the processes as an argument. */
import { cases } from './cases.ts';
import type { BenchCase } from './cases.ts';

export type CaseOptions = {
  readonly case: BenchCase;
  /** `--set` of the experiment: 'encoders.ecg.options.size=tiny'. */
  readonly set: readonly string[];
  readonly batch: number;
};

export const caseOptions = (name: BenchCase, size: string, batch: number): CaseOptions => ({
  case: name,
  set: cases[name].set(size, batch),
  batch,
});
