/** @file Coded errors of running experiments. */
import { DualbeatError } from '@dualbeat/core';
import type { ToldError } from './messages.ts';

export function workerDied(of: {
  how: string;
  log: string;
  tail: readonly string[];
  command: string;
  /** What it had said that it does. */
  doing?: string | undefined;
}): DualbeatError {
  const while_ = of.doing === undefined ? '' : ` while ${of.doing}`;
  const said = of.tail.length === 0 ? '' : ` Its last words: ${of.tail.join(' | ')}`;
  return new DualbeatError({
    code: 'E_WORKER_DIED',
    where: of.log,
    cause: `the worker process ended by ${of.how}${while_}; everything up to its last checkpoint is kept.${said}`,
    fix: `go on from there with \`${of.command} --resume\`; if it was killed for memory, lower train.batchSize first.`,
  });
}

export function workerSilent(of: { seconds: number; log: string; command: string }): DualbeatError {
  return new DualbeatError({
    code: 'E_WORKER_SILENT',
    where: of.log,
    cause: `the worker process gave no sign of life for ${of.seconds} s and was ended.`,
    fix: `go on from its last checkpoint with \`${of.command} --resume\`.`,
  });
}

export function workerStalled(of: {
  seconds: number;
  log: string;
  command: string;
}): DualbeatError {
  return new DualbeatError({
    code: 'E_WORKER_STALLED',
    where: of.log,
    cause: `the worker process lives, but finished no step for ${of.seconds} s and was ended.`,
    fix: `look at its log, then go on from its last checkpoint with \`${of.command} --resume\`; \`--eager\` shows where a step hangs.`,
  });
}

export function smokeRunning(folder: string, pid: number): DualbeatError {
  return new DualbeatError({
    code: 'E_SMOKE_RUNNING',
    where: folder,
    cause: `another smoke run of this experiment is running (process ${pid}).`,
    fix: 'wait for it, or end it.',
  });
}

export function pluginStuck(of: {
  seconds: number;
  log: string;
  doing: string;
  limit: string;
}): DualbeatError {
  return new DualbeatError({
    code: 'E_PLUGIN_HANGS',
    where: of.log,
    cause: `the worker process was ${of.doing} for ${of.seconds} s and was ended; the results of earlier stages are kept.`,
    fix: `repair the plugin; if it only needs longer, set ${of.limit}=<seconds>.`,
  });
}

export function initUnmatched(stage: string, prefix: string, from: string): DualbeatError {
  return new DualbeatError({
    code: 'E_INIT_PREFIX',
    where: `stages.${stage}.init.${prefix}`,
    cause: `the stage "${from}" has no parameters below "${prefix}".`,
    fix: 'name an encoder, head or projector that both stages have; `dualbeat explain` lists them.',
  });
}

export function metricDuplicate(stage: string, name: string): DualbeatError {
  return new DualbeatError({
    code: 'E_METRIC_DUPLICATE',
    where: `stages.${stage}.evaluate.metrics`,
    cause: `two metrics give the name "${name}".`,
    fix: 'leave one of them out.',
  });
}

/** An error of the worker, as the supervisor throws it: coded where it was. */
export function toldError(told: ToldError, log: string): Error {
  if (told.code !== undefined && told.fix !== undefined) {
    const error = new DualbeatError({ code: told.code, cause: '', fix: told.fix });
    error.message = told.message; // complete already
    if (told.stack !== undefined) error.stack = told.stack;
    return error;
  }
  const error = new DualbeatError({
    code: 'E_INTERNAL',
    where: log,
    cause: `${told.name}: ${told.message.replace(/\.$/, '')}.`,
    fix: 'set DUALBEAT_DEBUG=1 for the stack; in a component, `--eager` shows the line that failed.',
  });
  if (told.stack !== undefined) error.stack = told.stack;
  return error;
}

export function asTold(error: unknown): ToldError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { code, fix } = error as { code?: unknown; fix?: unknown };
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' && typeof fix === 'string' ? { code, fix } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  };
}

/** A batch in which a loss that compares rows has nothing to compare. */
export function batchTooSmall(
  stage: string,
  loss: string,
  minimum: number,
  batchSize: number,
): DualbeatError {
  return new DualbeatError({
    code: 'E_BATCH_SMALL',
    where: `stages.${stage}.train.batchSize`,
    cause: `the loss ${loss} compares rows of a batch with each other; a batch of ${batchSize} leaves nothing to learn from.`,
    fix: `set a batch size of ${minimum} or more.`,
  });
}

export function balanceTarget(
  stage: string,
  head: string,
  heads: readonly string[],
): DualbeatError {
  return new DualbeatError({
    code: 'E_BALANCE',
    where: `stages.${stage}.train.balance`,
    cause: `"${head}" has no target with classes; the stage has targets for: ${heads.join(', ') || 'no head'}.`,
    fix: 'name a head of this stage whose target set is binary or has classes.',
  });
}
