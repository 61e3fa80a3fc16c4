import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock, lockHolder } from './lock.ts';
import { processStart } from './process-start.ts';
import {
  inspectStageFolder,
  openStageFolder,
  stageFolderAt,
  type OpenStageOptions,
} from './stage-folder.ts';

let root: string;
const children: ChildProcess[] = [];
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'dualbeat-stage-'))));
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

const now = () => new Date(Date.UTC(2025, 0, 2, 3, 4, 5));
const name = { experiment: 'ecg-mae', stage: 'pretrain', id: '1f0c' };
const options = (mode: OpenStageOptions['mode']): OpenStageOptions => {
  return { root, ...name, mode, command: 'npx dualbeat run experiments/ecg-mae.yaml', now };
};
const inspect = () => inspectStageFolder(root, name.experiment, name.stage, name.id);
const messageOf = (work: () => unknown) => {
  try {
    work();
    return 'taken';
  } catch (error) {
    return (error as Error).message.replaceAll(root, 'ROOT').replace(/process \d+/, 'process PID');
  }
};
const repository = new URL('../../..', import.meta.url).pathname;
const fixture = new URL('../fixtures/hold-stage.ts', import.meta.url).pathname;
/** A real process that opens the folder; gives its first line. */
async function hold(
  mode: OpenStageOptions['mode'],
): Promise<{ child: ChildProcess; said: string }> {
  const args = [
    '--conditions=@dualbeat/source',
    '--import',
    'tsx',
    fixture,
    JSON.stringify(options(mode)),
  ];
  const child = spawn(process.execPath, args, {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const said = await new Promise<string>((resolve) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()));
  });
  return { child, said };
}
async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
}

test('a new stage folder: parts, record and states', () => {
  expect(inspect()).toBe('absent');
  const folder = openStageFolder(options('new'));
  expect(folder.how).toBe('new');
  expect(folder.path).toBe(join(root, 'ecg-mae/stages/pretrain-1f0c'));
  expect(folder.journal).toBe(join(folder.path, 'journal.jsonl'));
  const parts = ['checkpoints', 'figures', 'lock.json', 'predictions', 'stage.json'];
  expect(readdirSync(folder.path).sort()).toEqual(parts);
  expect([inspect(), folder.status()]).toEqual(['unfinished', 'running']);
  folder.writeStage({ seed: 7 });
  folder.writeStage({ status: 'finished', best: { 'val/nmse': 0.4 } });
  expect([inspect(), folder.status()]).toEqual(['finished', 'finished']);
  expect(readFileSync(join(folder.path, 'stage.json'), 'utf8')).toMatchInlineSnapshot(`
    "{
      "status": "finished",
      "created": "2025-01-02T03:04:05.000Z",
      "updated": "2025-01-02T03:04:05.000Z",
      "experiment": "ecg-mae",
      "stage": "pretrain",
      "id": "1f0c",
      "seed": 7,
      "best": {
        "val/nmse": 0.4
      },
      "finished": "2025-01-02T03:04:05.000Z"
    }
    "
  `);
  folder.close();
  folder.close();
  expect(existsSync(join(folder.path, 'lock.json'))).toBe(false);
});

test('an unfinished folder: new is refused with both commands, resume goes on', () => {
  const first = openStageFolder(options('new'));
  writeFileSync(join(first.checkpoints, 'last.safetensors'), 'x');
  writeFileSync(join(first.checkpoints, '.last.safetensors.tmp-999-3'), 'half');
  first.writeStage({ seed: 7 });
  first.close();
  expect(stageFolderAt({ root, ...name }).status()).toBe('interrupted'); // nobody runs there
  expect(messageOf(() => openStageFolder(options('new')))).toMatchInlineSnapshot(
    `"E_RUN_UNFINISHED: ROOT/ecg-mae/stages/pretrain-1f0c: an unfinished run (interrupted) is in this folder. Fix: go on with it: \`npx dualbeat run experiments/ecg-mae.yaml --resume\`, or keep it aside and start anew: \`npx dualbeat run experiments/ecg-mae.yaml --restart\`."`,
  );
  const again = openStageFolder(options('resume'));
  expect(again.how).toBe('resumed');
  expect(again.readStage()).toMatchObject({ status: 'running', seed: 7 });
  expect(readdirSync(again.checkpoints)).toEqual(['last.safetensors']);
  again.close();
});

