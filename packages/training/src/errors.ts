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

/** `declared`: null is any size; `found` undefined: it is not there at all. */
export function shapeUntrue(
  who: string,
  what: string,
  declared: readonly (number | null)[],
  found: readonly number[] | undefined,
): DualbeatError {
  const text = declared.map((size) => size ?? '*').join(', ');
  return new DualbeatError({
    code: 'E_COMPONENT_SHAPE',
    where: who,
    cause: `it declares its ${what} as [${text}] and gives ${found === undefined ? 'none' : `[${found.join(', ')}]`}.`,
    fix: 'correct the declaration or apply() of the plugin; its conformance suite shows this too.',
  });
}

export function applyFailed(who: string, error: unknown): DualbeatError {
  const text = error instanceof Error ? error.message : String(error);
  return new DualbeatError({
    code: 'E_COMPONENT_APPLY',
    where: who,
    cause: `apply() failed (${text.replace(/\s*\n\s*/g, ' ').replace(/\.$/, '')}).`,
    fix: 'repair the plugin; `--eager` shows the line.',
    error,
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

export type NotFiniteStep = {
  readonly step: number;
  /** Steps in a row. */
  readonly steps: number;
  readonly ids: readonly string[];
  /** Scalars that are not finite: 'loss NaN'. */
  readonly values: readonly string[];
  /** Modules whose gradient is not finite. */
  readonly groups: readonly string[];
};

/** 'loss NaN, gradientNorm Infinity; gradient of heads/decoder; records r1, r2'. */
export function notFiniteText({ ids, values, groups }: NotFiniteStep): string {
  const some =
    ids.length > 8 ? `${ids.slice(0, 8).join(', ')}, ... (${ids.length})` : ids.join(', ');
  const where = groups.length === 0 ? '' : `; gradient of ${groups.join(', ')}`;
  return `${values.join(', ')}${where}; records ${some}`;
}

export function notFinite(at: NotFiniteStep, rollbacks?: number): DualbeatError {
  const how =
    rollbacks === undefined
      ? `${at.steps} ${at.steps === 1 ? 'step' : 'steps in a row'} gave no finite loss or gradient`
      : `a step gave no finite loss or gradient, and ${rollbacks} returns to earlier weights did not help`;
  return new DualbeatError({
    code: 'E_NOT_FINITE',
    where: `step ${at.step}`,
    cause: `${how} (${notFiniteText(at)}); parameters are those before.`,
    fix: 'lower the learning rate (schedule.options), set train.clipNorm, or look at these records; then run with --resume or --restart.',
  });
}

export function leak(of: {
  stage: string;
  split: string;
  shared: number;
  subjects: number;
  checkpoint: string;
}): DualbeatError {
  return new DualbeatError({
    code: 'E_LEAK',
    where: `stages.${of.stage}.evaluate.splits`,
    cause: `${of.shared} of the ${of.subjects} subjects of the part "${of.split}" are among those that the checkpoint ${of.checkpoint}, or a stage that it started from, was fitted on.`,
    fix: 'evaluate another part, or add --allow-leak: the report then says so.',
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

export function checkpointNone(
  folder: string,
  why: readonly string[],
  command = 'npx dualbeat run <experiment file>',
): DualbeatError {
  return new DualbeatError({
    code: 'E_CHECKPOINT_NONE',
    where: folder,
    cause: `no checkpoint here can be read${why.length > 0 ? ` (${why.join('; ')})` : ''}.`,
    fix: `start the stage again: ${command} --restart (the old folder is kept aside).`,
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

export function microBatchNorm(stage: string, state: readonly string[]): DualbeatError {
  const some = state.slice(0, 3).join(', ') + (state.length > 3 ? ', ...' : '');
  return new DualbeatError({
    code: 'E_MICRO_BATCH_NORM',
    where: `stages.${stage}.train.microBatch`,
    cause: `an encoder normalises by statistics of its batch (${some}), which would be those of a slice.`,
    fix: `use group normalisation, freeze the encoder, leave microBatch out, or add --set stages.${stage}.train.microBatchNorm=allow.`,
  });
}
