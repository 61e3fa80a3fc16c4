import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runtimeNames } from '../modes.ts';
import type { Suite } from '../suite.ts';
import { families } from './families.ts';
import { messages } from './messages.ts';
import { healthyWithGolden, removeGolden } from './modules.ts';

/** Outcomes of one check of a suite where it shows. */
async function outcomes(suite: Suite, check: string, on: string): Promise<(string | null)[]> {
  const tests = suite.tests.filter(
    (one) => one.check === check && (one.mode === null || one.mode === on) && one.skipped === null,
  );
  const found: (string | null)[] = [];
  for (const one of tests) {
    found.push(
      await one.run().then(
        () => null,
        (error: Error) => error.message,
      ),
    );
  }
  return found;
}

/** Without the names of temporary folders. */
const plain = (message: string): string =>
  message.replaceAll(/\S*dualbeat-[a-z]+-[A-Za-z0-9]{6}/g, '<folder>');

beforeAll(async () => {
  process.env['DUALBEAT_GOLDEN'] = 'write';
  await outcomes(healthyWithGolden, 'golden', 'js');
  delete process.env['DUALBEAT_GOLDEN'];
});
afterAll(removeGolden);

describe.each(Object.entries(families))('%s', (family, { healthy, mutants }) => {
  test('a healthy one passes every check', async () => {
    const failed: string[] = [];
    for (const one of healthy.tests) {
      if (one.skipped !== null || (one.mode !== null && one.mode !== 'js')) continue;
      await one.run().catch((error: Error) => failed.push(error.message));
    }
    expect(failed).toEqual([]);
  });

  test.each(mutants)('$check catches one that $what', async ({ check, what, suite, on = 'js' }) => {
    if (on !== 'js' && !runtimeNames.includes('tf')) return;
    const found = await outcomes(suite, check, on);
    const [message] = found.filter((one) => one !== null);
    expect(message, 'the check found nothing').toBeDefined();
    expect(message).toMatch(new RegExp(`^E_CONFORMANCE: ${check}, ${suite.kind} "kit/broken"`));
    expect(plain(message as string)).toBe(messages[`${family}, ${check}: ${what}`]);
  });
});

test('every check of every suite has a mutant', () => {
  const all = Object.values(families);
  const caught = new Set(all.flatMap(({ mutants }) => mutants.map(({ check }) => check)));
  const known = new Set(all.flatMap(({ healthy }) => healthy.tests.map(({ check }) => check)));
  // these two need a package: package-checks.test.ts
  const elsewhere = ['manifest', 'lazy', 'schema'];
  expect([...known].filter((check) => !caught.has(check) && !elsewhere.includes(check))).toEqual(
    [],
  );
});
