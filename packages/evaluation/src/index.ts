/** @file Metrics as pure functions of paired numbers. */
export { auroc, averagePrecision } from './auroc.ts';
export { concordance } from './concordance.ts';
export { pearson, spearman } from './correlation.ts';
export { mae, nmse, r2, rmse } from './regression.ts';
export { mean, quantile } from './summary.ts';
export { undefinedBecause } from './values.ts';
export type { Values } from './values.ts';
