import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { hostRandom } from '@dualbeat/core';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal, readJournal } from './journal.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'dualbeat-journal-'));
  path = join(dir, 'journal.jsonl');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const now = () => new Date(Date.UTC(2025, 0, 2, 3, 4, 5, 678));
const t = '2025-01-02T03:04:05.678Z';
const messageOf = (work: () => unknown) => {
  try {
    work();
    return 'taken';
  } catch (error) {
    return (error as Error).message.replaceAll(dir, 'DIR');
  }
};
function write(count: number): void {
  const journal = openJournal(path, { now });
  for (let step = 0; step < count; step++) journal.append('step', { step, loss: 1 / (step + 1) });
  journal.close();
}

test('the line format: JSON, seq first, the CRC-32 of the bytes before it last', () => {
  const journal = openJournal(path, { now });
  journal.append('start', { name: 'ecg-mae', 'val/mse': 0.5 });
  journal.append('metrics', {
    loss: NaN,
    high: Infinity,
    deep: [{ low: -Infinity }],
    gone: undefined,
  });
  journal.append('arrays', { weights: Float32Array.of(1, NaN), bytes: Buffer.from([1, 2]) });
  journal.close();
  const text = readFileSync(path, 'utf8');
  expect(text).toMatchInlineSnapshot(`
    "{"seq":0,"t":"2025-01-02T03:04:05.678Z","type":"start","name":"ecg-mae","val/mse":0.5,"crc":"c04254cc"}
    {"seq":1,"t":"2025-01-02T03:04:05.678Z","type":"metrics","loss":"NaN","high":"Infinity","deep":[{"low":"-Infinity"}],"crc":"d4a9308f"}
    {"seq":2,"t":"2025-01-02T03:04:05.678Z","type":"arrays","weights":[1,"NaN"],"bytes":[1,2],"crc":"778748ab"}
    "
  `);
  for (const line of text.trimEnd().split('\n')) {
    const [head, crc] = line.split(',"crc":') as [string, string];
    expect(crc).toBe(`"${crc32(head).toString(16).padStart(8, '0')}"}`);
    JSON.parse(line);
  }
  expect(crc32('123456789')).toBe(0xcbf43926); // the check value of CRC-32/ISO-HDLC
});

test('what is appended is read, and a journal goes on where it stood', () => {
  write(3);
  write(2);
  const { entries, torn, corrupt } = readJournal(path);
  expect({ torn, corrupt }).toEqual({ torn: false, corrupt: [] });
  expect(entries.map((entry) => [entry.seq, entry['step']])).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 0],
    [4, 1],
  ]);
  expect(entries[1]).toEqual({ seq: 1, t, type: 'step', step: 1, loss: 0.5 });
});

test('any JSON fields survive', () => {
  const key = fc.string().filter((name) => !['seq', 't', 'type', 'crc'].includes(name));
  const fields = fc.dictionary(key, fc.jsonValue());
  fc.assert(
    fc.property(fc.array(fields, { maxLength: 5 }), (list) => {
      rmSync(path, { force: true });
      const journal = openJournal(path, { now });
      list.forEach((one) => journal.append('x', one));
      journal.close();
      const { entries } = readJournal(path);
      const want = list.map((one, seq) =>
        JSON.parse(JSON.stringify({ seq, t, type: 'x', ...one })),
      );
      expect(entries).toEqual(want);
    }),
    { numRuns: 100 },
  );
});

test('a line that is longer than the reading buffer, and one that ends at its edge', () => {
  const journal = openJournal(path, { now });
  journal.append('long', { text: 'ä'.repeat(1_500_000) });
  const line = readFileSync(path).length;
  const rest = 2 ** 22 - line;
  const empty = Buffer.byteLength(
    `{"seq":1,"t":"${t}","type":"edge","text":"","crc":"00000000"}\n`,
  );
  journal.append('edge', { text: 'x'.repeat(rest - empty) });
  expect(readFileSync(path).length).toBe(2 ** 22);
  journal.append('last', {});
  journal.close();
  const { entries, torn, corrupt } = readJournal(path);
  expect(entries.map((entry) => entry.type)).toEqual(['long', 'edge', 'last']);
  expect({ torn, corrupt }).toEqual({ torn: false, corrupt: [] });
});

