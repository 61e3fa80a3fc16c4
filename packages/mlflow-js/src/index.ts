/** @file A thin, typed MLflow 3 client on `fetch`. */
export { openMlflow } from './client.ts';
export type { MlflowClient } from './client.ts';
export { MlflowError, withoutCredentials } from './errors.ts';
export type { MlflowErrorCode } from './errors.ts';
export { limits, safeName } from './names.ts';
export type { MlflowOptions } from './request.ts';
export type { Logged } from './runs.ts';
export type * from './types.ts';
