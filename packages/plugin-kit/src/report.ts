/** @file The kit without vitest: suites as data, the conformance report, and helpers of tests. */
export { conformanceReport, runSuite } from './conformance-report.ts';
export type { CheckResult, ComponentReport, ConformanceReport } from './conformance-report.ts';
export type { Case, Check, Mode, PluginLike, Skip } from './check.ts';
export type { Suite, SuiteOptions, SuiteTest } from './suite.ts';
export * from './suites/index.ts';
export { fuzzReader, type FuzzOptions } from './fuzz-reader.ts';
export { openPlugin } from './load-plugin.ts';
export { eagerOf, runtimeNames } from './modes.ts';
export {
  gainEncoder,
  tinyEncoder,
  tinyHead,
  tinyLoss,
  tinyOptimizer,
  tinySchedule,
} from './stage/tiny.ts';
export {
  array,
  bools,
  count,
  distance,
  fill,
  integers,
  numbers,
  randomArray,
  sequence,
  sum,
} from './support/arrays.ts';
export { optionTable } from './support/option-table.ts';
export { contextOf, open, run, upload } from './support/runtime-tests.ts';
