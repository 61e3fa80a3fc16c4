/** @file The conformance stamp of a plugin: checks without vitest, as JSON. */
import { coreVersion } from '@dualbeat/core';
import type { Kind } from '@dualbeat/core';
import type { PluginLike } from './check.ts';
import { packageChecks } from './checks/package-checks.ts';
import { loadPlugin, subjectOf } from './load-plugin.ts';
import type { Suite } from './suite.ts';
import { searchSuite } from './suites/host.ts';
import { optimizerSuite, scheduleSuite } from './suites/training.ts';

export type CheckResult = {
  readonly check: string;
  /** Case and runtime: 'default on js'; '' for the component. */
  readonly on: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Of a failure, or why it was skipped. */
  readonly message?: string;
};
export type ComponentReport = {
  readonly kind: Kind;
  readonly id: string;
  /** `yes`: all checks of the kind; `schema only`: package, schema and loading; `no`: one of them failed. */
  readonly tested: 'yes' | 'schema only' | 'no';
  readonly checks: readonly CheckResult[];
};
export type ConformanceReport = {
  readonly plugin: string;
  readonly version: string;
  readonly core: string;
  readonly conforms: boolean;
  readonly components: readonly ComponentReport[];
};

/** Kinds whose suites need no case of the author's. */
const without: { readonly [K in Kind]?: (plugin: PluginLike, id: string) => Suite } = {
  optimizer: (plugin, id) => optimizerSuite(plugin, { id }),
  schedule: (plugin, id) => scheduleSuite(plugin, { id }),
  search: (plugin, id) => searchSuite(plugin, { id }),
};

/**
 * Runs what can be run of a plugin without vitest: package, schema and loading of every component; the whole suite of
 * optimisers, schedules and search strategies, and of every component that one of `suites` names (`encoderSuite(...)`).
 * Errors: those of finding and loading the plugin; what a check finds is in the report.
 * @example const report = await conformanceReport('@dualbeat/standard'); if (!report.conforms) process.exitCode = 1;
 */
export async function conformanceReport(
  plugin: PluginLike,
  {
    suites = [],
    runtimes = true,
  }: { readonly suites?: readonly Suite[]; readonly runtimes?: boolean } = {},
): Promise<ConformanceReport> {
  const loaded = await loadPlugin(plugin);
  const components: ComponentReport[] = [];
  for (const { kind, id } of loaded.components) {
    const own = suites.filter((suite) => suite.kind === kind && suite.id === id);
    const general = runtimes ? without[kind]?.(plugin, id) : undefined;
    const chosen = own.length > 0 ? own : general === undefined ? [] : [general];
    const checks =
      chosen.length > 0
        ? (await Promise.all(chosen.map(runSuite))).flat()
        : await packageOnly(plugin, kind, id);
    const failed = checks.some(({ result }) => result === 'failed');
    const tested = failed ? 'no' : chosen.length > 0 ? 'yes' : 'schema only';
    components.push({ kind, id, tested, checks });
  }
  return {
    plugin: loaded.name,
    version: loaded.version,
    core: coreVersion(),
    conforms: components.every(({ tested }) => tested !== 'no'),
    components,
  };
}

async function packageOnly(plugin: PluginLike, kind: Kind, id: string): Promise<CheckResult[]> {
  const subject = subjectOf(kind, await loadPlugin(plugin), id);
  const results: CheckResult[] = [];
  for (const check of packageChecks) {
    const unfit = check.unfit?.(subject);
    results.push(
      unfit === undefined
        ? await resultOf(check.name, '', () => check.run(subject))
        : { check: check.name, on: '', result: 'skipped', message: unfit },
    );
  }
  return results;
}

/** Every test of a suite, one after the other. */
export async function runSuite(suite: Suite): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { check, caseName, mode, skipped, run } of suite.tests) {
    const on = [caseName, mode === null ? null : `on ${mode}`].filter((part) => part !== null);
    results.push(
      skipped === null
        ? await resultOf(check, on.join(' '), run)
        : { check, on: on.join(' '), result: 'skipped', message: skipped },
    );
  }
  return results;
}

async function resultOf(
  check: string,
  on: string,
  run: () => Promise<void | { readonly skipped: string }>,
): Promise<CheckResult> {
  try {
    const outcome = await run();
    return outcome === undefined
      ? { check, on, result: 'passed' }
      : { check, on, result: 'skipped', message: outcome.skipped };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { check, on, result: 'failed', message };
  }
}
