/** @file One call to the server: JSON in and out, time-out, credentials, coded errors. */
import { Buffer } from 'node:buffer';
import { badAnswer, badUri, refused, timedOut, unreachable } from './errors.ts';

export type MlflowOptions = {
  /** 'http://127.0.0.1:5000', with or without a path below it. Credentials in it are taken out. */
  readonly uri: string;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  /** Basic authentication. */
  readonly username?: string;
  readonly password?: string;
  /** Of one call, uploads and downloads aside (default 30,000). */
  readonly timeoutMs?: number;
  /** Of one upload or download (default 600,000). */
  readonly transferTimeoutMs?: number;
};

export type Query = { readonly [key: string]: string | number | undefined };
export interface Requester {
  /** `path` below the server: 'api/2.0/mlflow/runs/create'. Errors: E_MLFLOW_UNREACHABLE, _TIMEOUT, _STATUS, _AUTH, _ANSWER. */
  json(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    of?: { readonly body?: unknown; readonly query?: Query },
  ): Promise<{ readonly [key: string]: unknown }>;
  put(path: string, body: ReadableStream<Uint8Array> | Uint8Array): Promise<void>;
  get(path: string): Promise<ReadableStream<Uint8Array>>;
  /** Without credentials. */
  readonly base: string;
}

export function requester(options: MlflowOptions): Requester {
  const { base, authorization } = addressOf(options);
  const timeoutMs = options.timeoutMs ?? 30_000;
  const transferMs = options.transferTimeoutMs ?? 600_000;

  async function call<T>(
    method: string,
    path: string,
    of: { query?: Query | undefined; body?: unknown; headers?: object; ms: number },
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const name = `${method} ${path}`;
    const url = new URL(path, base);
    for (const [key, value] of Object.entries(of.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
    const signal = AbortSignal.timeout(of.ms);
    const init = {
      method,
      signal,
      redirect: 'error', // credentials go to the named server only
      headers: { ...authorization, ...of.headers },
      ...(of.body === undefined
        ? {}
        : { body: of.body as NonNullable<RequestInit['body']>, duplex: 'half' }),
    } as RequestInit;
    try {
      const response = await fetch(url, init);
      if (!response.ok) throw await refusalOf(name, response);
      return await read(response);
    } catch (error) {
      if (signal.aborted) throw timedOut(name, of.ms);
      if (error instanceof Error && error.name === 'MlflowError') throw error;
      throw unreachable(name, error);
    }
  }

  return {
    base,
    json: (method, path, of = {}) => {
      const body = of.body === undefined ? undefined : JSON.stringify(of.body);
      const headers = body === undefined ? {} : { 'content-type': 'application/json' };
      return call(method, path, { query: of.query, body, headers, ms: timeoutMs }, (response) =>
        objectOf(`${method} ${path}`, response),
      );
    },
    put: (path, body) =>
      call(
        'PUT',
        path,
        { body, headers: { 'content-type': 'application/octet-stream' }, ms: transferMs },
        async (response) => void (await response.arrayBuffer()),
      ),
    get: (path) =>
      call('GET', path, { ms: transferMs }, async (response) => {
        if (response.body === null) throw badAnswer(`GET ${path}`, 'it has no content');
        return response.body as ReadableStream<Uint8Array>;
      }),
  };
}

function addressOf(options: MlflowOptions): {
  base: string;
  authorization: { authorization?: string };
} {
  let url: URL;
  try {
    url = new URL(options.uri);
  } catch {
    throw badUri(options.uri);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw badUri(options.uri);
  const username = options.username ?? decodeURIComponent(url.username);
  const password = options.password ?? decodeURIComponent(url.password);
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  const basic = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  const authorization =
    options.token !== undefined && options.token !== ''
      ? { authorization: `Bearer ${options.token}` }
      : username === ''
        ? {}
        : { authorization: `Basic ${basic}` };
  return { base: url.href, authorization };
}

async function refusalOf(call: string, response: Response): Promise<Error> {
  const text = await response.text();
  let code: string | undefined;
  let message = text.slice(0, 200).replace(/\s+/g, ' ').trim();
  try {
    const said = JSON.parse(text) as { error_code?: unknown; message?: unknown };
    if (typeof said.error_code === 'string') code = said.error_code;
    if (typeof said.message === 'string') message = said.message.slice(0, 300);
  } catch {
    // not JSON: a proxy's page; its first words stand above
  }
  return refused(call, response.status, code, message);
}

async function objectOf(
  call: string,
  response: Response,
): Promise<{ readonly [key: string]: unknown }> {
  const text = await response.text();
  if (text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badAnswer(call, `it is not JSON: ${JSON.stringify(text.slice(0, 60))}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badAnswer(call, 'it is no JSON object');
  return value as { readonly [key: string]: unknown };
}

/** A field that must be there. Error: E_MLFLOW_ANSWER. */
export function field<T>(
  call: string,
  from: unknown,
  name: string,
  fits: (value: unknown) => value is T,
): T {
  const value = (from as { readonly [key: string]: unknown } | null | undefined)?.[name];
  if (!fits(value)) throw badAnswer(call, `'${name}' is missing`);
  return value;
}
export const isText = (value: unknown): value is string => typeof value === 'string';
export const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null;
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
