import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTrialFolder, pointLatest, readLatest } from './trial-folder.ts';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'dualbeat-trial-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));
const trial = (name: string) => ({ root, experiment: 'ecg-mae', name });
const latest = () => join(root, 'ecg-mae/latest');

test('a trial folder, and latest as a relative link to the newest', () => {
  expect(readLatest(root, 'ecg-mae')).toBeUndefined();
  const first = openTrialFolder(trial('base-s0-1f0c'));
  expect(first).toEqual({
    path: join(root, 'ecg-mae/trials/base-s0-1f0c'),
    resolved: join(root, 'ecg-mae/trials/base-s0-1f0c/resolved.yaml'),
    origins: join(root, 'ecg-mae/trials/base-s0-1f0c/origins.json'),
    report: join(root, 'ecg-mae/trials/base-s0-1f0c/report.html'),
  });
  expect(readLatest(root, 'ecg-mae')).toBe(first.path);
  const second = openTrialFolder(trial('base-s1-22ab'));
  expect(readlinkSync(latest())).toBe('trials/base-s1-22ab');
  expect(readLatest(root, 'ecg-mae')).toBe(second.path);
  writeFileSync(first.resolved, 'seed: 0\n');
  expect(openTrialFolder(trial('base-s0-1f0c')).path).toBe(first.path); // found, not replaced
  expect(readFileSync(first.resolved, 'utf8')).toBe('seed: 0\n');
  expect(readdirSync(join(root, 'ecg-mae')).sort()).toEqual(['latest', 'trials']);
});

test('latest as a text file, and back', () => {
  const { path } = openTrialFolder(trial('a'));
  openTrialFolder(trial('b'));
  pointLatest(trial('a'), 'text');
  expect(lstatSync(latest()).isFile()).toBe(true);
  expect(readFileSync(latest(), 'utf8')).toBe('trials/a\n');
  expect(readLatest(root, 'ecg-mae')).toBe(path);
  pointLatest(trial('b'));
  expect(readlinkSync(latest())).toBe('trials/b');
});

test('a latest that is broken or points outside is no answer, and is replaced', () => {
  mkdirSync(join(root, 'ecg-mae'));
  symlinkSync('trials/gone', latest());
  expect(readLatest(root, 'ecg-mae')).toBeUndefined();
  rmSync(latest());
  symlinkSync('../..', latest());
  expect(readLatest(root, 'ecg-mae')).toBeUndefined();
  const { path } = openTrialFolder(trial('a'));
  expect(readLatest(root, 'ecg-mae')).toBe(path);
});

test('what cannot be written names the path', () => {
  mkdirSync(join(root, 'ecg-mae/latest/full'), { recursive: true });
  const message = (work: () => unknown) => {
    try {
      return work();
    } catch (error) {
      return (error as Error).message.replaceAll(root, 'ROOT');
    }
  };
  expect(message(() => openTrialFolder(trial('a')))).toMatchInlineSnapshot(
    `"E_RUN_UNWRITABLE: ROOT/ecg-mae/latest: the run folder cannot be written (EISDIR). Fix: make it writable for this user, free space, or choose another runs folder."`,
  );
  expect(message(() => pointLatest(trial('a'), 'text'))).toContain('E_RUN_UNWRITABLE: ROOT');
  expect(readdirSync(join(root, 'ecg-mae')).sort()).toEqual(['latest', 'trials']);
  expect(message(() => openTrialFolder(trial('../x')))).toContain(
    'E_RUN_NAME: "../x": this is no trial',
  );
});
