/** @file Coded errors of the client. `retryable`: the same call may succeed later. */

export type MlflowErrorCode =
  | 'E_MLFLOW_UNREACHABLE'
  | 'E_MLFLOW_TIMEOUT'
  | 'E_MLFLOW_STATUS'
  | 'E_MLFLOW_AUTH'
  | 'E_MLFLOW_ANSWER'
  | 'E_MLFLOW_NAME'
  | 'E_MLFLOW_PATH'
  | 'E_MLFLOW_STORE'
  | 'E_MLFLOW_URI';

type Of = {
  readonly code: MlflowErrorCode;
  readonly cause: string;
  readonly fix: string;
  readonly retryable?: boolean;
  readonly status?: number;
  readonly serverCode?: string;
  readonly error?: unknown;
};

/** `message` reads `CODE: cause. Fix: fix`; it never holds credentials. */
export class MlflowError extends Error {
  readonly code: MlflowErrorCode;
  readonly fix: string;
  readonly retryable: boolean;
  /** HTTP status, where the server answered. */
  readonly status: number | undefined;
  /** The server's own word: 'RESOURCE_DOES_NOT_EXIST', ... */
  readonly serverCode: string | undefined;
  constructor(of: Of) {
    super(`${of.code}: ${of.cause} Fix: ${of.fix}`, { cause: of.error });
    this.name = 'MlflowError';
    this.code = of.code;
    this.fix = of.fix;
    this.retryable = of.retryable ?? false;
    this.status = of.status;
    this.serverCode = of.serverCode;
  }
}

export function unreachable(call: string, error: unknown): MlflowError {
  return new MlflowError({
    code: 'E_MLFLOW_UNREACHABLE',
    cause: `${call}: the server cannot be reached (${reasonOf(error)}).`,
    fix: 'check the tracking URI and that the server runs; what was not sent can be sent again.',
    retryable: true,
    error,
  });
}

export function timedOut(call: string, ms: number): MlflowError {
  return new MlflowError({
    code: 'E_MLFLOW_TIMEOUT',
    cause: `${call}: no answer within ${ms} ms.`,
    fix: 'try again later, or allow a longer time-out.',
    retryable: true,
  });
}

/** 408, 425, 429 and 5xx may pass; all other refusals stay. */
export function refused(
  call: string,
  status: number,
  serverCode: string | undefined,
  text: string,
): MlflowError {
  const auth = status === 401 || status === 403;
  const said = [serverCode, text].filter(Boolean).join(', ');
  return new MlflowError({
    code: auth ? 'E_MLFLOW_AUTH' : 'E_MLFLOW_STATUS',
    cause: `${call}: the server answered ${status}${said === '' ? '' : ` (${said})`}.`,
    fix: auth
      ? 'give a token or a user and password that may do this; a foreign host name must be allowed by the server.'
      : 'see what the server says; correct the call, or try again if the server was busy.',
    retryable: status >= 500 || [408, 425, 429].includes(status),
    status,
    ...(serverCode === undefined ? {} : { serverCode }),
  });
}

export function badAnswer(call: string, why: string): MlflowError {
  return new MlflowError({
    code: 'E_MLFLOW_ANSWER',
    cause: `${call}: the answer is not what an MLflow server gives (${why}).`,
    fix: 'check that the tracking URI is that of an MLflow 3 server and that no proxy answers in its place.',
    retryable: true,
  });
}

export function badName(what: string, name: string, why: string): MlflowError {
  return new MlflowError({
    code: 'E_MLFLOW_NAME',
    cause: `${what} ${JSON.stringify(name.slice(0, 80))} ${why}.`,
    fix: "use letters, digits, '_', '-', '.', spaces and '/'; safeName(name) makes such a name.",
  });
}

export function badPath(path: string, why: string): MlflowError {
  return new MlflowError({
    code: 'E_MLFLOW_PATH',
    cause: `The artifact path ${JSON.stringify(path.slice(0, 120))} ${why}.`,
    fix: "give a relative path such as 'figures/roc.svg', without '..'.",
  });
}

export function foreignStore(uri: string): MlflowError {
  return new MlflowError({
    code: 'E_MLFLOW_STORE',
    cause: `Artifacts of this run lie at ${schemeOf(uri)}, which the server does not pass on.`,
    fix: 'start the server with --serve-artifacts (the default) and --artifacts-destination.',
  });
}

export function badUri(uri: string): MlflowError {
  return new MlflowError({
    code: 'E_MLFLOW_URI',
    cause: `The tracking URI ${JSON.stringify(withoutCredentials(uri))} is not http:// or https://.`,
    fix: "give the address of an MLflow server, such as 'http://127.0.0.1:5000'.",
  });
}

/** The URI as it may be shown. */
export function withoutCredentials(uri: string): string {
  return uri.replace(/\/\/[^/@]*@/, '//');
}

function schemeOf(uri: string): string {
  return JSON.stringify(/^[a-z0-9+.-]+:/i.exec(uri)?.[0] ?? 'a local path');
}

/** fetch hides the system's word ('ECONNREFUSED') in `cause`. */
function reasonOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } } | null)?.cause;
  return cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : String(error));
}
