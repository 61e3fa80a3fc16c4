/** @file The stage's modules bound to their variables for one trace: what tasks call. */
import { at, isCoded } from '@dualbeat/core';
import type { Context, Encoded, Masked, Model, Module, Named, Tensor } from '@dualbeat/core';
import { checkEncoded, checkHead, checkLoss, checkProjected } from './check-shapes.ts';
import { applyFailed } from './errors.ts';
import type { StageModules } from './stage-modules.ts';

/** Calls by module so far: the n-th call of a module draws from its n-th stream. */
export type ModuleCalls = Map<string, number>;
export type BindOptions = {
  /** Views whose batch values are pooled features already: their encoders are not called. */
  readonly features?: ReadonlySet<string> | undefined;
  /** Goes on counting where another trace of the same step stood. */
  readonly calls?: ModuleCalls | undefined;
};
/** A `Model` that also tells what its calls have changed and made so far. */
export type BoundModel = Model & {
  /** State entries that calls have changed, by full name. */
  changed(): Named;
  /** By 'encoders/<view>' pooled features [B, D], by 'projectors/<name>' embeddings, with their rows' presence: of the last call each. */
  made(): Named<Masked>;
};

/**
 * Binds modules to params, state and rng. The state threads from call to call; a module's n-th call draws from
 * the stream '<module>/<n>', so a second call in one step draws anew.
 */
export function bindModel(
  modules: StageModules,
  vars: { readonly params: Named; readonly state: Named },
  ctx: Context,
  { features, calls = new Map() }: BindOptions = {},
): BoundModel {
  const changed: { [name: string]: Tensor } = {};
  const made: { [name: string]: Masked } = {};

  const whoIs = (prefix: string): string => modules.origins?.[prefix] ?? prefix;

  function applied<I, O>(
    prefix: string,
    module: Module<I, O>,
    ...args: Parameters<Module<I, O>['apply']>
  ): ReturnType<Module<I, O>['apply']> {
    try {
      return module.apply(...args);
    } catch (error) {
      throw isCoded(error) ? error : applyFailed(whoIs(prefix), error);
    }
  }

  function call<I, O>(prefix: string, module: Module<I, O>, inputs: I): O {
    const count = calls.get(prefix) ?? 0;
    calls.set(prefix, count + 1);
    const names = Object.keys(module.params);
    const frozen = (name: string): boolean => ctx.frozen(`${prefix}/${name}`);
    const whole = names.length > 0 && names.every(frozen);
    const result = applied(
      prefix,
      module,
      {
        params: below(prefix, names, vars.params),
        state: below(prefix, Object.keys(module.state), { ...vars.state, ...changed }),
      },
      inputs,
      {
        ...ctx,
        rng: ctx.rng.fold(prefix).fold(String(count)),
        mode: whole ? 'eval' : ctx.mode,
        frozen,
      },
    );
    for (const [name, value] of Object.entries(result.state)) changed[`${prefix}/${name}`] = value;
    return result.outputs;
  }

  return {
    encode(view, input: Masked, request = {}): Encoded {
      const prefix = `encoders/${modules.sharedEncoders[view] ?? view}`;
      const encoder = at(modules.encoders, view, 'encoder');
      const rows = input.present.shape[0]; // values are read once: `pooledViews` counts
      const encoded: Encoded =
        features?.has(view) === true
          ? { pooled: input.values }
          : call(prefix, encoder, { ...input, ...request });
      checkEncoded(whoIs(prefix), encoder, rows, encoded, request.keep !== undefined);
      made[`encoders/${view}`] = { values: encoded.pooled, present: input.present };
      return encoded;
    },
    project(name, input) {
      const projector = at(modules.projectors, name, 'projector');
      const values = call(`projectors/${name}`, projector, input);
      checkProjected(whoIs(`projectors/${name}`), projector, values);
      made[`projectors/${name}`] = { values, present: input.present };
      return values;
    },
    head(name, inputs) {
      const head = at(modules.heads, name, 'head');
      const outputs = call(`heads/${name}`, head, inputs);
      const [first] = Object.values(inputs);
      checkHead(whoIs(`heads/${name}`), head, first?.shape[0], outputs);
      return outputs;
    },
    loss(input) {
      const result = call('loss', modules.loss, input);
      checkLoss(whoIs('loss'), result);
      return result;
    },
    changed: () => ({ ...changed }),
    made: () => ({ ...made }),
  };
}

function below(prefix: string, names: readonly string[], all: Named): Named {
  return Object.fromEntries(names.map((name) => [name, at(all, `${prefix}/${name}`, 'variable')]));
}
