/** @file Coded errors of training. */
import { closest, DualbeatError } from '@dualbeat/core';

export function initialSize(name: string, shape: readonly number[], got: number): DualbeatError {
  return new DualbeatError({
    code: 'E_INIT_SIZE',
    where: name,
    cause: `its initialiser gave ${got} values for shape [${shape.join(', ')}].`,
    fix: 'correct `init` of this variable in its component.',
  });
}

export function patternUnmatched(pattern: string, names: readonly string[]): DualbeatError {
  const near = closest(pattern.replaceAll('*', ''), names);
  const some = names.length > 4 ? `${names.slice(0, 4).join(', ')}, ...` : names.join(', ');
  return new DualbeatError({
    code: 'E_PATTERN',
    where: pattern,
    cause: `this pattern matches none of the stage's ${names.length} parameters (${some}).`,
    fix:
      near === undefined
        ? 'use patterns like encoders/ecg/**; `dualbeat explain` lists the parameters.'
        : `did you mean "${near}"?`,
  });
}

export function batchTooLarge(stage: string, batchSize: number, rows: number): DualbeatError {
  return new DualbeatError({
    code: 'E_BATCH_LARGER_THAN_SET',
    where: `stages.${stage}.train.batchSize`,
    cause: `a batch has ${batchSize} rows, but the training part of the cohort has only ${rows}.`,
    fix: `add --set stages.${stage}.train.batchSize=${Math.max(rows, 1)} (or less), or give the cohort more records.`,
  });
}

export function emptySplit(stage: string, split: string): DualbeatError {
  return new DualbeatError({
    code: 'E_SPLIT_EMPTY',
    where: `stages.${stage}.evaluate.splits`,
    cause: `the part "${split}" of the cohort has no records.`,
    fix: 'give the cohort more records, change its split options, or leave the part out of `evaluate.splits`.',
  });
}

export function notFinite(at: {
  step: number;
  steps: number;
  ids: readonly string[];
  values: string;
}): DualbeatError {
  return new DualbeatError({
    code: 'E_NOT_FINITE',
    where: `step ${at.step}`,
    cause: `${at.steps} steps in a row gave no finite loss or gradient (${at.values}); parameters are those before them. Records of the last batch: ${at.ids.join(', ')}.`,
    fix: 'lower the learning rate (schedule.options), set train.clipNorm, or look at these records; then run with --resume or --restart.',
  });
}

export function metricMissing(metric: string, names: readonly string[]): DualbeatError {
  const near = closest(metric, names);
  return new DualbeatError({
    code: 'E_METRIC_UNKNOWN',
    where: metric,
    cause: `early stopping and checkpoints watch this metric, but an epoch gives: ${names.join(', ')}.`,
    fix: near === undefined ? 'name one of these.' : `did you mean "${near}"?`,
  });
}

export function checkpointNone(folder: string, why: readonly string[]): DualbeatError {
  return new DualbeatError({
    code: 'E_CHECKPOINT_NONE',
    where: folder,
    cause: `no checkpoint here can be read${why.length > 0 ? ` (${why.join('; ')})` : ''}.`,
    fix: 'start the stage again with --restart.',
  });
}

export function checkpointDamaged(file: string, why: string, error?: unknown): DualbeatError {
  return new DualbeatError({
    code: 'E_CHECKPOINT_DAMAGED',
    where: file,
    cause: `${why}.`,
    fix: 'use another checkpoint of this stage, or start it again with --restart.',
    error,
  });
}

export function checkpointMismatch(folder: string, problems: readonly string[]): DualbeatError {
  const more = problems.length > 4 ? `; and ${problems.length - 4} more` : '';
  return new DualbeatError({
    code: 'E_CHECKPOINT_MISMATCH',
    where: folder,
    cause: `the checkpoint does not fit the stage: ${problems.slice(0, 4).join('; ')}${more}.`,
    fix: 'use the options that it was trained with (checkpoint.json), or name other parameters to take over.',
  });
}
