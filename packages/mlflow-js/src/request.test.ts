import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openMlflow } from './client.ts';

const open: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(open.splice(0).map((server) => new Promise((done) => server.close(done))));
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  open.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The message without the port, which differs from run to run. */
async function failure(work: Promise<unknown>): Promise<{ message: string; retryable: boolean }> {
  const error = (await work.then(
    () => new Error('no error'),
    (thrown: unknown) => thrown,
  )) as Error & { retryable: boolean };
  return { message: error.message, retryable: error.retryable };
}

const batch = { metrics: [{ key: 'loss', value: 1, step: 1, timestamp: 1 }] };

describe('a server that fails', () => {
  test('nobody listens', async () => {
    const uri = await serve(() => {});
    await new Promise((done) => open.pop()?.close(done));
    const mlflow = openMlflow({ uri });
    expect(await failure(mlflow.logBatch('r', batch))).toMatchInlineSnapshot(`
      {
        "message": "E_MLFLOW_UNREACHABLE: POST api/2.0/mlflow/runs/log-batch: the server cannot be reached (ECONNREFUSED). Fix: check the tracking URI and that the server runs; what was not sent can be sent again.",
        "retryable": true,
      }
    `);
  });

  test('hangs', async () => {
    const uri = await serve(() => {});
    const mlflow = openMlflow({ uri, timeoutMs: 200 });
    expect(await failure(mlflow.logBatch('r', batch))).toMatchInlineSnapshot(`
      {
        "message": "E_MLFLOW_TIMEOUT: POST api/2.0/mlflow/runs/log-batch: no answer within 200 ms. Fix: try again later, or allow a longer time-out.",
        "retryable": true,
      }
    `);
  });

  test('closes in the middle of the answer', async () => {
    const uri = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"run":');
      setTimeout(() => response.destroy(), 20);
    });
    expect(await failure(openMlflow({ uri }).getRun('r'))).toMatchInlineSnapshot(`
      {
        "message": "E_MLFLOW_UNREACHABLE: GET api/2.0/mlflow/runs/get: the server cannot be reached (UND_ERR_SOCKET). Fix: check the tracking URI and that the server runs; what was not sent can be sent again.",
        "retryable": true,
      }
    `);
  });

  test('answers with a web page', async () => {
    const uri = await serve((_, response) => response.end('<html>Sign in</html>'));
    expect(await failure(openMlflow({ uri }).getRun('r'))).toMatchInlineSnapshot(`
      {
        "message": "E_MLFLOW_ANSWER: GET api/2.0/mlflow/runs/get: the answer is not what an MLflow server gives (it is not JSON: "<html>Sign in</html>"). Fix: check that the tracking URI is that of an MLflow 3 server and that no proxy answers in its place.",
        "retryable": true,
      }
    `);
  });

  test('answers with other JSON', async () => {
    const uri = await serve((_, response) => response.end('{"run":{"info":{"run_id":7}}}'));
    expect(await failure(openMlflow({ uri }).getRun('r'))).toMatchInlineSnapshot(`
      {
        "message": "E_MLFLOW_ANSWER: run: the answer is not what an MLflow server gives ('run_id' is missing). Fix: check that the tracking URI is that of an MLflow 3 server and that no proxy answers in its place.",
        "retryable": true,
      }
    `);
  });

  test.each([500, 503, 429])('%i may be tried again', async (status) => {
    const uri = await serve((_, response) => response.writeHead(status).end('busy'));
    const { message, retryable } = await failure(openMlflow({ uri }).getRun('r'));
    expect(message).toContain(`the server answered ${status} (busy)`);
    expect(retryable).toBe(true);
  });

  test('refuses', async () => {
    const uri = await serve((_, response) =>
      response
        .writeHead(400)
        .end('{"error_code":"INVALID_PARAMETER_VALUE","message":"Changing param values"}'),
    );
    const work = openMlflow({ uri }).logBatch('r', { params: { a: '1' } });
    expect(await failure(work)).toMatchInlineSnapshot(`
      {
        "message": "E_MLFLOW_STATUS: POST api/2.0/mlflow/runs/log-batch: the server answered 400 (INVALID_PARAMETER_VALUE, Changing param values). Fix: see what the server says; correct the call, or try again if the server was busy.",
        "retryable": false,
      }
    `);
  });

  test('does not send credentials on to another address', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    });
    const uri = await serve((_, response) =>
      response.writeHead(307, { location: `${other}/stolen` }).end(),
    );
    await failure(openMlflow({ uri, token: 'secret' }).getRun('r'));
    expect(seen).toEqual([]);
  });
});

describe('credentials', () => {
  async function header(options: object, inUri = ''): Promise<string | undefined> {
    let seen: string | undefined;
    const uri = await serve((request: IncomingMessage, response) => {
      seen = request.headers.authorization;
      response.writeHead(401).end('{"error_code":"UNAUTHENTICATED","message":"no"}');
    });
    const mlflow = openMlflow({ uri: uri.replace('//', `//${inUri}`), ...options });
    const { message } = await failure(mlflow.getRun('r'));
    expect(message).toMatch(/^E_MLFLOW_AUTH/);
    expect(`${message}${mlflow.uri}`).not.toMatch(/secret|ada/);
    return seen;
  }

  test('a token', async () => {
    expect(await header({ token: 'secret' })).toBe('Bearer secret');
  });
  test('user and password', async () => {
    expect(await header({ username: 'ada', password: 'secret' })).toBe(
      `Basic ${btoa('ada:secret')}`,
    );
  });
  test('in the address', async () => {
    expect(await header({}, 'ada:secret@')).toBe(`Basic ${btoa('ada:secret')}`);
  });
  test('none', async () => {
    expect(await header({})).toBeUndefined();
  });
  test('an address that is none of HTTP, shown without its password', () => {
    expect(() =>
      openMlflow({ uri: 'postgres://ada:secret@db/mlflow' }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[MlflowError: E_MLFLOW_URI: The tracking URI "postgres://db/mlflow" is not http:// or https://. Fix: give the address of an MLflow server, such as 'http://127.0.0.1:5000'.]`,
    );
  });
});

describe('batches', () => {
  test('any number of values in calls that the server takes', async () => {
    const sizes: number[][] = [];
    const uri = await serve((request, response) => {
      let text = '';
      request.on('data', (piece: Buffer) => void (text += piece.toString()));
      request.on('end', () => {
        const { metrics, params, tags } = JSON.parse(text) as Record<string, unknown[] | undefined>;
        sizes.push([metrics?.length ?? 0, params?.length ?? 0, tags?.length ?? 0]);
        response.end('{}');
      });
    });
    const metrics = Array.from({ length: 2500 }, (_, i) => ({
      key: 'loss',
      value: i === 3 ? Number.NaN : i,
      step: i,
      timestamp: i,
    }));
    const many = (n: number, name: string) =>
      Object.fromEntries(Array.from({ length: n }, (_, i) => [`${name}${i}`, 'x'.repeat(50)]));
    await openMlflow({ uri }).logBatch('r', {
      metrics,
      params: many(150, 'p'),
      tags: many(120, 't'),
    });
    expect(sizes).toEqual([
      [1000, 0, 0],
      [1000, 0, 0],
      [500, 0, 0],
      [0, 100, 0],
      [0, 50, 0],
      [0, 0, 100],
      [0, 0, 20],
    ]);
  });
});
