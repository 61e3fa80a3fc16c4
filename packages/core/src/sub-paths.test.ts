import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { makeStudy } from './experiment/study-fixture.ts';

const study = makeStudy();
afterAll(study.remove);

test('the light sub-paths load no validator, no container, no schema builder and no YAML', () => {
  study.write(
    'light.mjs',
    `import { register } from 'node:module';
     register('data:text/javascript,' + encodeURIComponent(\`
       export async function resolve(specifier, context, next) {
         if (/^(ajv|inversify|typebox|yaml|reflect-metadata|@tensorflow)/.test(specifier)) throw new Error('HEAVY: ' + specifier);
         return next(specifier, context);
       }\`));
     const { DualbeatError, isCoded } = await import('@dualbeat/core/errors');
     const { hostRandom, philoxBlock, streamOf } = await import('@dualbeat/core/random');
     const { at } = await import('@dualbeat/core/at');
     const { closest } = await import('@dualbeat/core/closest');
     const { defineComponent } = await import('@dualbeat/core/contracts');
     const heavy = await import('@dualbeat/core').catch((error) => error.message);
     const coded = isCoded(new DualbeatError({ code: 'E_X', cause: 'c.', fix: 'f.' }));
     process.stdout.write(JSON.stringify({ coded, stream: streamOf(''), first: hostRandom(0, 'a')() < 1, at: at({ a: 1 }, 'a'), closest: closest('eg', ['ecg']), types: [typeof philoxBlock, typeof defineComponent], heavy }));`,
  );
  const tsx = fileURLToPath(
    new URL('../../../node_modules/tsx/dist/esm/index.mjs', import.meta.url),
  );
  const run = spawnSync(
    process.execPath,
    ['--conditions=@dualbeat/source', '--import', tsx, 'light.mjs'],
    { cwd: study.folder, encoding: 'utf8' },
  );
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout)).toEqual({
    coded: true,
    stream: 0x811c9dc5,
    first: true,
    at: 1,
    closest: 'ecg',
    types: ['function', 'function'],
    heavy: expect.stringMatching(/^HEAVY: /) as string, // the hook would have seen it
  });
});
