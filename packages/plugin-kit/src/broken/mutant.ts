/** @file Deliberately broken components: each is healthy but for one thing, which one check must catch. */
import { defineComponent } from '@dualbeat/core';
import type { AnyComponent, Component, Kind, Kinds } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Mode, PluginLike } from '../check.ts';
import type { Suite } from '../suite.ts';

export type Mutant = {
  /** The check that must catch it. */
  readonly check: string;
  /** What is broken. */
  readonly what: string;
  readonly suite: Suite;
  /** Where it shows; without it: on the host or on js. */
  readonly on?: Mode;
};
/** A kind's healthy suite and what can go wrong with it. */
export type Family = { readonly healthy: Suite; readonly mutants: readonly Mutant[] };

/** A component without a package; its one option is there to be documented. */
export function inMemory<K extends Kind>(
  kind: K,
  create: (from: Kinds[K]['from']) => Kinds[K]['makes'] | Promise<Kinds[K]['makes']>,
): PluginLike {
  const options = Type.Object(
    { scale: Type.Number({ default: 1, description: 'A factor that nothing reads.' }) },
    { additionalProperties: false },
  );
  const component = defineComponent({
    kind,
    id: 'kit/broken',
    options,
    create: (_options, from) => create(from),
  } as Component<K>);
  return { name: 'broken', components: [component as unknown as AnyComponent] };
}
