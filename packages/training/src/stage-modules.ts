/** @file The modules of one stage, under the names that their variables carry. */
import type {
  Encoder,
  Head,
  Loss,
  Module,
  Named,
  Optimizer,
  Projector,
  Task,
  VariableSpec,
} from '@dualbeat/core';

/** Everything that a stage trains with. Encoders are named by view, projectors and heads by their own names. */
export type StageModules = {
  readonly encoders: Named<Encoder>;
  /** Views whose encoder is another view's: the name under which the parameters stand. */
  readonly sharedEncoders: Named<string>;
  readonly projectors: Named<Projector>;
  readonly heads: Named<Head>;
  readonly loss: Loss;
  readonly task: Task;
  readonly optimizer: Optimizer;
  /** For messages, by prefix ('encoders/ecg'): component, plugin, version and stage. */
  readonly origins?: Named<string>;
};

/** Variables of all modules by full name: 'encoders/ecg/cls', 'heads/decoder/...', 'projectors/ecg/...', 'loss/...'. */
export type StageVariables = {
  readonly params: Named<VariableSpec>;
  readonly state: Named<VariableSpec>;
};

type AnyModule = Pick<Module<never, unknown>, 'params' | 'state'>;

/** The modules by prefix, in the order in which they are listed, counted and saved. */
export function modulesByPrefix(modules: StageModules): readonly (readonly [string, AnyModule])[] {
  const named = (kind: string, of: Named<AnyModule>): (readonly [string, AnyModule])[] =>
    Object.entries(of).map(([name, module]) => [`${kind}/${name}`, module]);
  const own = Object.entries(modules.encoders).filter(
    ([view]) => !Object.hasOwn(modules.sharedEncoders, view),
  );
  return [
    ...named('encoders', Object.fromEntries(own)),
    ...named('heads', modules.heads),
    ...named('projectors', modules.projectors),
    ['loss', modules.loss],
  ];
}

/** The declared variables of a stage by full name. */
export function stageVariables(modules: StageModules): StageVariables {
  const params: { [name: string]: VariableSpec } = {};
  const state: { [name: string]: VariableSpec } = {};
  for (const [prefix, module] of modulesByPrefix(modules)) {
    for (const [name, spec] of Object.entries(module.params)) params[`${prefix}/${name}`] = spec;
    for (const [name, spec] of Object.entries(module.state)) state[`${prefix}/${name}`] = spec;
  }
  return { params, state };
}

/** Number of values in some variables. */
export function countValues(specs: Named<VariableSpec>): number {
  return Object.values(specs).reduce((n, spec) => n + spec.shape.reduce((a, b) => a * b, 1), 0);
}
