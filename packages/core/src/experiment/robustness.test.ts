import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { isCoded } from '../errors.ts';
import { isConfigurationError } from './errors.ts';
import { base, makeStudy } from './study-fixture.ts';

const study = makeStudy();
const { folder, write, load, failure } = study;
afterAll(study.remove);

test('any text is a loaded experiment or a coded error', async () => {
  const words = base.split(/(?<=[\s:{},])/);
  const mutated = fc
    .tuple(
      fc.nat(words.length - 1),
      fc.nat(3),
      fc.oneof(
        fc.string(),
        fc.constantFrom(
          '&a ',
          '*a',
          '<<: ',
          '!!set ',
          '\t',
          '- ',
          '? ',
          '---\n',
          '${env:X}',
          '{',
          '[',
          "'",
          '"',
          'null',
          '__proto__: ',
          '1e999',
          '%YAML 1.1\n',
        ),
      ),
    )
    .map(([at, remove, insert]) =>
      [...words.slice(0, at), insert, ...words.slice(at + remove)].join(''),
    );
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), mutated), async (text) => {
      await load(text).catch((error: unknown) => {
        if (!isCoded(error)) throw error;
        expect(isConfigurationError(error), error.message).toBe(true);
      });
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    }),
    { numRuns: 300 },
  );
  expect(await failure('['.repeat(20_000))).toMatch(/^E_EXPERIMENT_PARSE/);
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (const [at, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg'].map(
    (pair) => [...pair] as [string, string],
  ))
    bomb.push(`${to}: &${to} [${Array.from({ length: 10 }, () => `*${at}`).join(', ')}]`);
  expect(await failure(bomb.join('\n'))).toMatch(
    /^E_EXPERIMENT_PARSE: a.yaml:.*the file is too large or too deep/,
  );
});

test('no tensor library is loaded, in a process of its own', () => {
  write('a.yaml', base);
  const script = `
    import { register } from 'node:module';
    const loader = 'data:text/javascript,' + encodeURIComponent(\`
      export async function resolve(specifier, context, next) {
        if (/tensorflow|tfjs|koffi/.test(specifier)) throw new Error('TENSOR LIBRARY: ' + specifier);
        return next(specifier, context);
      }\`);
    register(loader);
    const { loadExperiment } = await import('@dualbeat/core');
    const { resolved } = await loadExperiment({ file: 'a.yaml', always: ['./basics'] });
    const hook = await import('@tensorflow/tfjs-core').catch((error) => error.message);
    const loaded = [...Object.keys((await import('node:module')).default._cache), ...process.report.getReport().sharedObjects].filter((name) => /tensorflow|tfjs|koffi/.test(name));
    process.stdout.write(JSON.stringify({ name: resolved.name, loaded, hook }));`;
  write('load.mjs', script);
  const tsx = fileURLToPath(
    new URL('../../../../node_modules/tsx/dist/esm/index.mjs', import.meta.url),
  );
  const run = spawnSync(
    process.execPath,
    ['--conditions=@dualbeat/source', '--import', tsx, 'load.mjs'],
    { cwd: folder, encoding: 'utf8' },
  );
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout)).toEqual({
    name: 'first',
    loaded: [],
    hook: 'TENSOR LIBRARY: @tensorflow/tfjs-core', // the hook would have seen it
  });
});
