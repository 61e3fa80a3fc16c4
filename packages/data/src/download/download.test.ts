import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { isCoded } from '@dualbeat/core';
import { afterEach, expect, test } from 'vitest';
import { downloadSet, parseSums } from './download-set.ts';
import type { DownloadOptions } from './download-set.ts';
import type { OpenSet } from './open-sets.ts';

const sum = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex');
const big = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7) % 251));
const files: { [path: string]: Buffer } = {
  'data/1.dat': big,
  'data/1.hea': Buffer.from('1 2 500'),
  'with space.txt': Buffer.from('x'),
};
const listOf = (change: { [path: string]: string } = {}) =>
  Object.entries({
    ...Object.fromEntries(Object.entries(files).map(([p, b]) => [p, sum(b)])),
    ...change,
  })
    .map(([path, hash]) => `${hash}  ${path}\n`)
    .join('');

type Answer = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;
const servers: Server[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
/** Serves the files with ranges; `answer` may do something else first. */
async function serve(answer: Answer = () => false, list = listOf()) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice('/set/'.length));
    asked.push(`${path} ${request.headers.range ?? ''}`.trim());
    if (answer(request, response, path)) return;
    const body = path === 'SHA256SUMS.txt' ? Buffer.from(list) : files[path];
    if (body === undefined) return void response.writeHead(404).end();
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from >= body.length) return void response.writeHead(416).end();
    const headers = { 'content-length': body.length - from };
    if (from === 0) response.writeHead(200, headers);
    else
      response.writeHead(206, {
        ...headers,
        'content-range': `bytes ${from}-${body.length - 1}/${body.length}`,
      });
    response.end(body.subarray(from));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  const set: OpenSet = {
    title: '',
    url: `http://127.0.0.1:${port}/set/`,
    sums: 'SHA256SUMS.txt',
    licence: '',
    cite: '',
  };
  const to = mkdtempSync(join(tmpdir(), 'dualbeat-download-'));
  folders.push(to);
  const load = (options: Partial<DownloadOptions> = {}) =>
    downloadSet(set, { to, parallel: 1, pauseMs: 1, idleMs: 500, ...options });
  return { load, to, asked, set };
}
async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no error',
    (error: Error) => error.message.replace(/127\.0\.0\.1:\d+/, '<host>'),
  );
}

test('every file comes with its checksum; a second call fetches only the list', async () => {
  const { load, to, asked } = await serve();
  expect(await load({ parallel: 3 })).toEqual({ files: 3, there: 0, bytes: big.length + 8 });
  for (const [path, bytes] of Object.entries(files))
    expect(readFileSync(join(to, path))).toEqual(bytes);
  asked.length = 0;
  expect(await load()).toEqual({ files: 3, there: 3, bytes: 0 });
  expect(asked).toEqual(['SHA256SUMS.txt']);
  writeFileSync(join(to, 'data/1.hea'), 'changed');
  expect(await load()).toMatchObject({ there: 2 });
  expect(readFileSync(join(to, 'data/1.hea'))).toEqual(files['data/1.hea']);
  const { load: some, to: there } = await serve();
  expect(await some({ only: (path) => path.endsWith('.hea') })).toMatchObject({ files: 1 });
  expect(existsSync(join(there, 'data/1.dat'))).toBe(false);
});

test('a connection that is cut goes on at its byte', async () => {
  let cuts = 0;
  const { load, to, asked } = await serve((request, response, path) => {
    if (path !== 'data/1.dat' || cuts >= 7) return false;
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    cuts++;
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': big.length - from,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${big.length - 1}/${big.length}` } : {}),
    });
    response.write(big.subarray(from, from + 20_000), () =>
      setTimeout(() => response.destroy(), 20),
    );
    return true;
  });
  await load();
  expect(readFileSync(join(to, 'data/1.dat'))).toEqual(big);
  expect(asked.filter((line) => line.startsWith('data/1.dat bytes=')).length).toBe(7);
});

