import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJournal } from '@dualbeat/runs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  checkpointBytes,
  runCommand,
  stageFolder,
  startCommand,
  temporaryFolders,
  tiny,
} from '../run/command.ts';

const folders = temporaryFolders();
afterAll(() => folders.clear());
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const longer = ['--set', 'stages.mae.train.epochs=5', '--set', 'stages.mae.train.keepBest=3'];
const run = ['run', tiny, ...longer];

/** The run's folder after its worker was killed with SIGKILL after its third epoch. */
async function killed(): Promise<{ cwd: string; stage: string }> {
  const cwd = folders.make();
  const command = startCommand(run, cwd);
  await command.saw(/epoch 3\/5, train\/loss/); // the checkpoint of epoch 2 is on the disk
  const stage = stageFolder(join(cwd, 'runs'));
  const { entries } = readJournal(join(stage, 'journal.jsonl'));
  process.kill(entries.findLast((entry) => entry.type === 'worker')?.['pid'] as number, 'SIGKILL');
  expect((await command.ended).code).toBe(75);
  return { cwd, stage };
}
const steps = (stage: string): string[] =>
  readdirSync(join(stage, 'checkpoints'))
    .filter((name) => name.startsWith('step-'))
    .sort();
function damage(stage: string, name: string): void {
  const file = join(stage, 'checkpoints', name, 'model.safetensors');
  const bytes = readFileSync(file);
  bytes[bytes.length - 3] = (bytes[bytes.length - 3] as number) ^ 1;
  writeFileSync(file, bytes);
}

describe('a run whose worker was killed', () => {
  let whole: Map<string, Buffer>;
  beforeAll(async () => {
    const cwd = folders.make();
    const ended = await runCommand(run, cwd);
    if (ended.code !== 0) throw new Error(ended.stderr);
    whole = checkpointBytes(stageFolder(join(cwd, 'runs')));
  });

  it('goes on from the one before where the newest checkpoint and the index are damaged, to the same bits', async () => {
    const { cwd, stage } = await killed();
    const newest = steps(stage).at(-1) as string;
    damage(stage, newest);
    writeFileSync(join(stage, 'checkpoints', 'index.json'), '{"last":');
    const verified = await runCommand(['checkpoint', 'verify', stage], cwd);
    expect(verified.code).toBe(1);
    expect(verified.stdout).toContain(`${newest}  E_CHECKPOINT_DAMAGED`);
    const resumed = await runCommand([...run, '--resume'], cwd);
    expect(resumed.stderr).toMatch(/warning: checkpoint step-\d+ is damaged: .*SHA-256/);
    expect(resumed.code).toBe(0);
    const last = [...whole.keys()].filter((name) => name.startsWith('step-00000015'));
    expect(last.length).toBeGreaterThan(3);
    const after = checkpointBytes(stage);
    for (const name of last) expect(after.get(name), name).toEqual(whole.get(name));
  });

  it('says how to start anew where nothing is left, and does so', async () => {
    const { cwd, stage } = await killed();
    for (const name of steps(stage)) damage(stage, name);
    const refused = await runCommand([...run, '--resume'], cwd);
    expect(refused.code).toBe(42);
    expect(refused.stderr).toMatch(
      /E_CHECKPOINT_NONE: .*checkpoints: no checkpoint here can be read .* Fix: start the stage again: npx dualbeat run .*tiny\.yaml .* --restart \(the old folder is kept aside\)\.\n/,
    );
    expect((await runCommand([...run, '--restart'], cwd)).code).toBe(0);
    const stages = readdirSync(join(cwd, 'runs', 'tiny', 'stages'));
    const fresh = stages.find((name) => /^mae-[0-9a-f]{12}$/.test(name)) as string;
    expect(checkpointBytes(join(cwd, 'runs', 'tiny', 'stages', fresh))).toEqual(whole);
    expect(stages.length).toBe(2); // the old one is kept aside
  });
});
