import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { byOp } from '../profile/profile-of.ts';
import type { CaseResult, SideResult } from '../run-case.ts';
import { hardware } from './hardware.ts';
import { rowsOf } from './rows.ts';
import type { BenchRow } from './rows.ts';
import { writeResults } from './write-results.ts';

const side = (name: string, seconds: number, gigabytes: number): SideResult => ({
  side: name,
  startSeconds: 1,
  firstStepSeconds: 4,
  rounds: [1, 1.5, 0.8].map((mood) => [seconds * mood, seconds * mood]),
  losses: [2, 1],
  peakBytes: gigabytes * 1e9,
  parameters: 7_067_876,
  versions: { [name]: '1.0' },
  notes: ['a note'],
});
const profile = byOp([
  { op: 'MatMul', ms: 5 },
  { op: 'BatchMatMulV2', ms: 2 },
  { op: 'dualbeat_cluster_1f', ms: 1, contents: 'Mul 1' },
  { op: 'dualbeat_cluster_2e', ms: 1.5, contents: 'Add 2' },
  { op: 'dualbeat_cluster_3d', ms: 1.5, contents: 'Mul 1' },
  { op: 'dualbeat_attention_grad_4c', ms: 1, contents: 'BatchMatMulV2 4, Mul 2' },
]);
const result = (size: string): CaseResult => ({
  size,
  batch: 8,
  ours: side('dualbeat', 1, 2),
  peers: [side('pytorch eager', 1.5, 1.5), side('pytorch compile', 1.2, 1.6)],
  lossDifferences: { 'pytorch eager': 1e-6, 'pytorch compile': 2e-6 },
  profile,
  othersBusy: 0.1,
});
const facts = (date: string) => ({
  case: 'ecg-mae',
  date,
  hardware: hardware(),
  command: 'npm run bench -- ecg-mae --profile',
});

let docs: string;
beforeEach(() => {
  docs = mkdtempSync(join(tmpdir(), 'bench-docs-'));
});
afterEach(() => rmSync(docs, { recursive: true }));
const json = () => JSON.parse(readFileSync(join(docs, 'benchmarks.json'), 'utf8')) as BenchRow[];

test('clusters count together, contractions apart', () => {
  expect(profile).toEqual([
    { op: 'MatMul', count: 1, ms: 5, contraction: true },
    {
      op: 'XLA clusters (all but contractions)',
      count: 3,
      ms: 4,
      contraction: false,
      parts: [
        { contents: 'Mul 1', count: 2, ms: 2.5 },
        { contents: 'Add 2', count: 1, ms: 1.5 },
      ],
    },
    { op: 'BatchMatMulV2', count: 1, ms: 2, contraction: true },
    { op: 'attention grad (function)', count: 1, ms: 1, contraction: true },
  ]);
});

test('our row is judged against the faster mode, by the median round', () => {
  const [own, eager, compile] = rowsOf(result('tiny'), facts('2030-01-02')) as BenchRow[];
  expect(own).toMatchObject({
    runtime: 'tf',
    device: 'cpu',
    judged: true,
    recordsPerSecond: 8,
    peer: 'pytorch compile',
    ratio: expect.closeTo(1.2, 10) as number,
    ratioLow: expect.closeTo(1.2, 10) as number,
    memoryRatio: 1.25,
    firstStepSeconds: 4,
  });
  expect([eager?.judged, eager?.ratio, eager?.lossDifference]).toEqual([false, null, 1e-6]);
  expect(compile?.raw.secondsByRound).toHaveLength(3);
});

test('a later run replaces the rows of its size alone; the text follows from the rows', () => {
  writeResults(docs, [...rowsOf(result('tiny'), facts('2030-01-02'))]);
  writeResults(docs, [...rowsOf(result('mediumDeep'), facts('2030-01-02'))]);
  writeResults(docs, [...rowsOf(result('tiny'), facts('2030-01-03'))]);
  expect(json().map((row) => `${row.size} ${row.date}`)).toEqual([
    ...Array<string>(3).fill('mediumDeep 2030-01-02'),
    ...Array<string>(3).fill('tiny 2030-01-03'),
  ]);
  const text = readFileSync(join(docs, 'benchmarks.md'), 'utf8');
  expect(text).toContain('## ecg-mae, cpu, 2030-01-03');
  expect(text).not.toContain('Not to be relied on');
  expect(text).toMatch(/\| tiny +\| Dualbeat, tf, compiled \| 8.00 .* \[1.20, 1.20\] \| 1.25/);
  expect(text).toMatch(/\| \*\*contractions, attention included\*\* +\| 3 +\| 8.0 +\| 66.7 % +\|/);
});

test('a busy machine is told', () => {
  writeResults(docs, [...rowsOf({ ...result('tiny'), othersBusy: 1.5 }, facts('2030-01-02'))]);
  const text = readFileSync(join(docs, 'benchmarks.md'), 'utf8');
  expect(text).toContain('**Not to be relied on:** other programs kept 1.5 cores busy meanwhile.');
});

test('earlier results that cannot be read are left alone', () => {
  writeFileSync(join(docs, 'benchmarks.json'), '{');
  expect(() => writeResults(docs, [])).toThrow('E_BENCH_RESULTS');
  expect(readFileSync(join(docs, 'benchmarks.json'), 'utf8')).toBe('{');
});
