import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshProgress } from '../progress.ts';
import { openCheckpointStore } from './checkpoint-store.ts';
import { checkpointFiles } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { readCheckpoint } from './read-checkpoint.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dualbeat-checkpoints-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const name = (step: number): string => `step-${String(step).padStart(8, '0')}`;
const open = (keepBest = 2, mode: 'min' | 'max' = 'min') =>
  openCheckpointStore({ folder, keepBest, mode });

function checkpoint(step: number): Checkpoint {
  return {
    about: {
      experiment: 'e',
      stage: 's',
      stageId: '0',
      seed: 0,
      components: { 'encoders/ecg': { use: 'ecg-vit', options: { patch: [1, 50] } } },
      views: { ecg: { shape: [12, 100], unit: 'mV' } },
      cohort: {},
      versions: {},
    },
    progress: { ...freshProgress, step, schedule: { plateau: 0.1 + 0.2 } },
    params: { 'encoders/ecg/cls': { shape: [2], data: Float32Array.of(step, 1 / 3) } },
    state: { 'heads/a/norm/mean': { shape: [], data: Float32Array.of(-0) } },
    subjects: { abc: Int32Array.of(1, 5, 2 ** 30) },
    optimizer: { 'm/encoders/ecg/cls': { shape: [2], data: Float32Array.of(1e-30, Infinity) } },
  };
}
const folders = (): string[] =>
  readdirSync(folder)
    .filter((entry) => entry !== 'index.json')
    .sort();

describe('the checkpoints of a stage', () => {
  it('gives back what was saved, to the bit', async () => {
    const store = open();
    await store.save(name(7), checkpoint(7), 0.5);
    const found = store.last();
    expect(found?.name).toBe('step-00000007');
    expect(found?.skipped).toEqual([]);
    expect(found?.checkpoint).toEqual(checkpoint(7));
    expect(Object.is(found?.checkpoint.state['heads/a/norm/mean']?.data[0], -0)).toBe(true);
    expect(store.best().checkpoint.optimizer).toEqual({}); // not read where it is not needed
  });

  it('keeps the last and the best k, by either direction; a tie keeps the earlier one in front', async () => {
    const low = open(2, 'min');
    for (const [step, value] of [
      [1, 3],
      [2, 1],
      [3, 1],
      [4, 2],
      [5, 9],
    ] as const) {
      await low.save(name(step), checkpoint(step), value);
    }
    expect(folders()).toEqual([name(2), name(3), name(5)]);
    expect(low.best().name).toBe(name(2));
    const high = open(1, 'max');
    await high.save(name(6), checkpoint(6), 10);
    expect(folders()).toEqual([name(6)]);
    await high.save(name(7), checkpoint(7)); // interrupted: not ranked
    expect(folders()).toEqual([name(6), name(7)]);
    expect(high.best().name).toBe(name(6));
    expect(high.last()?.name).toBe(name(7));
    await high.save(name(8), checkpoint(8), Number.NaN);
    expect(folders()).toEqual([name(6), name(8)]);
  });

  it('replaces a checkpoint of the same step and clears what a killed process left', async () => {
    const store = open();
    await store.save(name(1), checkpoint(1), 1);
    cpSync(join(folder, name(1)), join(folder, '.tmp-step-00000002'), { recursive: true });
    await store.save(name(1), checkpoint(2), 2);
    expect(folders()).toEqual([name(1)]);
    expect(store.last()?.checkpoint.progress.step).toBe(2);
  });

  const damages: [string, (at: string) => void, RegExp][] = [
    [
      'a truncated file',
      (at) => truncateSync(join(at, checkpointFiles.model), 9),
      /has 9 bytes, the manifest says/,
    ],
    [
      'a changed byte',
      (at) => flip(join(at, checkpointFiles.optimizer)),
      /SHA-256 is not that of the manifest/,
    ],
    ['a missing file', (at) => rmSync(join(at, checkpointFiles.about)), /cannot be read \(ENOENT/],
    [
      'no manifest',
      (at) => rmSync(join(at, checkpointFiles.manifest)),
      /manifest.json: it cannot be read/,
    ],
    [
      'a manifest that is no JSON',
      (at) => writeFileSync(join(at, checkpointFiles.manifest), '{'),
      /no valid JSON/,
    ],
    [
      'a manifest without a file',
      (at) => writeFileSync(join(at, checkpointFiles.manifest), '{"files":{}}'),
      /does not name this file/,
    ],
  ];
  it.each(damages)('falls back to the newest whole one: %s', async (_what, damage, why) => {
    const store = open(3);
    await store.save(name(1), checkpoint(1), 2);
    await store.save(name(2), checkpoint(2), 1);
    damage(join(folder, name(2)));
    const found = store.last();
    expect(found?.name).toBe(name(1));
    expect(found?.skipped.map((one) => one.name)).toEqual([name(2)]);
    expect(found?.skipped[0]?.why).toMatch(why);
    expect(() => readCheckpoint(join(folder, name(2)))).toThrow(/^E_CHECKPOINT_DAMAGED/);
    await store.forget([name(2)]);
    await store.save(name(2), checkpoint(2), 1); // the same step again
    expect(store.last()?.skipped).toEqual([]);
    expect(store.best().name).toBe(name(2));
  });

  it('finds checkpoints without the index, and says so where all are damaged', async () => {
    const store = open();
    expect(store.last()).toBeNull();
    await store.save(name(1), checkpoint(1), 1);
    await store.save(name(2), checkpoint(2), 2);
    writeFileSync(join(folder, 'index.json'), 'torn');
    expect(open().last()?.name).toBe(name(2));
    for (const one of folders()) rmSync(join(folder, one, checkpointFiles.model));
    expect(existsSync(join(folder, name(1)))).toBe(true);
    const message = messageOf(() => open().last())
      .replaceAll(folder, '<folder>')
      .replaceAll(/\(ENOENT[^)]*\)/g, '(ENOENT)');
    expect(message).toMatchInlineSnapshot(
      `"E_CHECKPOINT_NONE: <folder>: no checkpoint here can be read (E_CHECKPOINT_DAMAGED: <folder>/step-00000002/model.safetensors: it cannot be read (ENOENT). Fix: use another checkpoint of this stage, or start it again with --restart.; E_CHECKPOINT_DAMAGED: <folder>/step-00000001/model.safetensors: it cannot be read (ENOENT). Fix: use another checkpoint of this stage, or start it again with --restart.). Fix: start the stage again: npx dualbeat run <experiment file> --restart (the old folder is kept aside)."`,
    );
  });
});

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
  writeFileSync(file, bytes);
}

function messageOf(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}