test('cut at every byte: whole lines stay, the torn one is healed, seq goes on', () => {
  write(3);
  const whole = readFileSync(path);
  const ends = [...whole.entries()].filter(([, byte]) => byte === 10).map(([at]) => at + 1);
  for (let size = 0; size < whole.length; size++) {
    writeFileSync(path, whole.subarray(0, size));
    // A line that lacks only its line feed is whole.
    const lines = ends.filter((end) => size >= end - 1).length;
    const start = ends[lines - 1] ?? 0;
    const torn = size > start;
    const before = readJournal(path);
    expect([before.entries.length, before.torn, before.corrupt]).toEqual([lines, torn, []]);

    const journal = openJournal(path, { now });
    journal.append('after', {});
    journal.close();
    const { entries, ...rest } = readJournal(path);
    expect(rest).toEqual({ torn: false, corrupt: [], end: readFileSync(path).length });
    const types = [
      ...Array<string>(lines).fill('step'),
      ...(torn ? ['journal-healed'] : []),
      'after',
    ];
    expect(entries.map((entry) => entry.type)).toEqual(types);
    expect(entries.map((entry) => entry.seq)).toEqual(types.map((_, seq) => seq));
    if (torn) expect(entries[lines]?.['removedBytes']).toBe(size - start);
  }
});

test('every single bit flip is found', () => {
  write(3);
  const whole = readFileSync(path);
  const good = new Set(readJournal(path).entries.map((entry) => JSON.stringify(entry)));
  const missed: number[] = [];
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const flipped = Buffer.from(whole);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    writeFileSync(path, flipped);
    const { entries, torn, corrupt } = readJournal(path);
    const found = corrupt.length > 0 || torn;
    if (!found || !entries.every((entry) => good.has(JSON.stringify(entry)))) missed.push(bit);
  }
  expect(missed).toEqual([]);
});

test('a corrupt line is left out with its number; seq is not given twice', () => {
  write(4);
  const lines = readFileSync(path, 'utf8').split('\n');
  lines[1] = (lines[1] as string).replace('0.5', '0.4');
  lines[3] = (lines[3] as string).replace('step', 'stop');
  writeFileSync(path, lines.join('\n'));
  write(1);
  const { entries, corrupt } = readJournal(path);
  expect(corrupt).toEqual([2, 4]);
  expect(entries.map((entry) => entry.seq)).toEqual([0, 2, 4]);
});

test('zeros that a power cut leaves at the end are healed', () => {
  write(2);
  appendFileSync(path, Buffer.alloc(4096));
  expect(readJournal(path).torn).toBe(true);
  write(1);
  const { entries, torn } = readJournal(path);
  expect(torn).toBe(false);
  expect(entries.map((entry) => entry.type)).toEqual(['step', 'step', 'journal-healed', 'step']);
});

test('a reader sees a growing journal', () => {
  const journal = openJournal(path);
  for (let n = 1; n <= 3; n++) {
    journal.append('x', {});
    journal.sync();
    expect(readJournal(path).entries).toHaveLength(n);
  }
  journal.close();
});

test('wrong entries are refused, and leave nothing in the file', () => {
  const journal = openJournal(path, { now });
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  expect(messageOf(() => journal.append('x', { seq: 1 }))).toMatchInlineSnapshot(
    `"E_JOURNAL_FIELD: DIR/journal.jsonl: the entry "x" cannot be written: it has a field "seq". Fix: give plain JSON fields, none of them called seq, t, type or crc."`,
  );
  expect(messageOf(() => journal.append('x', { n: 1n }))).toContain('E_JOURNAL_FIELD: DIR/journal');
  expect(messageOf(() => journal.append('x', loop))).toContain('circular');
  journal.append('good', {});
  journal.close();
  journal.close();
  expect(messageOf(() => journal.append('x', {}))).toMatchInlineSnapshot(
    `"E_JOURNAL_CLOSED: DIR/journal.jsonl: the journal is closed and takes no more entries. Fix: open it again with openJournal."`,
  );
  expect(messageOf(() => journal.sync())).toContain('E_JOURNAL_CLOSED');
  expect(readJournal(path).entries.map((entry) => [entry.seq, entry.type])).toEqual([[0, 'good']]);
});

test('a journal that cannot be opened or read names the file', () => {
  expect(messageOf(() => openJournal(join(dir, 'none/journal.jsonl')))).toMatchInlineSnapshot(
    `"E_WRITE_PATH: DIR/none/journal.jsonl: no file can be written under this path (ENOENT). Fix: make sure that its folder exists and that the path names a file."`,
  );
  expect(messageOf(() => readJournal(path))).toMatchInlineSnapshot(
    `"E_READ_FAILED: DIR/journal.jsonl: this file was not read (ENOENT). Fix: make sure that it exists and that this user may read it."`,
  );
  expect(messageOf(() => openJournal(dir))).toContain('E_WRITE_PATH: DIR:');
});

