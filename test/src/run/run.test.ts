import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJournal } from '@dualbeat/runs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand, sourceFlags, stageFolder, temporaryFolders, tiny } from './command.ts';
import type { Ended } from './command.ts';

const folders = temporaryFolders();
afterAll(() => folders.clear());
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

describe('dualbeat run, from the experiment file to the report', () => {
  let root: string;
  let ended: Ended;
  beforeAll(async () => {
    root = folders.make();
    ended = await runCommand(['run', tiny], root);
  });

  it('ends well and prints metrics and where the report is', () => {
    expect(ended.stderr).toContain('runtime: js');
    expect(ended.stderr).toMatch(
      /step 1\/12, epoch 1\/4, loss [\d.]+, lr 0, [\d.]+ records\/s, wait \d+%, ETA/,
    );
    expect(ended.stderr).toMatch(/epoch 4\/4, train\/loss [\d.]+, val\/loss [\d.]+/);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/^val +model +lead-mean +interpolation +regression/);
    expect(ended.stdout).toMatch(/Report: runs\/tiny\/trials\/base-s3-[0-9a-f]{12}\/report.html/);
  });

  it('learns: the training loss goes down from epoch to epoch', () => {
    const { entries } = readJournal(join(stageFolder(join(root, 'runs')), 'journal.jsonl'));
    const losses = entries
      .filter((entry) => entry.type === 'epoch')
      .map((entry) => (entry['metrics'] as { 'train/loss': number })['train/loss']);
    expect(losses).toHaveLength(4);
    expect(losses[3]).toBeLessThan(losses[0] as number);
  });

  it('leaves a complete run folder', () => {
    const runs = join(root, 'runs');
    const stage = stageFolder(runs);
    expect(readdirSync(stage).sort()).toEqual(
      [
        'checkpoints',
        'figures',
        'fitted.json',
        'journal.jsonl',
        'predictions',
        'stage.json',
      ].sort(),
    );
    const record = JSON.parse(readFileSync(join(stage, 'stage.json'), 'utf8')) as {
      status: string;
      result: { metrics: { [name: string]: number }; trained: object };
    };
    expect(record.status).toBe('finished');
    expect(record.result.trained).toMatchObject({ step: 12, epoch: 4, ended: 'epochs' });
    expect(record.result.metrics).toMatchObject({
      'val/loss': expect.any(Number),
      'test/nmse': expect.any(Number),
      'test/nmse.V1': expect.any(Number),
      'test/nmse.baseline-regression': expect.any(Number),
    });
    expect(readdirSync(join(stage, 'figures')).sort()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^test-.*\.png$/),
        expect.stringMatching(/^val-.*\.svg$/),
      ]),
    );
    const trial = join(runs, 'tiny', 'latest');
    expect(lstatSync(trial).isSymbolicLink()).toBe(true);
    for (const file of ['resolved.yaml', 'origins.json', 'stages.json', 'report.html']) {
      expect(existsSync(join(trial, file)), file).toBe(true);
    }
    const report = readFileSync(join(trial, 'report.html'), 'utf8');
    expect(report).toContain('regression');
    expect(report).toContain('<svg');
    const { entries, torn, corrupt } = readJournal(join(stage, 'journal.jsonl'));
    expect({ torn, corrupt }).toEqual({ torn: false, corrupt: [] });
    const types = new Set(entries.map((entry) => entry.type));
    expect([...types]).toEqual(
      expect.arrayContaining([
        'run',
        'worker',
        'start',
        'step',
        'epoch',
        'checkpoint',
        'metrics',
        'figure',
        'finished',
      ]),
    );
  });

  it('describes a checkpoint so that it can be used without the experiment', () => {
    const { best } = JSON.parse(
      readFileSync(join(stageFolder(join(root, 'runs')), 'checkpoints', 'index.json'), 'utf8'),
    ) as { best: { name: string }[] };
    const file = join(
      stageFolder(join(root, 'runs')),
      'checkpoints',
      best[0]?.name ?? '',
      'checkpoint.json',
    );
    const { about } = JSON.parse(readFileSync(file, 'utf8')) as { about: { [key: string]: never } };
    expect(about).toMatchObject({
      components: {
        'encoders/ecg': { use: 'ecg-vit', options: { width: 16, patch: [1, 50], pooling: 'mean' } },
        'heads/decoder': { use: 'vit-decoder' },
        task: { use: 'masked-autoencoder' },
      },
      views: {
        ecg: {
          shape: [12, 200],
          axes: [
            {
              name: 'lead',
              labels: ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'],
            },
            { name: 'time', spacing: 0.01, unit: 's' },
          ],
          source: { unit: 'mV' },
          transforms: [{ use: 'standardize', fitted: null }],
        },
      },
    });
  });

  it('gives the same on the native runtime, from the same masks and rows', async () => {
    const native = await runCommand(['run', tiny, '--set', 'runtime.use=tf', '--json'], root);
    if (native.stderr.includes('E_RUNTIME_MISSING')) return expect(native.code).toBe(42);
    expect(native.code).toBe(0);
    const js = await runCommand(['run', tiny, '--json'], root);
    const [a, b] = [native, js].map(
      ({ stdout }) => (JSON.parse(stdout) as { metrics: { [name: string]: number } }).metrics,
    );
    expect(Object.keys(a ?? {})).toEqual(Object.keys(b ?? {}));
    for (const name of ['val/loss', 'test/loss', 'test/nmse', 'test/nmse.baseline-regression']) {
      expect(a?.[name], name).toBeCloseTo(b?.[name] as number, 3);
    }
  });

  it('does not run again what is finished: it prints the result and ends with 0', async () => {
    const again = await runCommand(['run', tiny], root);
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/^This experiment is finished already; nothing was run\.\nval /);
    expect(again.stderr).toBe('');
    const json = await runCommand(['run', tiny, '--json'], root);
    expect(JSON.parse(json.stdout)).toMatchObject({
      status: 'finished',
      alreadyFinished: true,
      exitCode: 0,
      metrics: { 'val/loss': expect.any(Number) },
    });
  });
});

