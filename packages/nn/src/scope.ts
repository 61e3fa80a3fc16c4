/** @file Names of variables below a module: scoping, prefixing, and a context that speaks a part's names. */
import type { Context, Named, VariableSpec } from '@dualbeat/core';

/** Declared variables by name; the order is the order of counting and saving. */
export type Specs = Named<VariableSpec>;
/** What `Module.apply` is given. */
export type Vars = { readonly params: Named; readonly state: Named };

/**
 * The entries below `prefix`, with the prefix removed.
 * @example scope({ 'blocks/0/norm1/weight': w }, 'blocks/0') // { 'norm1/weight': w }
 */
export function scope<T>(named: Named<T>, prefix: string): Named<T> {
  const start = `${prefix}/`;
  return Object.fromEntries(
    Object.entries(named)
      .filter(([name]) => name.startsWith(start))
      .map(([name, value]) => [name.slice(start.length), value]),
  );
}

/** Params and state below `prefix`. */
export function scopeVars(vars: Vars, prefix: string): Vars {
  return { params: scope(vars.params, prefix), state: scope(vars.state, prefix) };
}

/** The same entries under `prefix`: the inverse of `scope`. */
export function prefixed<T>(named: Named<T>, prefix: string): Named<T> {
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [`${prefix}/${name}`, value]),
  );
}

/** The context of a part: random numbers and `frozen` go by the part's own names. */
export function within(ctx: Context, prefix: string): Context {
  return {
    ...ctx,
    rng: ctx.rng.fold(prefix),
    frozen: (name) => ctx.frozen(`${prefix}/${name}`),
  };
}
