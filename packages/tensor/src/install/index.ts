/** @file Installing, finding and checking the compute libraries; loads no tensor library. */
export { cacheFolder, type Env } from './cache-folder.ts';
export { planInstall, type Device, type InstallPlan } from './plan-install.ts';
export { installRuntime, type InstallOptions } from './install-runtime.ts';
export { locateRuntime, type InstalledRuntime } from './locate-runtime.ts';
export { preflight, NODE_NEEDED, type Check } from './preflight.ts';
export type { FetchWheel } from './fetch-wheel.ts';
export type { PinnedWheel } from './wheels.ts';
