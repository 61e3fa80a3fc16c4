import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostRandom } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshProgress } from '../progress.ts';
import { openCheckpointStore } from './checkpoint-store.ts';
import { checkpointFiles } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { readCheckpoint, readCheckpointAbout } from './read-checkpoint.ts';

const full = process.env['DUALBEAT_TEST_FULL'] === '1';
const good: Checkpoint = {
  about: {
    experiment: 'e',
    stage: 's',
    stageId: '0',
    seed: 0,
    components: {},
    views: {},
    cohort: {},
    versions: {},
  },
  progress: { ...freshProgress, step: 7 },
  params: { 'encoders/ecg/w': { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } },
  state: { 'heads/a/mean': { shape: [2], data: Float32Array.of(5, 6) } },
  optimizer: { 'm/encoders/ecg/w': { shape: [2, 2], data: Float32Array.of(0, 0, 0, 1) } },
  subjects: { abc: Int32Array.of(1, 2) },
};
let root: string;
let whole: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'dualbeat-hostile-'));
  const store = openCheckpointStore({ folder: join(root, 'store'), keepBest: 1, mode: 'min' });
  await store.save('step-00000007', good, 1);
  whole = join(root, 'store', 'step-00000007');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let made = 0;
const copy = (): string => {
  const folder = join(root, `copy-${made++}`);
  cpSync(whole, folder, { recursive: true });
  return folder;
};
/** Writes a file and makes the manifest agree with it: the attacker can count and hash. */
function plant(folder: string, name: string, bytes: Uint8Array | string): void {
  const data = Buffer.from(bytes as string);
  writeFileSync(join(folder, name), data);
  const file = join(folder, checkpointFiles.manifest);
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { files: Record<string, unknown> };
  manifest.files[name] = {
    size: data.length,
    sha256: createHash('sha256').update(data).digest('hex'),
  };
  writeFileSync(file, JSON.stringify(manifest));
}
const aboutWith = (change: (about: Record<string, unknown>) => unknown) => (folder: string) => {
  const about = JSON.parse(readFileSync(join(folder, checkpointFiles.about), 'utf8')) as Record<
    string,
    unknown
  >;
  plant(folder, checkpointFiles.about, JSON.stringify(change(about) ?? about));
};
const progressWith = (change: Record<string, unknown>) =>
  aboutWith((about) => ({ ...about, progress: { ...(about['progress'] as object), ...change } }));
const header = (json: unknown, data = 16): Uint8Array => {
  const text = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(data)]);
};
const model = (bytes: Uint8Array) => (folder: string) =>
  plant(folder, checkpointFiles.model, bytes);
const manifestText = (text: string) => (folder: string) =>
  writeFileSync(join(folder, checkpointFiles.manifest), text);
const one = (
  offsets: readonly unknown[],
  shape: readonly unknown[] = [2, 2],
  dtype: unknown = 'F32',
) => header({ w: { dtype, shape, data_offsets: offsets } });
const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

