import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { runCommand, temporaryFolders } from './command.ts';

const folders = temporaryFolders();
afterAll(() => folders.clear());
vi.setConfig({ testTimeout: 240_000 });
const presets = fileURLToPath(new URL('../../../experiments/presets', import.meta.url));
const names = readdirSync(presets)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length));

/** By folder: the experiment stands in a temporary folder, from which the packages are not found by name. */
const plugins = [
  'ecg-io',
  'ecg-vit',
  'cmr-cnn3d',
  'contrastive',
  'downstream',
  'cohort-synthetic',
].map((name) => fileURLToPath(new URL(`../../../plugins/${name}`, import.meta.url)));

type Explained = {
  readonly stages: readonly {
    readonly name: string;
    readonly views: { readonly [view: string]: { readonly shape: readonly number[] } };
    readonly modules: readonly {
      readonly path: string;
      readonly parameters: number;
      readonly frozen: number;
    }[];
  }[];
};

/** An experiment of the size of the paper over the preset, explained: nothing is run, no tensor library is loaded. */
async function explain(preset: string): Promise<Explained> {
  const folder = folders.make();
  const file = join(folder, 'study.yaml');
  writeFileSync(
    file,
    [
      `extends: ${join(presets, `${preset}.yaml`)}`,
      'name: study',
      `plugins: ${JSON.stringify(plugins)}`,
      'cohort: { use: synthetic, options: { subjects: 500, cmr: { height: 85, width: 92, pixelMm: 1.8 } } }',
    ].join('\n'),
  );
  const { code, stdout, stderr } = await runCommand(['explain', file, '--json'], folder);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Explained;
}

describe('every preset is a whole experiment but for its name and cohort', () => {
  it('there are those that issue 6 names', () => {
    expect(names.sort()).toEqual(
      [
        'cardionets-two-view',
        'dual-ed-ed',
        'mae-longer',
        'mae-only',
        'mmcl-2d',
        'paper-dual',
        'paper-dual-faithful',
        'random-encoder',
        'single-2d-lstm',
        'single-2d-mid',
        'single-ed',
        'single-es',
        'supervised',
      ].sort(),
    );
    const { files } = JSON.parse(readFileSync(join(presets, 'package.json'), 'utf8')) as {
      files: string[];
    };
    expect(files).toEqual(['*.yaml']);
  });
  const explained = new Map<string, Explained>();
  it.each(names)('%s', async (name) => {
    const found = await explain(name);
    explained.set(name, found);
    expect(found.stages.at(-1)?.name).toBe('probe');
  });

  /** Parameters of a stage by module. */
  const countsOf = (preset: string, stage: string) => {
    const found = explained.get(preset)?.stages.find(({ name }) => name === stage);
    return Object.fromEntries(
      found?.modules.map(({ path, parameters }) => [path, parameters]) ?? [],
    );
  };
  const total = (counts: { readonly [path: string]: number }): number =>
    Object.values(counts).reduce((a, b) => a + b, 0);

  // Golden values of the paper facts, 5.1.
  it('parameter counts are those of the published models', () => {
    expect(total(countsOf('paper-dual', 'ed-phenotypes'))).toBe(33_204_170);
    expect(total(countsOf('paper-dual', 'es-phenotypes'))).toBe(33_205_708);
    expect(total(countsOf('single-2d-mid', 'ed-phenotypes'))).toBe(25_077_699);
    expect(total(countsOf('single-2d-lstm', 'ed-phenotypes'))).toBe(29_802_435);
    const align = countsOf('paper-dual-faithful', 'align');
    expect(align['encoders/ecg']).toBe(48_849_832);
    expect(align['projectors/ecg']).toBe(488_416);
    expect(align['projectors/ed']).toBe(689_920);
    // the published model also holds an unused head, and the output layers of the two CMR networks
    const outputs = 2_307 + 3_845;
    expect(total(align) + 689_920 + outputs).toBe(117_817_886);
    const found = explained.get('paper-dual-faithful')?.stages.find(({ name }) => name === 'align');
    const frozen = found?.modules.reduce((sum, module) => sum + module.frozen, 0) ?? 0;
    expect(total(align) - frozen + 689_920 + outputs).toBe(54_561_424);
  });

  it('a single phase neither loads nor builds the other; random and supervised start from nothing', () => {
    const views = (preset: string) =>
      explained.get(preset)?.stages.find(({ name }) => name === 'align')?.views ?? {};
    expect(Object.keys(views('single-ed'))).toEqual(['ecg', 'ed']);
    expect(Object.keys(views('single-es'))).toEqual(['ecg', 'es']);
    expect(Object.keys(views('paper-dual'))).toEqual(['ecg', 'ed', 'es']);
    const stages = (preset: string) => explained.get(preset)?.stages.map(({ name }) => name);
    expect(stages('random-encoder')).toEqual(['probe']);
    expect(stages('supervised')).toEqual(['probe']);
    expect(stages('mae-only')).toEqual(['mae', 'probe']);
  });
});
