/** @file The plugin host as the rest of the project sees it. */
import type { Component, Kind, Kinds } from '../contracts/component.ts';
import type { Named } from '../contracts/tensor.ts';

/** A component of any kind. */
export type AnyComponent = { [K in Kind]: Component<K> }[Kind];
/** One component as the manifest (`package.json#dualbeat`) lists it. */
export type ManifestEntry = {
  readonly id: string;
  readonly kind: Kind;
  readonly summary: string;
  /** Sub-path of the package's `exports`: '.' or './x'. */
  readonly entry: string;
  readonly cite?: string;
};
export type PluginManifest = {
  /** Versions of @dualbeat/core: '^0.1.0'. */
  readonly range: string;
  readonly components: readonly ManifestEntry[];
};
/** A plugin that was found; none of its code has run. */
export type PluginSource = {
  /** As the experiment names it. */
  readonly specifier: string;
  readonly name: string;
  readonly version: string;
  /** Folder of its package.json. */
  readonly root: string;
  readonly manifest: PluginManifest;
  /** File URL by entry ('.'). */
  readonly entries: Named<string>;
};
export type CatalogueEntry = {
  readonly kind: Kind;
  readonly id: string;
  readonly summary: string;
  readonly plugin: string;
  readonly version: string;
  readonly entry: string;
  readonly cite?: string;
};
/** `url` is the folder of the plugin; `digest` is SHA-256 hex over its content. */
export type LoadedSource = {
  readonly specifier: string;
  readonly url: string;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
};
export interface Host {
  /**
   * Checks the options against the component's schema, fills defaults and makes it. `where` ('stages.mae.loss') leads every message.
   * Errors: E_COMPONENT_UNKNOWN, E_COMPONENT_OPTIONS, E_COMPONENT_CREATE.
   */
  create<K extends Kind>(
    kind: K,
    use: { readonly use: string; readonly options?: unknown },
    from: Kinds[K]['from'],
    where?: string,
  ): Promise<Kinds[K]['makes']>;
  /** Error: E_COMPONENT_UNKNOWN. */
  component<K extends Kind>(kind: K, id: string, where?: string): Component<K>;
  catalogue(): readonly CatalogueEntry[];
  sources(): readonly LoadedSource[];
  close(): void;
}
