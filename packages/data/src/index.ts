/** @file The host side of data: order, splits, transforms, and the loader with its background threads. */
export { epochOrder, samplerVersion, type EpochOrderOptions } from './epoch-order.ts';
export { splitSubjects } from './split-subjects.ts';
export {
  applyTransforms,
  fitTransforms,
  type FittedTransform,
  type NamedTransform,
  type TransformPosition,
} from './apply-transforms.ts';
export { openLoader } from './loader.ts';
export type {
  BatchPlan,
  BatchSource,
  CorruptPolicy,
  LoaderStall,
  ReadFailure,
  StallLimits,
  LoadedBatch,
  LoadedRows,
  Loader,
  LoaderOptions,
  LoaderStats,
  MakeBatchSource,
  ReadPosition,
} from './batch-source.ts';
export { createStore, schemaOf, type StoreOptions } from './store/create-store.ts';
export { openStore, type Store } from './store/open-store.ts';
export { appendRecords, openWriter, type StoreWriter } from './store/open-writer.ts';
export type * from './store/types.ts';
export { openSiteKey, siteKeyFile, siteKeyFrom, type SiteKey } from './ids/site-key.ts';
export { redact, shortHash } from './ids/redact.ts';
export { storeCohort, covariatesView, type StoreCohortOptions } from './store/store-cohort.ts';
export {
  pairRecords,
  parsePairing,
  type PairableRecord,
  type PairedRow,
  type Pairing,
} from './store/pair-records.ts';
export { verifyStore, type Problem, type Verified } from './store/verify-store.ts';
export { findDuplicates, type Duplicate } from './store/duplicates.ts';
export { makeSplit, type SplitParts, type SplitSubject } from './split/make-split.ts';
export { readSplit, storeSplit, type SplitRecipe } from './split/stored-split.ts';
export { withdraw, type Withdrawn } from './store/withdraw.ts';
export { mergeStores } from './store/merge-stores.ts';
export {
  describeStore,
  type ColumnSummary,
  type NumberSummary,
  type PartSummary,
  type StoreSummary,
} from './store/describe-store.ts';
export {
  importCohort,
  rejectedFile,
  type ImportOptions,
  type ImportProgress,
  type ImportReport,
} from './import/import-cohort.ts';
export type * from './import/import-source.ts';
export {
  downloadSet,
  type DownloadOptions,
  type DownloadProgress,
  type Downloaded,
} from './download/download-set.ts';
export { openSets, type OpenSet } from './download/open-sets.ts';
export { setUnknown as downloadSetUnknown } from './download/errors.ts';
export { markRuns, withdrawnMark, type MarkedRun } from './store/mark-runs.ts';
