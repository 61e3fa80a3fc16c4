export { availableRuntimes, openRuntime, type RuntimeOptions } from './open-runtime.ts';
export * from './install/index.ts';
