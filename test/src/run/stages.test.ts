import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runExperiment } from '@dualbeat/experiment';
import type { RunOptions } from '@dualbeat/experiment';
import { readJournal } from '@dualbeat/runs';
import { readCheckpoint } from '@dualbeat/training';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand, temporaryFolders } from './command.ts';

const folders = temporaryFolders();
afterAll(() => folders.clear());
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const file = fileURLToPath(new URL('./stages.yaml', import.meta.url));

describe('a probe on the frozen encoder of an earlier stage', () => {
  let cwd: string;
  let runs: string;
  const run = (set: readonly string[] = [], more: Partial<RunOptions> = {}) =>
    runExperiment({ file, set, runsRoot: runs, ...more });
  const features = (): string[] =>
    readdirSync(join(runs, 'stages', 'features')).filter((name) => name.endsWith('.f32'));
  const stage = (name: string): string => {
    const all = join(runs, 'stages', 'stages');
    return join(all, readdirSync(all).find((one) => one.startsWith(`${name}-`)) as string);
  };
  let first: Awaited<ReturnType<typeof runExperiment>>;
  let stageAtFirst: string;
  beforeAll(async () => {
    cwd = folders.make();
    runs = join(cwd, 'runs');
    first = await run();
    stageAtFirst = stage('probe');
  });

  it('computes its features once, and gets what recomputing gives', async () => {
    expect(first.status).toBe('finished');
    const [stored, ...others] = features();
    expect(others).toEqual([]);
    const path = join(runs, 'stages', 'features', stored as string);
    expect(statSync(path).size).toBe(24 * 16 * 4); // train, val and test; 16 wide
    const { mtimeMs } = statSync(path);
    const computed = await run(['stages.probe.freeze.cache=false']);
    for (const [metric, value] of Object.entries(first.metrics))
      expect(Math.abs(Number(computed.metrics[metric]) - Number(value)), metric).toBeLessThan(1e-6);
    // another arm, the same encoder: nothing is computed
    await run(['stages.probe.train.epochs=1']);
    expect(features()).toEqual([stored]);
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
  });

  it('tells metrics, monitors and profile while it trains', () => {
    const { entries } = readJournal(join(stageAtFirst, 'journal.jsonl'));
    const epochs = entries.filter((entry) => entry.type === 'epoch');
    expect(epochs).toHaveLength(3);
    const metrics = epochs.at(-1)?.['metrics'] as Record<string, number>;
    expect(Object.keys(metrics)).toEqual(
      expect.arrayContaining(['train/loss', 'val/loss', 'val/probe.r2', 'val/probe.r2.LVEDV']),
    );
    const profile = JSON.parse(readFileSync(join(stageAtFirst, 'profile.json'), 'utf8')) as {
      traceEvents: { name: string }[];
    };
    expect(profile.traceEvents.filter(({ name }) => name === 'step')).toHaveLength(4);
  });

  it('describes itself: components, preprocessing, targets, and all that it was fitted on', () => {
    const folder = join(stageAtFirst, 'checkpoints');
    const name = readdirSync(folder).find((one) => one.startsWith('step-')) as string;
    const { about, subjects, params } = readCheckpoint(join(folder, name));
    expect(about.lineage?.map(({ stage: of, subjects: n }) => [of, n])).toEqual([
      ['mae', 12],
      ['probe', 12],
    ]);
    expect(about.lineage?.[0]?.checkpoint).toMatch(/^step-/);
    expect(Object.values(subjects).map((list) => list.length)).toEqual([12]);
    expect(about.targets?.['phenotypes']).toMatchObject({ names: ['LVEDV', 'LVM', 'RVEDV'] });
    expect(about.views['ecg']).toMatchObject({
      axes: [
        { labels: expect.arrayContaining(['I', 'aVR', 'V6']) as string[] },
        { spacing: 0.01, unit: 's' },
      ],
      source: { unit: 'mV' },
      transforms: [{ use: 'standardize' }],
    });
    expect(about.versions['@dualbeat/ecg-vit']).toMatch(/^\d/);
    expect(Object.keys(params)).toContain('heads/phenotypes/phenotypes/weight');
  });

  it.each([
    ['a pre-training stage', ['result=mae', 'stages.mae.evaluate.splits=[all]']],
    ['the probe', ['stages.probe.evaluate.splits=[val, all]']],
    [
      'a stage that only evaluates, by its ancestor',
      [
        'stages.probe.train.epochs=0',
        'stages.probe.callbacks=[]',
        'stages.probe.evaluate.splits=[all]',
      ],
    ],
  ])('refuses to evaluate on subjects that it was fitted on: %s', async (_what, set) => {
    const error = await run(set).catch((one: unknown) => one as Error & { exitCode?: number });
    expect(error).toMatchObject({ code: 'E_LEAK', exitCode: 42 });
    expect((error as Error).message).toMatch(
      /^E_LEAK: stages\.\w+\.evaluate\.splits: 12 of the 24 subjects of the part "all" are among those that the checkpoint step-\d+, or a stage that it started from, was fitted on\. Fix: evaluate another part, or add --allow-leak: the report then says so\./,
    );
    const allowed = await run(set, { mode: 'resume', allowLeak: true });
    expect(allowed.metrics['all/leakedSubjects']).toBe(12);
    expect(readFileSync(allowed.report, 'utf8')).toContain('leakedSubjects');
  });

  it('is listed, verified, shown and pruned by the command', async () => {
    const short = stageAtFirst.slice(cwd.length + 1);
    const listed = await runCommand(['checkpoint', 'list', short], cwd);
    expect(listed.stdout).toMatch(/step-00000009 {2}step 9, epoch 3, \d+\.\d MiB {2}last, best \d/);
    expect(await runCommand(['checkpoint', 'verify', short], cwd)).toMatchObject({ code: 0 });
    const shown = await runCommand(['checkpoint', 'show', short], cwd);
    expect(shown.stdout).toMatch(/lineage\n {2}mae \(\w{12}\): 12 subjects, step-\d+\n {2}probe/);
    const dry = await runCommand(
      ['checkpoint', 'prune', short, '--keep-best', '0', '--dry-run'],
      cwd,
    );
    expect(dry.stdout).toMatch(/^would delete step-0000000[36]\n/);
    const pruned = await runCommand(
      ['checkpoint', 'prune', short, '--keep-best', '0', '--json'],
      cwd,
    );
    expect((JSON.parse(pruned.stdout) as { deleted: string[] }).deleted.length).toBeGreaterThan(0);
    expect(readdirSync(join(stageAtFirst, 'checkpoints')).sort()).toEqual([
      'index.json',
      'step-00000009',
    ]);
    const none = await runCommand(['checkpoint', 'verify', '.'], cwd);
    expect(none.code).toBe(42);
    expect(none.stderr).toMatch(
      /^E_CHECKPOINT_NONE: \.: there is no checkpoint in this folder\. Fix: run the stage first: npx dualbeat run <experiment file>\.\n/,
    );
  });
});