const attacks: readonly [string, (folder: string) => void][] = [
  [
    'overlapping tensors',
    model(
      header({
        a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
        b: { dtype: 'F32', shape: [2], data_offsets: [4, 12] },
      }),
    ),
  ],
  [
    'a gap between tensors',
    model(
      header({
        a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
        b: { dtype: 'F32', shape: [1], data_offsets: [12, 16] },
      }),
    ),
  ],
  ['a negative offset', model(one([-16, 0]))],
  ['offsets the wrong way round', model(one([16, 0]))],
  ['an offset beyond the end', model(one([0, 2 ** 40], [2 ** 38]))],
  ['a shape of 2^53', model(one([0, 16], [2 ** 53, 2 ** 53]))],
  ['a shape whose product overflows', model(one([0, 16], [2 ** 31, 2 ** 31, 4]))],
  ['a negative dimension', model(one([0, 16], [-2, -2]))],
  ['a fractional dimension', model(one([0, 16], [1.5, 2]))],
  ['a dimension that is text', model(one([0, 16], ['4']))],
  [
    'a rank of a million',
    model(
      one(
        [0, 16],
        Array.from({ length: 1e6 }, () => 1),
      ),
    ),
  ],
  ['an unknown dtype', model(one([0, 16], [4], 'X'))],
  ['a dtype that a checkpoint has not', model(one([0, 16], [2], 'F64'))],
  ['a dtype that is an object', model(one([0, 16], [4], {}))],
  [
    'a header longer than the file',
    model(Buffer.concat([Buffer.from([255, 255, 255, 255, 255, 255, 255, 127]), Buffer.alloc(8)])),
  ],
  ['a header of 2^64 - 1 bytes', model(Buffer.alloc(16, 255))],
  ['a header that is no JSON', model(header('{"w":'))],
  ['a header that is an array', model(header([]))],
  ['a header nested 100,000 deep', model(header(deep(1e5)))],
  [
    'duplicate names',
    model(
      header(
        '{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}',
      ),
    ),
  ],
  [
    'a tensor called __proto__',
    model(header('{"__proto__":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}')),
  ],
  ['a file of nothing', model(Buffer.alloc(0))],
  ['a file of seven bytes', model(Buffer.alloc(7))],
  [
    'bytes after the last tensor',
    model(header({ w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, 64)),
  ],
  ['no manifest', (folder) => rmSync(join(folder, checkpointFiles.manifest))],
  ['an empty manifest', manifestText('')],
  ['a manifest of null', manifestText('null')],
  ['a manifest without files', manifestText('{}')],
  ['a manifest whose files are a list', manifestText('{"files":[]}')],
  [
    'a manifest with sizes that are text',
    manifestText('{"files":{"model.safetensors":{"size":"1","sha256":""}}}'),
  ],
  [
    'a manifest with a size of 1e300',
    manifestText('{"files":{"model.safetensors":{"size":1e300,"sha256":""}}}'),
  ],
  ['a manifest nested 100,000 deep', manifestText(`{"files":${deep(1e5)}}`)],
  [
    'a manifest of 70 MB',
    (folder) => writeFileSync(join(folder, checkpointFiles.manifest), Buffer.alloc(70e6, 32)),
  ],
  [
    'a manifest that is a folder',
    (folder) => {
      rmSync(join(folder, checkpointFiles.manifest));
      mkdirSync(join(folder, checkpointFiles.manifest));
    },
  ],
  ['a description that is a list', (folder) => plant(folder, checkpointFiles.about, '[]')],
  ['a description that is no JSON', (folder) => plant(folder, checkpointFiles.about, '{"format":')],
  [
    'a description nested 100,000 deep',
    (folder) => plant(folder, checkpointFiles.about, deep(1e5)),
  ],
  ['a format of the future', aboutWith((about) => ({ ...about, format: 99 }))],
  ['a format that is an object', aboutWith((about) => ({ ...about, format: { toString: 1 } }))],
  ['a format below the first', aboutWith((about) => ({ ...about, format: 0 }))],
  ['no list of state', aboutWith((about) => ({ ...about, state: null }))],
  ['state that is no text', aboutWith((about) => ({ ...about, state: [{}] }))],
  ['no progress', aboutWith((about) => ({ ...about, progress: 3 }))],
  ['a step that is text', progressWith({ step: '7' })],
  ['a negative step', progressWith({ step: -1 })],
  ['a step of 2^60', progressWith({ step: 2 ** 60 })],
  ['an epoch that is missing', progressWith({ epoch: undefined })],
  ['sums that are a list', progressWith({ epochSums: [] })],
  ['callbacks that are text', progressWith({ callbacks: 'x' })],
  ['an early stop of null', progressWith({ earlyStop: null })],
  [
    'a model that is a link out of the folder',
    (folder) => {
      rmSync(join(folder, checkpointFiles.model));
      symlinkSync('/etc/passwd', join(folder, checkpointFiles.model));
    },
  ],
  [
    'a model that is a folder',
    (folder) => {
      rmSync(join(folder, checkpointFiles.model));
      mkdirSync(join(folder, checkpointFiles.model));
    },
  ],
  ['subjects that are no tensors', (folder) => plant(folder, checkpointFiles.subjects, 'x')],
];

describe('hostile checkpoints', () => {
  it(`there are at least 40 kinds (${attacks.length})`, () =>
    expect(attacks.length).toBeGreaterThanOrEqual(40));

  it.each(attacks)('refused with a code: %s', (_what, attack) => {
    const folder = copy();
    attack(folder);
    const start = process.memoryUsage.rss();
    expect(() => readCheckpoint(folder)).toThrow(/^E_(CHECKPOINT_DAMAGED|PATH\w*|RUN_PATH\w*)/);
    expect(process.memoryUsage.rss() - start).toBeLessThan(400e6);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    rmSync(folder, { recursive: true, force: true });
  });

  it('what is polluted stays in its own object', () => {
    const folder = copy();
    const text = readFileSync(join(folder, checkpointFiles.about), 'utf8');
    plant(
      folder,
      checkpointFiles.about,
      text.replace(
        '"about": {',
        '"about": {"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
      ),
    );
    expect(readCheckpoint(folder).params).toEqual(good.params);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(readCheckpointAbout(folder).progress.step).toBe(7);
  });

  it.each([
    [
      'names outside',
      {
        last: '../../etc',
        best: [
          { name: '/etc', value: 0 },
          { name: '..\\x', value: 1 },
        ],
        pinned: ['../x'],
      },
    ],
    ['null', null],
    ['wrong types', { last: 5, best: 'x', pinned: { length: 2 } }],
    ['values that are text', { last: null, best: [{ name: 'step-00000007', value: '1' }, null] }],
    [
      'names that do not exist',
      { last: 'step-99999999', best: [{ name: 'gone', value: 0 }], pinned: ['gone'] },
    ],
  ])(
    'an index that says %s: the folders are believed, nothing outside is touched',
    async (_what, index) => {
      const folder = join(root, `index-${made++}`, 'checkpoints');
      mkdirSync(join(folder, '..'), { recursive: true });
      writeFileSync(join(folder, '..', 'x'), 'outside');
      const store = openCheckpointStore({ folder, keepBest: 1, mode: 'min' });
      await store.save('step-00000007', good, 1);
      writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
      expect(store.last()?.name).toBe('step-00000007');
      expect(store.best().name).toBe('step-00000007');
      await store.save('step-00000008', good, 0.5);
      expect(readdirSync(folder).sort()).toEqual(['index.json', 'step-00000008']);
      expect(existsSync(join(folder, '..', 'x'))).toBe(true);
    },
  );

  const cases = full ? 100_000 : 2000;
  it(`${cases} random changes of any file are read whole or refused with a code`, () => {
    const random = hostRandom(1, 'fuzz');
    const folder = copy();
    const names: readonly string[] = Object.values(checkpointFiles);
    const original = new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
    const whole_ = JSON.stringify(readCheckpoint(folder));
    const rss = process.memoryUsage.rss();
    let refused = 0;
    for (let i = 0; i < cases; i++) {
      const name = names[Math.floor(random() * names.length)] as string;
      const bytes = Buffer.from(original.get(name) as Buffer);
      for (let n = Math.floor(random() * 4); n >= 0; n--)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const cut = random() < 0.2 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
      // half of the time with a manifest that agrees
      if (name !== checkpointFiles.manifest && random() < 0.5) plant(folder, name, cut);
      else writeFileSync(join(folder, name), cut);
      try {
        JSON.stringify(readCheckpoint(folder));
      } catch (error) {
        refused++;
        expect((error as Error).message).toMatch(/^E_CHECKPOINT_DAMAGED: /);
      }
      writeFileSync(join(folder, name), original.get(name) as Buffer);
      writeFileSync(
        join(folder, checkpointFiles.manifest),
        original.get(checkpointFiles.manifest) as Buffer,
      );
    }
    expect(refused).toBeGreaterThan(cases / 3);
    expect(JSON.stringify(readCheckpoint(folder))).toBe(whole_);
    expect(process.memoryUsage.rss() - rss).toBeLessThan(500e6);
  }, 900_000);
});
