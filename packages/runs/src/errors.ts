/** @file Coded errors of run folders: one function per failure. */
import { DualbeatError, isCoded } from '@dualbeat/core';

type SystemError = Error & { readonly code?: string };

/** The code of a failed system call ('ENOSPC'), or the message of anything else. */
export function causeOf(error: unknown): string {
  const { code } = error as SystemError;
  return code ?? (error instanceof Error ? error.message : String(error));
}

export function pathEscape(root: string, part: string, why: string): DualbeatError {
  return new DualbeatError({
    code: 'E_PATH_ESCAPE',
    where: JSON.stringify(part),
    cause: `this path is refused below ${root}: ${why}.`,
    fix: 'give a relative path that stays inside the folder.',
  });
}

const noSpace = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const denied = new Set(['EACCES', 'EPERM', 'EROFS']);
const noFolder = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY', 'ENAMETOOLONG']);

/** A write that failed: E_WRITE_NO_SPACE, E_WRITE_DENIED, E_WRITE_PATH or E_WRITE_FAILED. */
export function writeFailed(path: string, error: unknown): DualbeatError {
  if (isCoded(error)) return error;
  const reason = causeOf(error);
  const of = (code: string, cause: string, fix: string) =>
    new DualbeatError({ code, where: path, cause: `${cause} (${reason}).`, fix, error });
  if (noSpace.has(reason)) {
    return of(
      'E_WRITE_NO_SPACE',
      'there is no space or quota left to write this file',
      'free space on that disk, or raise the quota, and run again; what was there before is intact.',
    );
  }
  if (denied.has(reason)) {
    return of(
      'E_WRITE_DENIED',
      'this file may not be written here',
      'make the folder writable for this user, or choose another folder.',
    );
  }
  if (noFolder.has(reason)) {
    return of(
      'E_WRITE_PATH',
      'no file can be written under this path',
      'make sure that its folder exists and that the path names a file.',
    );
  }
  return of('E_WRITE_FAILED', 'this file was not written', 'check the disk, and run again.');
}

export function readFailed(path: string, error: unknown): DualbeatError {
  return new DualbeatError({
    code: 'E_READ_FAILED',
    where: path,
    cause: `this file was not read (${causeOf(error)}).`,
    fix: 'make sure that it exists and that this user may read it.',
    error,
  });
}

export function journalField(path: string, type: string, why: string): DualbeatError {
  return new DualbeatError({
    code: 'E_JOURNAL_FIELD',
    where: path,
    cause: `the entry "${type}" cannot be written: ${why}.`,
    fix: 'give plain JSON fields, none of them called seq, t, type or crc.',
  });
}

export function journalClosed(path: string): DualbeatError {
  return new DualbeatError({
    code: 'E_JOURNAL_CLOSED',
    where: path,
    cause: 'the journal is closed and takes no more entries.',
    fix: 'open it again with openJournal.',
  });
}

export function runName(what: string, name: string): DualbeatError {
  return new DualbeatError({
    code: 'E_RUN_NAME',
    where: JSON.stringify(name),
    cause: `this is no ${what}: it must be one folder name.`,
    fix: 'use letters, digits, ".", "_", "-", "+", "=", "," or "@", and start with a letter or digit.',
  });
}

export function runUnwritable(path: string, error: unknown): DualbeatError {
  return new DualbeatError({
    code: 'E_RUN_UNWRITABLE',
    where: path,
    cause: `the run folder cannot be written (${causeOf(error)}).`,
    fix: 'make it writable for this user, free space, or choose another runs folder.',
    error,
  });
}

export function runUnfinished(path: string, status: string, command: string): DualbeatError {
  return new DualbeatError({
    code: 'E_RUN_UNFINISHED',
    where: path,
    cause: `an unfinished run (${status}) is in this folder.`,
    fix: `go on with it: \`${command} --resume\`, or keep it aside and start anew: \`${command} --restart\`.`,
  });
}

export function runFinished(path: string, command: string): DualbeatError {
  return new DualbeatError({
    code: 'E_RUN_FINISHED',
    where: path,
    cause: 'this run is finished.',
    fix: `read its result there, or keep it aside and start anew: \`${command} --restart\`.`,
  });
}

export function runLocked(path: string, holder: string, mayDelete: string): DualbeatError {
  return new DualbeatError({
    code: 'E_RUN_LOCKED',
    where: path,
    cause: `another process runs in this folder: ${holder}.`,
    fix: `wait for it or stop it${mayDelete}.`,
  });
}

export function stageRecord(path: string, why: string): DualbeatError {
  return new DualbeatError({
    code: 'E_RUN_RECORD',
    where: path,
    cause: `this file does not say how the stage stands: ${why}.`,
    fix: 'start the stage anew with --restart; the old folder is kept aside.',
  });
}
