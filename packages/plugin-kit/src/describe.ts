/** @file The suites in vitest: one line per component. */
// Titles come from the suites, and checks throw: these rules are for tests that are written out.
/* oxlint-disable vitest/valid-title, vitest/expect-expect, vitest/no-disabled-tests, vitest/valid-describe-callback */
import type { Runtime } from '@dualbeat/core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { runtimeNames } from './modes.ts';
import { open } from './support/runtime-tests.ts';
import type { Suite, SuiteTest } from './suite.ts';

/** Lays a suite out as tests: by case and runtime, skipped ones with their reason in the name. */
export function describeSuite(suite: Suite): void {
  const groups = new Map<string, SuiteTest[]>();
  for (const one of suite.tests) {
    const name = [one.caseName === null ? '' : `case ${one.caseName}`, one.mode ?? '']
      .filter((part) => part !== '')
      .join(', on ');
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  describe(suite.title, () => {
    for (const [name, tests] of groups) {
      describe(name === '' ? 'package' : name, () => {
        for (const { check, skipped, run } of tests) {
          const title = skipped === null ? check : `${check} (skipped: ${skipped})`;
          test.skipIf(skipped !== null)(title, async (context) => {
            const outcome = await run();
            if (outcome !== undefined) context.skip(outcome.skipped);
          });
        }
      });
    }
  });
}

/**
 * The same tests on every runtime of this machine, each opened before and closed after them.
 * @example withRuntimes('patchify', (runtime) => { test('...', () => run(runtime(), inputs, fn)); });
 */
export function withRuntimes(name: string, tests: (runtime: () => Runtime) => void): void {
  describe.each(runtimeNames)(`${name} on the runtime %s`, (use) => {
    let runtime: Runtime | undefined;
    beforeAll(async () => {
      runtime = await open(use);
    });
    afterAll(() => runtime?.close());
    tests(() => runtime as Runtime);
  });
}
