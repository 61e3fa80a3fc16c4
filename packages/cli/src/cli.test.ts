/** @file Every command: its help, its flags, what is refused, and the shape of what --json prints. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { captured } from '../test/captured.ts';
import { describeCommands, main } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualbeat-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tiny = new URL('../../../test/src/run/tiny.yaml', import.meta.url).pathname;
const run = (...argv: string[]) => captured(() => main(argv));

/** Every command that does something, with its words: 'plugins list'. */
function leaves(command: Command, words: readonly string[] = []): (readonly [string, Command])[] {
  const below = command.commands.filter((one) => one.name() !== 'help');
  if (below.length === 0) return [[words.join(' '), command]];
  return below.flatMap((one) => leaves(one, [...words, one.name()]));
}
const commands = leaves(describeCommands(() => undefined));
/** A value for every argument and option that a command needs. */
const needed = (command: Command): string[] => [
  ...command.registeredArguments.filter((one) => one.required).map(() => 'x'),
  ...command.options
    .filter(({ mandatory }) => mandatory)
    .flatMap(({ long, required }) => [long ?? '', ...(required ? ['x'] : [])]),
];
/** Starts a server until it is stopped: there is no result to print. */
const withoutJson = new Set(['track ui', 'ui']);

describe.each(commands)('dualbeat %s', (name, command) => {
  const words = name.split(' ');

  test('tells of itself', async () => {
    const { code, stdout, stderr } = await run(...words, '--help');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Usage: dualbeat ${name}`);
    expect(command.description()).toMatch(/^[a-z].*[^.]$/s);
    for (const option of command.options) {
      expect(option.description, option.long ?? '').not.toBe('');
      expect(stdout).toContain(option.long ?? '');
    }
  });

  test.runIf(!withoutJson.has(name))('has --json', () => {
    expect(command.options.map(({ long }) => long)).toContain('--json');
  });

  test('a flag that is not there ends with 42 and one line of JSON', async () => {
    const { code, stdout, stderr } = await run(...words, ...needed(command), '--nope', '--json');
    expect(code).toBe(42);
    expect(stderr).toContain("error: unknown option '--nope'");
    expect(JSON.parse(stdout)).toEqual({
      status: 'failed',
      exitCode: 42,
      code: 'E_COMMAND',
      message: expect.stringContaining("unknown option '--nope'") as string,
    });
  });

  test.runIf(needed(command).length > 0)('an argument or option that is missing', async () => {
    const { code, stderr } = await run(...words);
    expect(code).toBe(42);
    expect(stderr).toMatch(/error: (missing required argument|required option)/);
  });

  test('an argument too many', async () => {
    if (command.registeredArguments.some((one) => one.variadic)) return;
    const most = command.registeredArguments.map(() => 'x');
    expect((await run(...words, ...most, 'x', 'x')).code).toBe(42);
  });
});

describe('values of flags', () => {
  test.each([
    [
      ['run', tiny, '--runs-root', ''],
      'E_COMMAND',
      "'--runs-root <folder>' argument '' is invalid",
    ],
    [['run', tiny, '--seed', '1.5'], 'E_COMMAND', 'A seed is an integer from 0'],
    [['run', tiny, '--seed', '-1'], 'E_COMMAND', 'A seed is an integer from 0'],
    [['run', tiny, '--variant', ''], 'E_COMMAND', 'It is empty'],
    [['run', tiny, '--resume', '--restart'], 'E_COMMAND', 'cannot be used with option'],
    [['run', tiny, '--variant', 'nope'], 'E_EXPERIMENT_VARIANT', "no variant 'nope'"],
    [['run', tiny, '--set', 'seed'], 'E_EXPERIMENT_SET', 'write it as'],
    [['run', 'nowhere.yaml'], 'E_EXPERIMENT_FILE', 'does not exist'],
    [['explain', tiny, '--trial', 'a:b'], 'E_TRIAL', 'a trial is a variant'],
    [['explain', tiny, '--set', 'seeed=1'], 'E_EXPERIMENT_SET_PATH', "did you mean 'seed'"],
    [['plugins', 'info', 'ecg-vitt'], 'E_PLUGIN_INFO', 'did you mean "ecg-vit"'],
    [['plugins', 'doctor', 'standart'], 'E_PLUGIN_NOT_FOUND', 'plugins list'],
    [['plugins', 'new', 'acme/x'], 'E_COMMAND', "required option '--kind <kind>'"],
    [['plugins', 'new', 'acme/x', '--kind', 'los'], 'E_PLUGIN_KIND', 'did you mean "loss"'],
    [['runtime', 'install', '--device', 'tpu'], 'E_DEVICE_UNKNOWN', 'use cpu or cuda'],
    [['runn', tiny], 'E_COMMAND', "unknown command 'runn'"],
  ])('%j', async (argv, code, text) => {
    const ended = await run(...argv, '--json');
    expect(ended.code).toBe(42);
    const json = JSON.parse(ended.stdout) as { exitCode: number; code: string; message: string };
    expect([json.exitCode, json.code]).toEqual([42, code]);
    expect(json.message).toContain(text);
    expect(ended.stderr).toContain(text);
    expect(ended.stderr).not.toContain('    at ');
  });
});

describe('what --json prints', () => {
  let before: string;
  beforeEach(() => {
    before = process.cwd();
    return () => process.chdir(before);
  });
  const json = async (...argv: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await run(...argv, '--json');
    expect(code, stderr).toBe(0);
    expect(stdout.endsWith('\n') && !stdout.slice(0, -1).includes('\n')).toBe(true);
    return JSON.parse(stdout) as unknown;
  };

  test('plugins list', async () => {
    const plugins = (await json('plugins', 'list')) as { name: string; components: object[] }[];
    const standard = plugins.find(({ name }) => name === '@dualbeat/standard');
    expect(standard).toMatchObject({ version: '0.1.0', range: '^0.1.0' });
    expect(standard?.components[0]).toMatchObject({ id: 'adamw', kind: 'optimizer', entry: '.' });
    const losses = (await json('plugins', 'list', '--kind', 'loss')) as typeof plugins;
    const kinds = losses.flatMap(({ components }) => components as { kind: string }[]);
    expect(new Set(kinds.map(({ kind }) => kind))).toEqual(new Set(['loss']));
  });

  test('plugins info', async () => {
    expect(await json('plugins', 'info', 'mse')).toMatchObject([
      { kind: 'loss', id: 'mse', plugin: '@dualbeat/standard', options: { type: 'object' } },
    ]);
  });

  test('plugins doctor', async () => {
    expect(await json('plugins', 'doctor', '@dualbeat/standard')).toMatchObject({
      core: '0.1.0',
      plugins: [{ name: '@dualbeat/standard', ok: true, problems: [] }],
    });
  });

  test('plugins doctor of what is no plugin', async () => {
    writeFileSync(join(folder, 'package.json'), '{ "name": "plain", "version": "1.0.0" }');
    const { code, stdout } = await run('plugins', 'doctor', folder, '--json');
    expect(code).toBe(1);
    const { plugins } = JSON.parse(stdout) as { plugins: { problems: string[] }[] };
    expect(plugins[0]?.problems.join().replaceAll(folder, '<folder>')).toMatchInlineSnapshot(
      `"E_PLUGIN_MANIFEST: <folder>/package.json: the package has no "dualbeat" key, so it is not a plugin. Fix: name another package under 'plugins', or add { "dualbeat": { "range", "components" } } to its package.json."`,
    );
  });

  test('explain', async () => {
    const told = await json('explain', tiny, '--trial', 'base:7');
    expect(told).toMatchObject({
      experiment: 'tiny',
      variant: null,
      seed: 7,
      smoke: false,
      rows: { train: 12, val: 4, test: 4, all: 20 },
      views: { ecg: { from: 'ecg', transforms: ['standardize'], shape: [12, 200] } },
      resolved: { name: 'tiny', seed: 7 },
    });
    const { stages, origins } = told as {
      stages: { modules: object[]; memory: object; edges: object[] }[];
      origins: { [path: string]: string };
    };
    expect(stages[0]).toMatchObject({ name: 'mae', parameters: { total: 8626, frozen: 0 } });
    expect(stages[0]?.modules).toContainEqual(
      expect.objectContaining({ path: 'encoders/ecg', use: 'ecg-vit', parameters: 4176 }),
    );
    expect(stages[0]?.edges).toContainEqual({
      from: 'views/ecg',
      to: 'encoders/ecg',
      what: 'ecg',
      shape: [12, 200],
    });
    expect(stages[0]?.memory).toMatchObject({ parameters: 4 * 8626, optimizer: 8 * 8626 });
    expect(origins['stages.mae.train.epochs']).toMatch(/tiny\.yaml:\d+:\d+$/);
  });

  test('schema --out', async () => {
    process.chdir(folder);
    expect(await json('schema', '--out', 'dualbeat.schema.json')).toMatchObject({
      status: 'written',
      exitCode: 0,
    });
    const schema = JSON.parse(readFileSync('dualbeat.schema.json', 'utf8')) as object;
    expect(Object.keys((schema as { definitions: object }).definitions)).toContain(
      'complete.loss.mse',
    );
  });
});

test('help and version', async () => {
  const { code, stdout } = await run('--help');
  expect(code).toBe(0);
  expect(stdout.slice(stdout.indexOf('Exit codes'))).toMatchInlineSnapshot(`
    "Exit codes: 0 done; 1 failed; 42 the experiment or the command must be changed; 75 try again later (--resume);
    130 and 143 interrupted by SIGINT or SIGTERM, saved. DUALBEAT_DEBUG=1 adds stacks to errors.
    "
  `);
  expect((await run('--version')).stdout).toBe('0.1.0\n');
});

test('explain for people: origins, wiring, parameters, memory', async () => {
  const { code, stdout } = await run('explain', tiny, '--set', 'stages.mae.train.epochs=2');
  expect(code).toBe(0);
  expect(stdout).toContain('stages.mae.train.epochs: 2');
  expect(stdout).toContain('# --set stages.mae.train.epochs=2');
  const plan = stdout.slice(stdout.indexOf('records:')).replaceAll(/[0-9a-f]{12}/g, '<id>');
  expect(plan).toMatchInlineSnapshot(`
    "records: 12 train, 4 val, 4 test
    view ecg: ecg -> standardize -> 12 lead x 200 time, float32, 1

    stage mae (<id>): 8,626 parameters
      task masked-autoencoder, optimizer adamw, schedule warmup-cosine; 2 epochs, batches of 4
      encoders/ecg: ecg-vit       4,176 parameters
      heads/decoder: vit-decoder  4,450 parameters
      loss: reconstruction        0 parameters
      wiring, shapes of one row:
        views/ecg -> encoders/ecg: ecg [12, 200]
        task -> heads/decoder: tokens [49, 16]
        task -> heads/decoder: restore [48]
        heads/decoder -> loss: reconstruction [12, 4, 1, 50]
      memory of a step: parameters 33.7 KiB, gradients 33.7 KiB, optimizer 67.4 KiB, batch 37.5 KiB, activations about 283 KiB

    trial base-s3-<id>, seed 3
    "
  `);
});
