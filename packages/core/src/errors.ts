/** @file Coded errors: every user-facing failure is made by a function that gives a code, a cause and a fix. */

/** `message` reads `CODE: cause. Fix: fix`; `where` names the file, key or record. */
export class DualbeatError extends Error {
  readonly code: string;
  readonly fix: string;
  readonly where: string | undefined;
  /** The cause alone, as one or more sentences. */
  readonly reason: string;
  constructor(of: { code: string; cause: string; fix: string; where?: string; error?: unknown }) {
    const where = of.where === undefined ? '' : `${of.where}: `;
    super(`${of.code}: ${where}${of.cause} Fix: ${of.fix}`, { cause: of.error });
    this.name = 'DualbeatError';
    this.code = of.code;
    this.fix = of.fix;
    this.where = of.where;
    this.reason = of.cause;
  }
}

/** True for an error of this project, also across package copies and processes. */
export function isCoded(error: unknown): error is DualbeatError {
  return (
    error instanceof Error &&
    typeof (error as { code?: unknown }).code === 'string' &&
    'fix' in error
  );
}