const fixture = new URL('../fixtures/append-forever.ts', import.meta.url).pathname;
const root = new URL('../../..', import.meta.url).pathname;

/** Kills a real process that appends, `wait` ms after its first report; gives the last step that it reported. */
async function appendAndKill(wait: number, size: number): Promise<number> {
  const args = ['--conditions=@dualbeat/source', '--import', 'tsx', fixture, path, String(size)];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let reported = '';
  const first = new Promise((resolve) => child.stdout.once('data', resolve));
  child.stdout.on('data', (data: Buffer) => (reported += data.toString()));
  const ended = new Promise((resolve) => child.once('close', resolve));
  await first;
  await new Promise((resolve) => setTimeout(resolve, wait));
  child.kill('SIGKILL');
  await ended;
  const lines = reported.split('\n').slice(0, -1); // the last may be torn
  return Number(lines.at(-1));
}

const rounds = process.env['DUALBEAT_TEST_FULL'] === undefined ? 4 : 40;
test(`kill -9 while appending, ${rounds} times on one journal: nothing that was appended is lost`, async () => {
  const random = hostRandom(0, 'journal/kill');
  let lines = 0;
  for (let round = 0; round < rounds; round++) {
    if (round % 8 === 0) rmSync(path, { force: true }); // not ever longer
    if (round % 8 === 0) lines = 0;
    const size = [10, 500, 5000, 200_000][round % 4] as number;
    const sure = await appendAndKill(Math.floor(random() * 60), size);
    const { entries, corrupt } = readJournal(path);
    expect(corrupt).toEqual([]);
    expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, seq) => seq));
    const steps = entries.slice(lines).filter((entry) => entry.type === 'step');
    expect(steps.map((entry) => entry['step'])).toEqual(steps.map((_, step) => step));
    expect(steps.length).toBeGreaterThan(sure);
    // A kill may fall into a write() or not: tear the last line by hand, too.
    if (round % 2 === 1) truncateSync(path, readFileSync(path).length - 7);
    lines = readJournal(path).entries.length;
  }
  openJournal(path).close();
  const { entries, torn } = readJournal(path);
  expect(torn).toBe(false);
  expect(entries.filter((entry) => entry.type === 'journal-healed')).not.toEqual([]);
}, 600_000);

test('a full disk while appending: the entry is refused whole, and the journal goes on', async () => {
  const script = `
    import { openJournal } from ${JSON.stringify(new URL('./journal.ts', import.meta.url).href)};
    const journal = openJournal(${JSON.stringify(path)});
    journal.append('small', {});
    try { journal.append('big', { text: 'x'.repeat(200000) }); } catch (error) { console.log(error.message); }
    journal.append('small', {});
    journal.close();
  `;
  writeFileSync(join(dir, 'run.mts'), script);
  const node = `'${process.execPath}' --conditions=@dualbeat/source --import tsx '${join(dir, 'run.mts')}'`;
  const child = spawn('sh', ['-c', `ulimit -f 64; ${node}`], { cwd: root });
  let out = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  expect(out.replaceAll(dir, 'DIR')).toMatchInlineSnapshot(`
    "E_WRITE_NO_SPACE: DIR/journal.jsonl: there is no space or quota left to write this file (EFBIG). Fix: free space on that disk, or raise the quota, and run again; what was there before is intact.
    "
  `);
  const { entries, torn, corrupt } = readJournal(path);
  expect(entries.map((entry) => [entry.seq, entry.type])).toEqual([
    [0, 'small'],
    [1, 'small'],
  ]);
  expect({ torn, corrupt }).toEqual({ torn: false, corrupt: [] });
});

test('goes on reading where it ended before, also past a torn line', () => {
  const journal = openJournal(path);
  journal.append('a', { n: 1 });
  const first = readJournal(path);
  expect(first.entries.map(({ type }) => type)).toEqual(['a']);
  appendFileSync(path, '{"seq":1,"t":"2026');
  expect(readJournal(path, { from: first.end })).toMatchObject({ entries: [], end: first.end });
  journal.close();
  const healed = openJournal(path);
  healed.append('b', { n: 2 });
  healed.close();
  const second = readJournal(path, { from: first.end });
  expect(second.entries.map(({ type, seq }) => [seq, type])).toEqual([
    [1, 'journal-healed'],
    [2, 'b'],
  ]);
  expect(readJournal(path, { from: second.end }).entries).toEqual([]);
});
