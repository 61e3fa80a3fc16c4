/** @file The host side of data: order, splits, transforms, and the loader with its background threads. */
export { epochOrder } from './epoch-order.ts';
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
  LoadedBatch,
  LoadedRows,
  Loader,
  LoaderOptions,
  LoaderStats,
  MakeBatchSource,
  ReadPosition,
} from './batch-source.ts';
