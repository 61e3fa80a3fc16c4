/** @file The suites of the kinds that live on the host. */
import type { Case, Check, PluginLike } from '../check.ts';
import * as callback from '../checks/callback.ts';
import type { CallbackOf } from '../checks/callback.ts';
import * as cohort from '../checks/cohort.ts';
import * as figure from '../checks/figure.ts';
import type { FigureOf } from '../checks/figure.ts';
import * as launcher from '../checks/launcher.ts';
import type { LauncherOf } from '../checks/launcher.ts';
import * as metric from '../checks/metric.ts';
import type { MetricOf } from '../checks/metric.ts';
import { createTouchesNothing } from '../checks/no-side-effects.ts';
import { packageChecks } from '../checks/package-checks.ts';
import * as reader from '../checks/reader.ts';
import type { ReaderOf } from '../checks/reader.ts';
import * as search from '../checks/search.ts';
import type { SearchOf } from '../checks/search.ts';
import * as targetSet from '../checks/target-set.ts';
import * as tracker from '../checks/tracker.ts';
import type { TrackerOf } from '../checks/tracker.ts';
import * as transform from '../checks/transform.ts';
import type { TransformOf } from '../checks/transform.ts';
import { makeSuite } from '../suite.ts';
import type { Suite, SuiteOptions } from '../suite.ts';
import type { Kind } from '@dualbeat/core';

type Named = { readonly name?: string; readonly options?: object };
/** `cases` may be left out: the default options. */
type Defaults<C> = Omit<SuiteOptions<C>, 'cases'> & Partial<Pick<SuiteOptions<C>, 'cases'>>;

export type CohortSuite = SuiteOptions<Case<'cohort'>>;
export type ReaderSuite = Defaults<Case<'reader'>> & ReaderOf;
export type TransformSuite = SuiteOptions<Case<'transform'> & TransformOf>;
export type MetricSuite = SuiteOptions<Case<'metric'> & MetricOf>;
export type TargetSetSuite = SuiteOptions<Case<'target-set'>>;
export type CallbackSuite = SuiteOptions<Case<'callback'> & CallbackOf>;
export type FigureSuite = SuiteOptions<Case<'figure'> & FigureOf>;
export type LauncherSuite = SuiteOptions<Case<'launcher'>> & LauncherOf;
export type SearchSuite = Defaults<Case<'search'>> & SearchOf;
export type TrackerSuite = SuiteOptions<Named & TrackerOf>;

const checksOf: { readonly [K in Kind]?: readonly Check<never>[] } = {
  cohort: [
    createTouchesNothing,
    cohort.cohortRows,
    cohort.cohortSplits,
    cohort.cohortRead,
    cohort.cohortPure,
    cohort.cohortDigest,
    cohort.cohortSpecs,
    cohort.cohortErrors,
  ],
  reader: [createTouchesNothing, reader.readerRecognises, reader.readerReads, reader.readerFuzz],
  transform: [
    createTouchesNothing,
    transform.transformOutput,
    transform.transformFinite,
    transform.transformSeeded,
    transform.transformFitted,
    transform.transformTouchesNothing,
  ],
  metric: [
    createTouchesNothing,
    metric.metricValues,
    metric.metricBatches,
    metric.metricAbsent,
    metric.metricPure,
    metric.metricReference,
  ],
  'target-set': [
    createTouchesNothing,
    targetSet.targetSetColumns,
    targetSet.targetSetPure,
    targetSet.targetSetErrors,
  ],
  callback: [
    createTouchesNothing,
    callback.callbackResults,
    callback.callbackMemory,
    callback.callbackTouchesNothing,
  ],
  figure: [createTouchesNothing, figure.figureFiles, figure.figurePure],
  launcher: [
    launcher.launcherRuns,
    launcher.launcherSignals,
    launcher.launcherCancels,
    launcher.launcherHandles,
    launcher.launcherErrors,
  ],
  search: [createTouchesNothing, search.searchPoints, search.searchUsedUp, search.searchPure],
  tracker: [tracker.trackerSends, tracker.trackerIdempotent, tracker.trackerDown],
};

function suiteOf<C extends Named>(kind: Kind, plugin: PluginLike, of: SuiteOptions<C>): Suite {
  return makeSuite(kind, plugin, of, { component: packageChecks, cases: checksOf[kind] ?? [] });
}
const withDefault = <C extends Named, O extends Defaults<C>>(of: O) => ({
  ...of,
  cases: of.cases ?? ([{}] as readonly Named[]),
});

export const cohortSuite = (plugin: PluginLike, of: CohortSuite): Suite =>
  suiteOf('cohort', plugin, of);
export const readerSuite = (plugin: PluginLike, of: ReaderSuite): Suite =>
  suiteOf('reader', plugin, withDefault(of));
export const transformSuite = (plugin: PluginLike, of: TransformSuite): Suite =>
  suiteOf('transform', plugin, of);
export const metricSuite = (plugin: PluginLike, of: MetricSuite): Suite =>
  suiteOf('metric', plugin, of);
export const targetSetSuite = (plugin: PluginLike, of: TargetSetSuite): Suite =>
  suiteOf('target-set', plugin, of);
export const callbackSuite = (plugin: PluginLike, of: CallbackSuite): Suite =>
  suiteOf('callback', plugin, of);
export const figureSuite = (plugin: PluginLike, of: FigureSuite): Suite =>
  suiteOf('figure', plugin, of);
export const launcherSuite = (plugin: PluginLike, of: LauncherSuite): Suite =>
  suiteOf('launcher', plugin, of);
export const searchSuite = (plugin: PluginLike, of: SearchSuite = {}): Suite =>
  suiteOf('search', plugin, withDefault(of));
export const trackerSuite = (plugin: PluginLike, of: TrackerSuite): Suite =>
  suiteOf('tracker', plugin, of);
