/** @file A suite: all checks of one component, laid out as tests that know their names before anything is loaded. */
import type { Host, Kind, Kinds } from '@dualbeat/core';
import type {
  CaseSubject,
  Check,
  ComponentSubject,
  Mode,
  Outcome,
  PluginLike,
  Skip,
} from './check.ts';
import { skipWithoutReason, unknownSkip } from './errors.ts';
import { registerCase } from './checks/lazy.ts';
import { loadPlugin, subjectOf } from './load-plugin.ts';
import { modes, runtimeOf } from './modes.ts';

/** What every suite takes. */
export type SuiteOptions<C> = {
  /** May be left out where the plugin has one component of the kind. */
  readonly id?: string;
  readonly cases: readonly C[];
  readonly skip?: readonly Skip[];
  /** Other plugins that the host loads: '@dualbeat/ecg-io'. */
  readonly with?: readonly string[];
};
export type SuiteTest = {
  readonly check: string;
  readonly states: string;
  readonly caseName: string | null;
  readonly mode: Mode | null;
  /** Excluded by the author, or its runtime is not there. */
  readonly skipped: string | null;
  readonly run: () => Promise<Outcome>;
};
export type Suite = {
  readonly kind: Kind;
  /** Undefined: the only component of the kind. */
  readonly id: string | undefined;
  readonly title: string;
  readonly tests: readonly SuiteTest[];
};

/** Checks of any subjects: the suite of a kind hands each what it is written for. */
export type Checks = {
  /** Once for the component. */
  readonly component: readonly Check<never>[];
  /** Once for each case, on the host. */
  readonly cases?: readonly Check<never>[];
  /** Once for each case and runtime. */
  readonly runtimes?: readonly Check<never>[];
};

const full = process.env['DUALBEAT_TEST_FULL'] === '1';
const notInstalled = 'the native runtime is not installed; run `dualbeat runtime install`';

/** Errors: E_CONFORMANCE_SKIP (an exclusion of a check that is not there, or without a reason). */
export function makeSuite<K extends Kind, C extends AnyCase>(
  kind: K,
  plugin: PluginLike,
  of: SuiteOptions<C>,
  checks: Checks,
): Suite {
  const skipOf = skipper(of.skip ?? [], [
    ...checks.component,
    ...(checks.cases ?? []),
    ...(checks.runtimes ?? []),
  ]);
  const loaded = memo(async () => subjectOf(kind, await loadPlugin(plugin, of.with), of.id));
  const cases = of.cases.map((one, i) => ({
    caseName: nameOf(of, one, i),
    subject: memo(async () => caseSubject(await loaded(), of, one, i)),
  }));
  for (const { options = {}, from = null } of of.cases) {
    registerCase(plugin, { kind, id: of.id, options, from });
  }
  const tests: SuiteTest[] = [];
  for (const check of checks.component) {
    tests.push(testOf(check, null, null, skipOf(check.name, null), loaded));
  }
  for (const { caseName, subject } of cases) {
    for (const check of checks.cases ?? []) {
      tests.push(testOf(check, caseName, null, skipOf(check.name, null), subject));
    }
  }
  for (const { mode, there } of modes) {
    for (const [i, { caseName, subject }] of cases.entries()) {
      if (mode === 'tf eager' && i > 0 && !full) continue;
      const onRuntime = async () => ({
        ...(await subject()),
        mode,
        runtime: await runtimeOf(mode),
      });
      for (const check of checks.runtimes ?? []) {
        if (mode === 'tf' && i > 0 && !full && check.everyCase !== true) continue;
        const skipped = there ? skipOf(check.name, mode) : notInstalled;
        tests.push(testOf(check, caseName, mode, skipped, onRuntime));
      }
    }
  }
  return {
    kind,
    id: of.id,
    title: `${kind}${of.id === undefined ? '' : ` "${of.id}"`} conforms`,
    tests,
  };
}

const nameOf = <C extends AnyCase>(of: SuiteOptions<C>, one: C, i: number): string =>
  one.name ?? (of.cases.length === 1 ? 'default' : String(i + 1));

type AnyCase = { readonly name?: string; readonly options?: object; readonly from?: unknown };

/** What must be made with the host (a task's modules, the losses of a sum) comes as a function of it. */
type FromHost<K extends Kind> = (host: Host) => Kinds[K]['from'] | Promise<Kinds[K]['from']>;

async function caseSubject<K extends Kind, C extends AnyCase>(
  component: ComponentSubject<K>,
  of: SuiteOptions<C>,
  one: C,
  i: number,
): Promise<CaseSubject<K, SuiteOptions<C> & C>> {
  const { options = {} } = one;
  const { host } = component.plugin;
  const plain = (one.from ?? null) as Kinds[K]['from'];
  const from = typeof one.from === 'function' ? (one.from as FromHost<K>) : () => plain;
  const use = { use: component.id, options };
  return {
    ...component,
    caseName: nameOf(of, one, i),
    first: i === 0,
    options,
    from: await from(host),
    make: async () => host.create(component.kind, use, await from(host)),
    of: { ...of, ...one },
  };
}

function testOf(
  check: Check<never>,
  caseName: string | null,
  mode: Mode | null,
  skipped: string | null,
  subject: () => Promise<unknown>,
): SuiteTest {
  const { name, states } = check;
  return {
    check: name,
    states,
    caseName,
    mode,
    skipped,
    async run() {
      const given = (await subject()) as never;
      const unfit = check.unfit?.(given);
      if (unfit !== undefined) return { skipped: unfit };
      return check.run(given);
    },
  };
}

/** Why a check is excluded; null: it is not. Errors: E_CONFORMANCE_SKIP. */
function skipper(skips: readonly Skip[], checks: readonly Check<never>[]) {
  const names = checks.map((check) => check.name);
  for (const { skip, because } of skips) {
    if (!names.includes(skip)) throw unknownSkip(skip, names);
    if (because.trim() === '') throw skipWithoutReason(skip);
  }
  return (name: string, mode: Mode | null): string | null =>
    skips.find(
      ({ skip, on }) => skip === name && (on === undefined || mode?.startsWith(on) === true),
    )?.because ?? null;
}

function memo<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
