/** @file Conformance suites for plugin authors, in vitest. Without vitest: `@dualbeat/plugin-kit/report`. */
import type { PluginLike } from './check.ts';
import { describeSuite } from './describe.ts';
import * as suites from './suites/index.ts';

export const describeEncoder = (plugin: PluginLike, of: suites.EncoderSuite): void =>
  describeSuite(suites.encoderSuite(plugin, of));
export const describeProjector = (plugin: PluginLike, of: suites.ProjectorSuite): void =>
  describeSuite(suites.projectorSuite(plugin, of));
export const describeLoss = (plugin: PluginLike, of: suites.LossSuite): void =>
  describeSuite(suites.lossSuite(plugin, of));
export const describeHead = (plugin: PluginLike, of: suites.HeadSuite): void =>
  describeSuite(suites.headSuite(plugin, of));
export const describeTask = (plugin: PluginLike, of: suites.TaskSuite): void =>
  describeSuite(suites.taskSuite(plugin, of));
export const describeOptimizer = (plugin: PluginLike, of: suites.OptimizerSuite = {}): void =>
  describeSuite(suites.optimizerSuite(plugin, of));
export const describeSchedule = (plugin: PluginLike, of: suites.ScheduleSuite = {}): void =>
  describeSuite(suites.scheduleSuite(plugin, of));
export const describeCohort = (plugin: PluginLike, of: suites.CohortSuite): void =>
  describeSuite(suites.cohortSuite(plugin, of));
export const describeReader = (plugin: PluginLike, of: suites.ReaderSuite): void =>
  describeSuite(suites.readerSuite(plugin, of));
export const describeTransform = (plugin: PluginLike, of: suites.TransformSuite): void =>
  describeSuite(suites.transformSuite(plugin, of));
export const describeMetric = (plugin: PluginLike, of: suites.MetricSuite): void =>
  describeSuite(suites.metricSuite(plugin, of));
export const describeTargetSet = (plugin: PluginLike, of: suites.TargetSetSuite): void =>
  describeSuite(suites.targetSetSuite(plugin, of));
export const describeCallback = (plugin: PluginLike, of: suites.CallbackSuite): void =>
  describeSuite(suites.callbackSuite(plugin, of));
export const describeFigure = (plugin: PluginLike, of: suites.FigureSuite): void =>
  describeSuite(suites.figureSuite(plugin, of));
export const describeLauncher = (plugin: PluginLike, of: suites.LauncherSuite): void =>
  describeSuite(suites.launcherSuite(plugin, of));
export const describeSearch = (plugin: PluginLike, of: suites.SearchSuite = {}): void =>
  describeSuite(suites.searchSuite(plugin, of));
export const describeTracker = (plugin: PluginLike, of: suites.TrackerSuite): void =>
  describeSuite(suites.trackerSuite(plugin, of));

export { describeSuite, withRuntimes } from './describe.ts';
export * from './report.ts';