test('a stopped download is resumed by the next call, also by a server without ranges', async () => {
  for (const ranges of [true, false]) {
    const { load, to, asked } = await serve((request, response, path) => {
      if (ranges || path !== 'data/1.dat') return false;
      delete request.headers.range;
      response.writeHead(200, { 'content-length': big.length }).end(big);
      return true;
    });
    await load({ only: () => false });
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(to, 'data'));
    writeFileSync(join(to, 'data/1.dat.part'), big.subarray(0, 150_000));
    asked.length = 0;
    await load();
    expect(readFileSync(join(to, 'data/1.dat'))).toEqual(big);
    expect(asked).toContain('data/1.dat bytes=150000-');
    expect(existsSync(join(to, 'data/1.dat.part'))).toBe(false);
  }
});

test('a part of another version is thrown away once; a wrong file is refused and not kept', async () => {
  const { load, to } = await serve();
  await load({ only: () => false });
  const { mkdirSync } = await import('node:fs');
  mkdirSync(join(to, 'data'));
  writeFileSync(join(to, 'data/1.dat.part'), Buffer.alloc(1000, 1));
  await load();
  expect(readFileSync(join(to, 'data/1.dat'))).toEqual(big);
  const wrong = await serve(undefined, listOf({ 'data/1.dat': sum('other') }));
  expect(await messageOf(wrong.load())).toMatchInlineSnapshot(
    `"E_DOWNLOAD_CHECKSUM: http://<host>/set/data/1.dat: the file, fetched anew from its start, does not have the checksum of the list. Fix: tell the keeper of the server; the file was not kept."`,
  );
  expect(existsSync(join(wrong.to, 'data/1.dat'))).toBe(false);
  expect(existsSync(join(wrong.to, 'data/1.dat.part'))).toBe(false);
});

test('a busy server is tried again; a refusing, a silent and a lost one are errors', async () => {
  let busy = 0;
  const later = await serve((_, response, path) => {
    if (path !== 'data/1.hea' || busy++ >= 3) return false;
    response.writeHead(503).end();
    return true;
  });
  expect(await later.load()).toMatchObject({ files: 3 });
  const refusing = await serve((_, response, path) => {
    if (path === 'data/1.hea') response.writeHead(403).end();
    return path === 'data/1.hea';
  });
  expect(await messageOf(refusing.load())).toMatchInlineSnapshot(
    `"E_DOWNLOAD_HTTP: http://<host>/set/data/1.hea: the server answered with status 403. Fix: the set may need an account or consent to its terms; see its page."`,
  );
  const silent = await serve((_, response, path) => {
    if (path === 'data/1.hea') response.writeHead(200, { 'content-length': 7 }).write('1');
    return path === 'data/1.hea';
  });
  expect(await messageOf(silent.load({ attempts: 2, idleMs: 100 }))).toContain(
    'E_DOWNLOAD_NETWORK',
  );
  const lost = await serve();
  servers.at(-1)?.close();
  expect(await messageOf(lost.load({ attempts: 2 }))).toContain('E_DOWNLOAD_NETWORK');
  const stop = new AbortController();
  const stopping = await serve((_, __, path) => {
    if (path === 'data/1.dat') stop.abort();
    return false;
  });
  expect(await messageOf(stopping.load({ signal: stop.signal }))).toMatchInlineSnapshot(
    `"E_DOWNLOAD_STOPPED: the download was stopped. Fix: run the command again: it goes on where it stopped."`,
  );
});

test('lists that lead elsewhere or are none are refused', async () => {
  for (const path of ['../evil', '/etc/passwd', 'a/../../evil', '..%2fevil', 'a\\..\\evil']) {
    const { load } = await serve(undefined, `${sum('x')}  ${path}\n`);
    expect(await messageOf(load())).toContain('E_PATH_ESCAPE');
  }
  expect(() => parseSums('', 'list')).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_DOWNLOAD_SUMS: list: this is no list of SHA-256 sums: it is empty. Fix: check the address; nothing was written but the list.]`,
  );
  expect(() => parseSums('abc  file', 'list')).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_DOWNLOAD_SUMS: list: this is no list of SHA-256 sums: line 1 has no sum and path. Fix: check the address; nothing was written but the list.]`,
  );
  const runs = process.env['DUALBEAT_TEST_FULL'] === '1' ? 5000 : 200;
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      try {
        parseSums(text, 'list');
      } catch (error) {
        expect(isCoded(error)).toBe(true);
      }
    }),
    { numRuns: runs },
  );
});
