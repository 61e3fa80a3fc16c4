/** @file Types of render.js. */
export type PluginRequest = {
  /** One of `pluginKinds()`. */
  readonly kind: string;
  /** 'acme/tempered'; without a scope inside the workspace. */
  readonly id: string;
  /** 'own': a package of its own; 'workspace': one of this repository's plugins. */
  readonly where: 'own' | 'workspace';
  /** Version of the packages. */
  readonly version: string;
  /** Version or `file:` path by package, beside those that are pinned here; where: 'own' alone. */
  readonly dependencies?: { readonly [name: string]: string };
};
export type StudyRequest = {
  readonly name: string;
  readonly dependencies: { readonly [name: string]: string };
};
/** Text by path, relative to the new folder. */
export type Files = { readonly [path: string]: string };

/** Kinds that have a template, by name. */
export function pluginKinds(): string[];
/** The packages that the experiment of a kind's template needs beside the CLI. */
export function pluginNeeds(kind: string): readonly string[];
/** The packages that a study's experiment needs beside the CLI. */
export const studyNeeds: readonly string[];
/** The files of a plugin package; nothing is written. */
export function renderPlugin(request: PluginRequest): Files;
/** The files of a study folder; nothing is written. */
export function renderStudy(request: StudyRequest): Files;
