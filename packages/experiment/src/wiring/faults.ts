/** @file What the wiring checks find, as errors: with file, line and column where the experiment file is at hand. */
import { DualbeatError, isCoded } from '@dualbeat/core';
import type { Fault, LoadedExperiment } from '@dualbeat/core';

export type Invalid = LoadedExperiment['invalid'];

/** For the worker, which reads no experiment file: the first fault at its path. */
export const plainInvalid: Invalid = (faults) => {
  const { code, path, cause, fix } = faults[0] as Fault;
  const stop = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);
  return new DualbeatError({ code, where: path.join('.'), cause: stop(cause), fix: stop(fix) });
};

export function refuse(faults: readonly Fault[], invalid: Invalid): void {
  if (faults.length > 0) throw invalid(faults);
}

/** 'stages.mae.evaluate.metrics[0]' as a path; null: not a path of an experiment file. */
export function pathOf(where: string): readonly string[] | null {
  if (!/^(stages|encoders|views|cohort|runtime|seed)(\.|\[|$)/.test(where)) return null;
  // 'stages.align.loss "mse"': a loss that another one made
  const plain = where.replace(/ ".*$/, '');
  return plain.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
}

/** An error at a path of the file, with its place; any other as it is. `at`: the path where the error names none. */
export function placed(error: unknown, invalid: Invalid, at?: string): unknown {
  if (!isCoded(error) || error.reason === undefined) return error;
  const { code, where, reason, fix } = error;
  const own = where === undefined ? null : pathOf(where);
  const path = own ?? (at === undefined ? null : pathOf(at));
  if (path === null) return error;
  const cause = own === null && where !== undefined ? `${where}: ${reason}` : reason;
  return Object.assign(invalid([{ code, path, cause, fix }]), { cause: error.cause });
}