describe('commands that load no tensor library', () => {
  it('explain shows values with origins, wiring and parameter counts', async () => {
    const { code, stdout } = await runCommand(['explain', tiny, '--set', 'seed=5'], folders.make());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^seed: 5 +# --set/m);
    expect(stdout).toMatch(/^stages\.mae\.train\.epochs: 4 +# .*tiny\.yaml:\d+/m);
    expect(stdout).toMatch(/^stages\.mae\.train\.workers: 1 +# default/m);
    expect(stdout).toMatch(/^view ecg: ecg -> standardize -> 12 lead x 200 time, float32/m);
    // 16 wide, 1 block: patch 50*16+16, cls 16, block 12*16^2+13*16, two norms of 2*16
    expect(stdout).toMatch(/^ {2}encoders\/ecg: ecg-vit +4,176 parameters/m);
  });

  it('explain loads plugins, and neither tfjs nor the native library', async () => {
    const script = `
      import { createRequire } from 'node:module';
      const { main } = await import(process.argv[1]);
      const code = await main(['explain', process.argv[2], '--json']);
      const loaded = Object.keys(createRequire(import.meta.url).cache);
      const heavy = loaded.filter((file) => /tensorflow|koffi|resvg/.test(file));
      process.stderr.write(JSON.stringify({ code, all: loaded.length, heavy }));
    `;
    const cli = import.meta.resolve('@dualbeat/cli');
    const args = [...sourceFlags, '--input-type=module', '--eval', script, cli, tiny];
    const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    const told = JSON.parse(stderr) as { code: number; all: number; heavy: string[] };
    expect(told).toMatchObject({ code: 0, heavy: [] });
    expect(told.all).toBeGreaterThan(0); // the cache that was looked at is the one in use
  });

  it('plugins list reads manifests alone', async () => {
    const { code, stdout } = await runCommand(['plugins', 'list'], folders.make());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^@dualbeat\/ecg-vit 0\.1\.0\n {2}encoder ecg-vit +\S/m);
  });
});
