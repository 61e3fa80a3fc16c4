/** @file Errors across a thread boundary: a structured clone keeps neither class nor code nor fix. */
import { DualbeatError, isCoded } from '@dualbeat/core';

export type SentError = {
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a coded error. */
  readonly coded?: {
    readonly code: string;
    readonly fix: string;
    readonly where: string | undefined;
  };
};

export function toSent(error: unknown): SentError {
  if (!(error instanceof Error)) return { message: String(error), stack: undefined };
  const { message } = error;
  const below = error.cause instanceof Error ? `\nCaused by: ${error.cause.stack}` : '';
  const stack = `${error.stack}${below}`;
  if (!isCoded(error)) return { message, stack };
  return { message, stack, coded: { code: error.code, fix: error.fix, where: error.where } };
}

/** The error with its message, code, fix, file and the stack of the thread that threw it. */
export function fromSent(sent: SentError): Error {
  const error =
    sent.coded === undefined ? new Error(sent.message) : codedFrom(sent.message, sent.coded);
  if (sent.stack !== undefined) error.stack = sent.stack;
  return error;
}

function codedFrom(message: string, coded: NonNullable<SentError['coded']>): DualbeatError {
  const { code, fix, where } = coded;
  const place = where === undefined ? {} : { where };
  // DualbeatError writes the message from its parts: take the cause out of it.
  const before = `${code}: ${where === undefined ? '' : `${where}: `}`;
  const after = ` Fix: ${fix}`;
  const fits = message.startsWith(before) && message.endsWith(after);
  const cause = fits ? message.slice(before.length, message.length - after.length) : message;
  return new DualbeatError({ code, cause, fix, ...place });
}
