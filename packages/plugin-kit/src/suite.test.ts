import { expect, test } from 'vitest';
import { families } from './broken/families.ts';
import { conformanceReport } from './conformance-report.ts';
import { fuzzReader } from './fuzz-reader.ts';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduleSuite } from './suites/training.ts';
import { writeBytes } from './fuzz-reader.ts';

const eager = new URL('../fixtures/eager-import/index.js', import.meta.url);
const standard = new URL('../../../plugins/standard/src/index.ts', import.meta.url);

test('an exclusion needs a check that is there, and a reason', () => {
  expect(() =>
    scheduleSuite(standard, { id: 'constant', skip: [{ skip: 'schedule-rate', because: 'no' }] }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_CONFORMANCE_SKIP: schedule-rate: \`skip\` names a check that this suite does not have; it has: manifest, schema, lazy, create-touches-nothing, schedule-rates, schedule-memory, schedule-expected. Fix: did you mean "schedule-rates"?]`,
  );
  expect(() =>
    scheduleSuite(standard, { id: 'constant', skip: [{ skip: 'schedule-rates', because: ' ' }] }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_CONFORMANCE_SKIP: schedule-rates: this check is excluded without a reason. Fix: say why: { skip: '...', because: '...' }, best with a link to an issue.]`,
  );
  const { tests } = scheduleSuite(standard, {
    id: 'constant',
    skip: [{ skip: 'schedule-rates', because: 'issue 0' }],
  });
  expect(tests.filter(({ skipped }) => skipped !== null)).toMatchObject([
    { check: 'schedule-rates', skipped: 'issue 0' },
  ]);
});

test('a component that is not there, a place without a plugin', async () => {
  const messages = [scheduleSuite(standard, { id: 'no-such' }), scheduleSuite(standard)].map(
    ({ tests }) => tests[0]?.run().catch((error: Error) => error.message),
  );
  expect(await Promise.all(messages)).toMatchInlineSnapshot(`
    [
      "E_CONFORMANCE_PLUGIN: the plugin has no schedule "no-such"; it has: warmup-cosine, constant, step, plateau, one-cycle. Fix: give the \`id\` of one that it has.",
      "E_CONFORMANCE_PLUGIN: the plugin does not have exactly one schedule; it has: warmup-cosine, constant, step, plateau, one-cycle. Fix: give the \`id\` of one that it has.",
    ]
  `);
  expect(() => scheduleSuite(new URL('file:///'))).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_CONFORMANCE_PLUGIN: /: no folder from here upwards has a package.json with a "dualbeat" manifest. Fix: give import.meta.url of a file of the plugin, its package name, or { components }.]`,
  );
});

test('the report of a plugin, without vitest', async () => {
  const report = await conformanceReport(standard, { runtimes: false });
  expect(report.plugin).toBe('@dualbeat/standard');
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(report.components.find(({ id }) => id === 'sgd')).toMatchObject({
    kind: 'optimizer',
    tested: 'schema only',
    checks: [{ check: 'manifest', result: 'passed' }, { check: 'schema' }, { check: 'lazy' }],
  });
}, 120_000);

test('the report of a broken plugin names the check and what it found', async () => {
  const report = await conformanceReport(eager);
  expect(report.conforms).toBe(false);
  const [optimizer] = report.components;
  expect(optimizer).toMatchObject({ id: 'kit/eager', tested: 'no' });
  expect(optimizer?.checks.find(({ check }) => check === 'lazy')?.message).toMatch(
    /^E_CONFORMANCE: lazy, optimizer "kit\/eager": importing the entry loads/,
  );
}, 120_000);

test('fuzzing stops a reader that allocates what a damaged file asks for, and one that hangs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dualbeat-fuzz-'));
  await writeBytes(join(folder, 'a.ramp'), new TextEncoder().encode('1\nx'));
  const files = { folder, entry: 'a.ramp' };
  const hungry = {
    recognises: () => true,
    read: async () => {
      const values = new Float32Array(2 ** 25);
      const view = { shape: [2 ** 25], dtype: 'float32' as const, axes: [], unit: 'mV' };
      return { id: 'a', view, values, facts: {}, flags: [] };
    },
  };
  await expect(fuzzReader(hungry, files, { cases: 1, megabytes: 64 })).rejects.toThrow(
    /a\.ramp empty \(case 0, seed 0\) grew memory by 128 MiB, allowed are 64 MiB/,
  );
  const slow = { recognises: () => true, read: () => new Promise<never>(() => undefined) };
  await expect(fuzzReader(slow, files, { cases: 1, seconds: 0.2 })).rejects.toThrow(
    /a\.ramp empty \(case 0, seed 0\) was not read within 0\.2 s/,
  );
  rmSync(folder, { recursive: true });
});

test('the README has every check as it states itself', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replace(/ +/g, ' ');
  const tests = Object.values(families).flatMap(({ healthy }) => healthy.tests);
  const missing = tests.filter(
    ({ check, states }) => !readme.includes(`| \`${check}\` |`) || !readme.includes(states),
  );
  expect(missing.map(({ check }) => check)).toEqual([]);
});