test('restart keeps the old folders aside and starts anew', () => {
  for (const seed of [1, 2, 3]) {
    const folder = openStageFolder(options('restart'));
    expect([folder.how, folder.readStage()['seed']]).toEqual(['new', undefined]);
    folder.writeStage({ seed, status: seed === 2 ? 'finished' : 'failed' });
    folder.close();
  }
  const stages = join(root, 'ecg-mae/stages');
  const seeds = readdirSync(stages)
    .sort()
    .map((folder) => {
      const record: unknown = JSON.parse(readFileSync(join(stages, folder, 'stage.json'), 'utf8'));
      return [
        folder,
        (record as { seed: number }).seed,
        existsSync(join(stages, folder, 'lock.json')),
      ];
    });
  expect(seeds).toEqual([
    ['pretrain-1f0c', 3, false],
    ['pretrain-1f0c.replaced-1', 1, false],
    ['pretrain-1f0c.replaced-2', 2, false],
  ]);
});

test('a finished folder is neither begun nor resumed; resume starts where nothing is', () => {
  const folder = openStageFolder(options('resume'));
  expect(folder.how).toBe('new');
  folder.writeStage({ status: 'finished' });
  folder.close();
  expect(messageOf(() => openStageFolder(options('resume')))).toMatchInlineSnapshot(
    `"E_RUN_FINISHED: ROOT/ecg-mae/stages/pretrain-1f0c: this run is finished. Fix: read its result there, or keep it aside and start anew: \`npx dualbeat run experiments/ecg-mae.yaml --restart\`."`,
  );
  expect(messageOf(() => openStageFolder(options('new')))).toContain('E_RUN_FINISHED');
});

test('a broken record is unfinished, and says so', () => {
  const folder = openStageFolder(options('new'));
  folder.close();
  const file = join(folder.path, 'stage.json');
  writeFileSync(file, '{"status":"runn');
  expect(inspect()).toBe('unfinished');
  expect(messageOf(() => openStageFolder(options('resume')))).toContain(
    'E_RUN_RECORD: ROOT/ecg-mae',
  );
  writeFileSync(file, '{"status":"done"}');
  expect(messageOf(() => folder.readStage())).toMatchInlineSnapshot(
    `"E_RUN_RECORD: ROOT/ecg-mae/stages/pretrain-1f0c/stage.json: this file does not say how the stage stands: its status is "done". Fix: start the stage anew with --restart; the old folder is kept aside."`,
  );
  rmSync(file);
  expect(messageOf(() => openStageFolder(options('new')))).toContain('E_RUN_UNFINISHED');
  openStageFolder(options('resume')).close();
  expect(folder.status()).toBe('interrupted');
});

test('two processes never run one folder; the lock of a killed one is taken over', async () => {
  const { child, said } = await hold('new');
  expect(said).toBe('new');
  for (const mode of ['new', 'resume', 'restart'] as const) {
    expect(messageOf(() => openStageFolder(options(mode)))).toBe(
      'E_RUN_LOCKED: ROOT/ecg-mae/stages/pretrain-1f0c: another process runs in this folder: process PID on this machine. Fix: wait for it or stop it.',
    );
  }
  const folder = stageFolderAt({ root, ...name });
  expect([folder.status(), lockHolder(folder.path)?.pid]).toEqual(['running', child.pid]);
  await kill(child);
  expect([folder.status(), lockHolder(folder.path)]).toEqual(['interrupted', undefined]);
  const mine = openStageFolder(options('resume'));
  expect(mine.how).toBe('resumed');
  expect(messageOf(() => openStageFolder(options('resume')))).toContain('E_RUN_LOCKED'); // also not twice in one process
  mine.close();
});

test('several processes find a dead lock at one moment: one takes it, the others are told', async () => {
  const rounds = process.env['DUALBEAT_TEST_FULL'] === undefined ? 20 : 200;
  const dead = { pid: 2 ** 22 + 1, started: 'x', host: hostname() };
  for (let round = 0; round < rounds; round++) {
    mkdirSync(join(root, String(round)));
    writeFileSync(join(root, String(round), 'lock.json'), JSON.stringify(dead));
  }
  const racer = new URL('../fixtures/race-for-lock.ts', import.meta.url).pathname;
  const args = [
    '--conditions=@dualbeat/source',
    '--import',
    'tsx',
    racer,
    root,
    String(rounds),
    '4',
  ];
  const race = () =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, args, { cwd: repository, stdio: 'inherit' });
      children.push(child.once('close', resolve));
    });
  await Promise.all(Array.from({ length: 4 }, race));
  const said = readFileSync(join(root, 'log'), 'utf8').trimEnd().split('\n').sort();
  const want = Array.from({ length: rounds }, (_, round) => {
    return [...Array<string>(3).fill(`${round} E_RUN_LOCKED`), `${round} took`];
  });
  expect(said).toEqual(want.flat().sort());
  for (let round = 0; round < rounds; round++) {
    expect(readdirSync(join(root, String(round)))).toEqual(['lock.json']);
  }
}, 600_000);

