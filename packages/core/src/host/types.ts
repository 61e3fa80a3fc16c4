/** @file The plugin host as the rest of the project sees it. */
import type { Component, Kind, Kinds } from '../contracts/component.ts';
import type { Named } from '../contracts/tensor.ts';
import type { HostLimits } from './limits.ts';

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
  /** What its author claims; absent: a third party's, of which nothing is known. */
  readonly tested?: Tested;
};
/** 'yes': on the hardware or service that it is for; 'schema only': what it writes was checked, nothing was run. */
export type Tested = 'yes' | 'no' | 'schema only';
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
  readonly tested?: Tested;
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
   * Errors: E_COMPONENT_UNKNOWN, E_COMPONENT_OPTIONS, E_COMPONENT_CREATE, E_COMPONENT_MADE, E_EXPERIMENT_WIRING, E_PLUGIN_HANGS, E_PLUGIN_EXITS.
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
  /** The same array at each call. */
  sources(): readonly LoadedSource[];
  /** A host with the same plugins whose components are released on their own, and before those of this one. */
  child(): Host;
  /**
   * Releases what was made, in reverse order of creation: components with a `close()`, `dispose()` or a disposer. Does not
   * wait for those that take their time, and does not tell of those that fail; `release` does.
   */
  close(): void;
  /** Error: E_COMPONENT_CLOSE, after all others were released. */
  release(): Promise<void>;
}
/** What the host is doing with code of a plugin. */
export type Doing = {
  /** Name and version. */
  readonly plugin: string;
  /** 'being loaded', 'making the loss "acme/x"'. */
  readonly what: string;
  readonly where?: string;
  /** It is ended after so long. */
  readonly limitMs: number;
};
export type HostOptions = {
  readonly limits?: Partial<HostLimits>;
  /** Told before code of a plugin runs, and null after. */
  readonly onDoing?: ((doing: Doing | null) => void) | undefined;
};
