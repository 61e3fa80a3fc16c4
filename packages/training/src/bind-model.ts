/** @file The stage's modules bound to their variables for one trace: what tasks call. */
import { at } from '@dualbeat/core';
import type { Context, Masked, Model, Module, Named, Tensor } from '@dualbeat/core';
import type { StageModules } from './stage-modules.ts';

/** A `Model` that also tells the state after the calls so far. */
export type BoundModel = Model & {
  /** The whole state by full name; unchanged entries are the ones that came in. */
  state(): Named;
};

/**
 * Binds modules to params, state and rng. The state threads from call to call; a module's n-th call draws from
 * the stream '<module>/<n>', so a second call in one step draws anew.
 */
export function bindModel(
  modules: StageModules,
  vars: { readonly params: Named; readonly state: Named },
  ctx: Context,
): BoundModel {
  const state: { [name: string]: Tensor } = { ...vars.state };
  const calls = new Map<string, number>();

  function call<I, O>(prefix: string, module: Module<I, O>, inputs: I): O {
    const count = calls.get(prefix) ?? 0;
    calls.set(prefix, count + 1);
    const names = Object.keys(module.params);
    const frozen = (name: string): boolean => ctx.frozen(`${prefix}/${name}`);
    const whole = names.length > 0 && names.every(frozen);
    const result = module.apply(
      {
        params: below(prefix, names, vars.params),
        state: below(prefix, Object.keys(module.state), state),
      },
      inputs,
      {
        ...ctx,
        rng: ctx.rng.fold(prefix).fold(String(count)),
        mode: whole ? 'eval' : ctx.mode,
        frozen,
      },
    );
    for (const [name, value] of Object.entries(result.state)) state[`${prefix}/${name}`] = value;
    return result.outputs;
  }

  return {
    encode: (view, input: Masked, request = {}) =>
      call(
        `encoders/${modules.sharedEncoders[view] ?? view}`,
        at(modules.encoders, view, 'encoder'),
        { ...input, ...request },
      ),
    project: (name, input) =>
      call(`projectors/${name}`, at(modules.projectors, name, 'projector'), input),
    head: (name, inputs) => call(`heads/${name}`, at(modules.heads, name, 'head'), inputs),
    loss: (input) => call('loss', modules.loss, input),
    state: () => ({ ...state }),
  };
}

function below(prefix: string, names: readonly string[], all: Named): Named {
  return Object.fromEntries(names.map((name) => [name, at(all, `${prefix}/${name}`, 'variable')]));
}
