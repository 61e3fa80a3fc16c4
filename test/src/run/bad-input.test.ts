import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { exitCodeOfRun, runExperiment } from '@dualbeat/experiment';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { runCommand, stageFolder, temporaryFolders, tiny } from './command.ts';

const folders = temporaryFolders();
afterAll(() => folders.clear());
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** The message of a run that must fail before anything starts, without the machine's paths. */
async function refused(set: readonly string[], root = folders.make()): Promise<string> {
  try {
    await runExperiment({ file: tiny, set, runsRoot: root });
  } catch (error) {
    const { message } = error as Error;
    const shown = message
      .replaceAll(tiny, 'tiny.yaml')
      .replaceAll(relative(process.cwd(), tiny), 'tiny.yaml')
      .replaceAll(root, '<runs>')
      .replaceAll(/base-s3-[0-9a-f]{12}/g, '<trial>');
    return `${exitCodeOfRun(error)} ${shown}`;
  }
  return 'nothing was refused';
}

describe('bad input ends before anything is computed, and says what to do', () => {
  it('a component that is not there', async () => {
    expect(await refused(['encoders.ecg.use=ecg-vitt'])).toMatchInlineSnapshot(
      `"42 E_COMPONENT_UNKNOWN: --set encoders.ecg.use=ecg-vitt: encoders.ecg: there is no encoder "ecg-vitt"; there is: ecg-vit. Fix: did you mean 'ecg-vit'? If not, add the plugin that offers it to 'plugins'."`,
    );
  });

  it('an unknown model size', async () => {
    expect(await refused(['encoders.ecg.options={ size: plutoo }'])).toMatchInlineSnapshot(
      `"42 E_EXPERIMENT_VALUE: --set encoders.ecg.options={ size: plutoo }: encoders.ecg.options.size: 'plutoo' is not one of pluto, tiny, tiny2, tinyDeep, small, smallDeep, medium, mediumDeep, large, base, custom. Fix: did you mean 'pluto'?"`,
    );
  });

  it('a patch that does not divide the view', async () => {
    expect(await refused(['encoders.ecg.options.patch=[1, 70]'])).toMatchInlineSnapshot(
      `"42 E_VIT_PATCH: tiny.yaml:20:3: encoders.ecg: encoder ecg-vit, option patch: patches of [1, 70] do not divide the 200 samples of a view [12, 200]. Fix: the nearest that divides is 50; or crop the view."`,
    );
  });

  it('a batch larger than the set', async () => {
    expect(await refused(['stages.mae.train.batchSize=13'])).toMatchInlineSnapshot(
      `"42 E_BATCH_LARGER_THAN_SET: --set stages.mae.train.batchSize=13: stages.mae.train.batchSize: a batch has 13 rows, but the training part of the cohort has only 12. Fix: add --set stages.mae.train.batchSize=12 (or less), or give the cohort more records."`,
    );
  });

  it('a split without records', async () => {
    expect(await refused(['cohort.options.splits={ train: 0.8, val: 0.2 }'])).toMatchInlineSnapshot(
      `"42 E_SPLIT_EMPTY: tiny.yaml:30:7: stages.mae.evaluate.splits: the part "test" of the cohort has no records. Fix: give the cohort more records, change its split options, or leave the part out of \`evaluate.splits\`."`,
    );
  });

  it('an empty folder of recordings', async () => {
    const empty = folders.make();
    const message = await refused(['cohort.use=files', `cohort.options={ roots: ["${empty}"] }`]);
    expect(message.replaceAll(empty, '<folder>')).toMatchInlineSnapshot(
      `"42 E_FILES_EMPTY: <folder>: there is no file in this folder. Fix: check \`cohort.options.roots\` and \`records\`, and that a plugin has a reader for these files."`,
    );
  });

  it('a pattern that freezes nothing', async () => {
    expect(
      await refused(['stages.mae.freeze={ params: ["encoders/ed/**"] }']),
    ).toMatchInlineSnapshot(
      `"42 E_PATTERN: --set stages.mae.freeze={ params: ["encoders/ed/**"] }: stages.mae.freeze.params.0: the pattern 'encoders/ed/**' matches none of the stage's 38 parameters; it has: encoders/ecg/**, heads/decoder/**. Fix: did you mean 'encoders/ecg/**'?"`,
    );
  });

  it('a file where the run folder should be', async () => {
    const root = join(folders.make(), 'runs');
    writeFileSync(root, '');
    expect(await refused([], root)).toMatchInlineSnapshot(
      `"42 E_RUN_UNWRITABLE: <runs>/tiny/trials/<trial>: the run folder cannot be written (ENOTDIR). Fix: make it writable for this user, free space, or choose another runs folder."`,
    );
  });

  it.skipIf(process.getuid?.() === 0)(
    'a run folder that may not be written (needs a user without root rights)',
    async () => {
      const root = folders.make();
      chmodSync(root, 0o555);
      expect(await refused([], root)).toMatch(/^42 E_RUN_UNWRITABLE/);
    },
  );
});

describe('an unknown runtime', () => {
  it('is found before a folder is made', async () => {
    const root = join(folders.make(), 'runs');
    expect(await refused(['runtime.use=nope'], root)).toMatchInlineSnapshot(
      `"42 E_RUNTIME_UNKNOWN: --set runtime.use=nope: runtime.use: there is no runtime "nope"; there is: js, tf. Fix: set \`runtime: { use: ... }\` to one of these."`,
    );
    expect(existsSync(root)).toBe(false);
  });
});

describe('an unfinished run', () => {
  it('is neither continued nor overwritten without a word: the message gives both commands', async () => {
    const cwd = folders.make();
    const root = join(cwd, 'runs');
    // What a failed run leaves: a stage folder that is not finished.
    const watch = 'stages.mae.train.earlyStop={metric: val/los, patience: 1}';
    await expect(runExperiment({ file: tiny, runsRoot: root, set: [watch] })).rejects.toThrow(
      /E_METRIC_UNKNOWN/,
    );
    const again = await runCommand(['run', tiny, '--set', watch], cwd);
    expect(again.code).toBe(42);
    expect(again.stdout).toBe('');
    const shown = again.stderr
      .replaceAll(tiny, 'tiny.yaml')
      .replaceAll(stageFolder(root), '<stage>');
    expect(shown).toMatchInlineSnapshot(`
      "E_RUN_UNFINISHED: <stage>: an unfinished run (failed) is in this folder. Fix: go on with it: \`npx dualbeat run tiny.yaml --set 'stages.mae.train.earlyStop={metric: val/los, patience: 1}' --resume\`, or keep it aside and start anew: \`npx dualbeat run tiny.yaml --set 'stages.mae.train.earlyStop={metric: val/los, patience: 1}' --restart\`.
      "
    `);
  });
});

describe('the command line', () => {
  it('tells an unknown command and an unknown option apart from failures', async () => {
    const cwd = folders.make();
    const unknown = await runCommand(['runn', tiny], cwd);
    expect(unknown.code).toBe(42);
    expect(unknown.stderr).toContain("error: unknown command 'runn'");
    const missing = await runCommand(['run', 'nowhere.yaml', '--json'], cwd);
    expect(missing.code).toBe(42);
    expect(missing.stderr.replaceAll(cwd, '<cwd>')).toMatchInlineSnapshot(`
      "E_EXPERIMENT_FILE: nowhere.yaml: the file does not exist. Fix: correct the path of the experiment file.
      "
    `);
    expect(JSON.parse(missing.stdout)).toMatchObject({ status: 'failed', exitCode: 42 });
  });
});
