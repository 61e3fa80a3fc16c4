export { openRuntime, type RuntimeOptions } from './open-runtime.ts';
