export {
  availableRuntimes,
  openRuntime,
  requireRuntime,
  type RuntimeOptions,
} from './open-runtime.ts';
export * from './install/index.ts';
