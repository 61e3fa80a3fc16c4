/** @file The part of a network: variables and what is done with them; and chains of parts, named. */
import type { Context, Named, Tensor } from '@dualbeat/core';
import { prefixed, scopeVars, within } from '@dualbeat/nn';
import type { Specs, Vars } from '@dualbeat/nn';

/** What every part of a network is told beside its input. */
export type At = {
  readonly ctx: Context;
  /** bool [B]: rows that count in the statistics of a batch. */
  readonly present: Tensor;
};
export type Applied = { readonly outputs: Tensor; readonly state: Named };
/** x [B, ...] -> [B, ...]; `state`: the changed entries only. */
export type Layer = {
  readonly params: Specs;
  readonly state: Specs;
  apply(vars: Vars, x: Tensor, at: At): Applied;
};

/** A layer without state. */
export function stateless(
  params: Specs,
  run: (params: Named, x: Tensor, ctx: Context) => Tensor,
): Layer {
  return {
    params,
    state: {},
    apply: (vars, x, { ctx }) => ({ outputs: run(vars.params, x, ctx), state: {} }),
  };
}

/** Layers by name: their variables are `<name>/...`. */
export type Parts = { readonly [name: string]: Layer };

/** The variables of all parts, in their order. */
export function specsOf(parts: Parts, of: 'params' | 'state'): Specs {
  const each = Object.entries(parts).map(([name, part]) => prefixed(part[of], name));
  return Object.assign({}, ...each) as Specs;
}

/** Calls parts by name, each with its own variables and random numbers, and gathers the state that they change. */
export function caller<P extends Parts>(parts: P, vars: Vars, at: At) {
  const state: { [name: string]: Tensor } = {};
  return {
    state: state as Named,
    call(name: keyof P & string, x: Tensor): Tensor {
      const part = parts[name] as Layer;
      const ctx = within(at.ctx, name);
      const applied = part.apply(scopeVars(vars, name), x, { ...at, ctx });
      Object.assign(state, prefixed(applied.state, name));
      return applied.outputs;
    },
  };
}

/** A layer of named parts; `run` says how they meet. */
export function joined<P extends Parts>(
  parts: P,
  run: (call: (name: keyof P & string, x: Tensor) => Tensor, x: Tensor, ctx: Context) => Tensor,
): Layer {
  return {
    params: specsOf(parts, 'params'),
    state: specsOf(parts, 'state'),
    apply(vars, x, at) {
      const { call, state } = caller(parts, vars, at);
      return { outputs: run(call, x, at.ctx), state };
    },
  };
}

/** One part after the other. */
export const chain = (parts: Parts): Layer =>
  joined(parts, (call, x) => Object.keys(parts).reduce((y, name) => call(name, y), x));

/** Parts named 0, 1, ...: 'stages/0/1/...'. */
export const numbered = (parts: readonly Layer[]): Layer =>
  chain(Object.fromEntries(parts.map((part, i) => [String(i), part])));
