/** @file How long a plugin may take. The only place where these numbers stand. */

export type HostLimits = {
  /** Loading the code of one plugin. */
  readonly importMs: number;
  /** Making one component. */
  readonly createMs: number;
  /** Opening a cohort: it may have to look at every file. */
  readonly cohortMs: number;
};
export const defaultHostLimits: HostLimits = {
  importMs: 60_000,
  createMs: 60_000,
  cohortMs: 3_600_000,
};
/** Environment variable that replaces all of them, in seconds. */
export const limitVariable = 'DUALBEAT_PLUGIN_SECONDS';

export function hostLimits(
  own: Partial<HostLimits> = {},
  env: { readonly [name: string]: string | undefined } = process.env,
): HostLimits {
  const seconds = Number(env[limitVariable]);
  const ms = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  const said = ms === undefined ? {} : { importMs: ms, createMs: ms, cohortMs: ms };
  return { ...defaultHostLimits, ...said, ...own };
}
