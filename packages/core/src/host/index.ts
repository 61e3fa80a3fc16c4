export type * from './types.ts';
export { definePlugin } from './define-plugin.ts';
export { kinds, componentToken, CATALOGUE } from './kinds.ts';
export { manifestSchema } from './manifest.ts';
export { coreVersion, openHost } from './open-host.ts';
export { packageDigest } from './package-digest.ts';
export { resolvePlugins } from './resolve-plugins.ts';
export { satisfies } from './range.ts';