test('a lock whose number went to another process is stale; of another host it is not', () => {
  const folder = join(root, 'x');
  mkdirSync(folder);
  const file = join(folder, 'lock.json');
  const alive = { pid: process.ppid, started: processStart(process.ppid) ?? '', host: hostname() };
  const put = (holder: unknown) => writeFileSync(file, JSON.stringify(holder));
  put(alive);
  expect(messageOf(() => acquireLock(folder))).toContain('E_RUN_LOCKED');
  put({ ...alive, started: 'another boot/1' });
  acquireLock(folder).release();
  put('torn');
  acquireLock(folder).release();
  put({ ...alive, host: 'node17' });
  expect(messageOf(() => acquireLock(folder))).toMatchInlineSnapshot(
    `"E_RUN_LOCKED: ROOT/x: another process runs in this folder: process PID on node17. Fix: wait for it or stop it; if it is gone (it cannot be asked from here), delete ROOT/x/lock.json."`,
  );
  expect(readdirSync(folder)).toEqual(['lock.json']);
});

test('a lock that was deleted by hand and taken by another is left alone', () => {
  const lock = acquireLock(root);
  writeFileSync(join(root, 'lock.json'), '{"pid":1,"started":"x","host":"y"}\n');
  lock.release();
  expect(readdirSync(root)).toEqual(['lock.json']);
});

test('process starts: this one has one, a dead one and a zombie have none', async () => {
  expect(processStart(process.pid)).toBeTruthy();
  expect(processStart(process.pid)).toBe(processStart(process.pid));
  expect(processStart(2 ** 22 + 1)).toBeUndefined();
  expect(processStart(process.pid)).not.toBe(processStart(process.ppid));
  // The shell becomes a sleep that never asks for its child: the child ends as a zombie.
  const child = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 30'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const pid = await new Promise<number>((resolve) => {
    child.stdout.once('data', (data: Buffer) => resolve(Number(data.toString())));
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(spawnSync('kill', ['-0', String(pid)]).status).toBe(0); // there, for the system
  expect(processStart(pid)).toBeUndefined();
});

test('an unwritable root', () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  expect(messageOf(() => openStageFolder({ ...options('new'), root: file }))).toMatchInlineSnapshot(
    `"E_RUN_UNWRITABLE: ROOT/file/ecg-mae/stages/pretrain-1f0c: the run folder cannot be written (ENOTDIR). Fix: make it writable for this user, free space, or choose another runs folder."`,
  );
});

const mountable =
  spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', tmpdir()]).status === 0;
test.skipIf(!mountable)(
  `a read-only root${mountable ? '' : ' (skipped: no user namespace to mount one)'}`,
  () => {
    const node = `'${process.execPath}' --conditions=@dualbeat/source --import tsx '${fixture}' '${JSON.stringify(options('new'))}'`;
    const script = `mount -t tmpfs -o ro none '${root}'; ${node}`;
    const out = spawnSync('unshare', ['-rm', 'sh', '-c', script], {
      cwd: repository,
      encoding: 'utf8',
    });
    expect(out.stdout.replaceAll(root, 'ROOT').trim()).toMatchInlineSnapshot(
      `"E_RUN_UNWRITABLE: ROOT/ecg-mae/stages/pretrain-1f0c: the run folder cannot be written (EROFS). Fix: make it writable for this user, free space, or choose another runs folder."`,
    );
  },
);

test.each(['', '..', 'a/b', '.hidden', 'a\\b', 'a b', '%2e%2e', 'x'.repeat(201)])(
  'no name: %j',
  (wrong) => {
    expect(messageOf(() => openStageFolder({ ...options('new'), experiment: wrong }))).toBe(
      `E_RUN_NAME: ${JSON.stringify(wrong)}: this is no experiment name: it must be one folder name. Fix: use letters, digits, ".", "_", "-", "+", "=", "," or "@", and start with a letter or digit.`,
    );
    expect(readdirSync(root)).toEqual([]);
  },
);
