export * from './tensor.ts';
export type * from './own-ops.ts';
export * from './module.ts';
export * from './host.ts';
export * from './component.ts';
export type * from './runtime.ts';
export type * from './target-set.ts';
export type * from './callback.ts';
export type * from './launch.ts';
