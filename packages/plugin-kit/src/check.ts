/** @file What a check is and what it is given. Checks are plain functions: they run with vitest and without it. */
import type { AnyComponent, Component, Host, Kind, Kinds, Runtime } from '@dualbeat/core';
import { isCoded } from '@dualbeat/core';
import { Finding, notConform, threw } from './errors.ts';

/** Where a plugin is: a file URL or path within its package, its package name, or components that have no package. */
export type PluginLike =
  string | URL | { readonly name?: string; readonly components: readonly AnyComponent[] };

/** A plugin that was loaded. `root` is null for components in memory. */
export type LoadedPlugin = {
  readonly name: string;
  readonly version: string;
  readonly root: string | null;
  readonly host: Host;
  readonly components: readonly { readonly kind: Kind; readonly id: string }[];
};

/** One set of options, and what `create()` is told beside them; where the host is needed to make that, a function of it. */
export type Case<K extends Kind> = {
  readonly name?: string;
  /** As in an experiment file; defaults come from the schema. */
  readonly options?: object;
} & (Kinds[K]['from'] extends null
  ? { readonly from?: null }
  : {
      readonly from:
        Kinds[K]['from'] | ((host: Host) => Kinds[K]['from'] | Promise<Kinds[K]['from']>);
    });

/** An exclusion; `on` limits it to one runtime. */
export type Skip = {
  readonly skip: string;
  readonly because: string;
  readonly on?: 'js' | 'tf';
};

/** What a check of a component gets. */
export type ComponentSubject<K extends Kind = Kind> = {
  readonly plugin: LoadedPlugin;
  readonly kind: K;
  readonly id: string;
  readonly component: Component<K>;
};
/** What a check of one case gets. `make` gives a fresh one each time, options checked and filled by the real host. */
export type CaseSubject<K extends Kind, Of = unknown> = ComponentSubject<K> & {
  readonly caseName: string;
  /** The first of the suite's cases: costly checks take it alone, all under DUALBEAT_TEST_FULL=1. */
  readonly first: boolean;
  readonly options: object;
  readonly from: Kinds[K]['from'];
  readonly make: () => Promise<Kinds[K]['makes']>;
  /** What the author told the suite. */
  readonly of: Of;
};
/** How tensor code runs: `js` (always eager), `tf` compiled, `tf` op by op. */
export type Mode = 'js' | 'tf' | 'tf eager';
export type RuntimeSubject<K extends Kind, Of = unknown> = CaseSubject<K, Of> & {
  readonly runtime: Runtime;
  readonly mode: Mode;
};

export type Outcome = void | { readonly skipped: string };
export type Check<S> = {
  readonly name: string;
  /** One sentence: what is true of a component that passes. */
  readonly states: string;
  /** On `tf`, too, for every case; other checks take the first alone there, and all under DUALBEAT_TEST_FULL=1. */
  readonly everyCase?: boolean;
  /** The check fits, or why it does not. Asked before `run`. */
  readonly unfit?: (subject: S) => string | undefined;
  /** Errors: E_CONFORMANCE, names the check, the component and what was found. */
  readonly run: (subject: S) => Promise<void>;
};

/** Stops a check: `found` and `fix` are parts of one sentence each, without the full stop. */
export function fail(found: string, fix: string): never {
  throw new Finding(found, fix);
}
export function ensure(holds: boolean, found: string, fix: string): asserts holds {
  if (!holds) fail(found, fix);
}

/** 'finite-outputs, loss "mse" (case raw, on tf)'. */
export function placeOf(check: string, subject: Partial<RuntimeSubject<Kind>>): string {
  const at = [
    ...(subject.caseName === undefined ? [] : [`case ${subject.caseName}`]),
    ...(subject.mode === undefined ? [] : [`on ${subject.mode}`]),
  ];
  const component = subject.kind === undefined ? '' : `, ${subject.kind} "${subject.id}"`;
  return `${check}${component}${at.length === 0 ? '' : ` (${at.join(', ')})`}`;
}

/** Gives what a check throws the name of the check and of the component. */
export function defineCheck<S>(check: {
  readonly name: string;
  readonly states: string;
  readonly everyCase?: boolean;
  readonly unfit?: (subject: S) => string | undefined;
  readonly run: (subject: S) => void | Promise<void>;
}): Check<S> {
  return {
    ...check,
    async run(subject) {
      try {
        await check.run(subject);
      } catch (error) {
        if (isCoded(error) && error.code === 'E_CONFORMANCE') throw error;
        const place = placeOf(check.name, subject as Partial<RuntimeSubject<Kind>>);
        throw error instanceof Finding ? notConform(place, error) : threw(place, error);
      }
    },
  };
}

/** `unfit` of a costly check that runs here, or always under DUALBEAT_TEST_FULL=1. */
export const costly = (here: boolean): string | undefined =>
  here || process.env['DUALBEAT_TEST_FULL'] === '1'
    ? undefined
    : 'costly: here with DUALBEAT_TEST_FULL=1 only';
