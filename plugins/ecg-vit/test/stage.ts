/** @file A masked-autoencoder stage for the tests: modules made by the real host, bound to parameters. */
import { at, openHost, resolvePlugins } from '@dualbeat/core';
import type {
  ArraySpec,
  Context,
  Encoder,
  Head,
  Host,
  Loss,
  Model,
  Module,
  Named,
  Task,
  Tensor,
} from '@dualbeat/core';
import { prefixed } from '@dualbeat/nn';
import type { Specs } from '@dualbeat/nn';

export const openPlugin = (): Promise<Host> =>
  openHost(resolvePlugins(['@dualbeat/ecg-vit'], new URL(import.meta.url).pathname));

/** What the host tells heads about an encoder's view. */
export function headInputs(view: string, encoder: Encoder): Named<ArraySpec> {
  const tokens = encoder.tokens!;
  const count = tokens.grid.reduce((a, b) => a * b, 1);
  const width = at(encoder.params, 'cls').shape[0] as number;
  return {
    [view]: { shape: [encoder.width], dtype: 'float32' },
    [`${view}/tokens`]: { shape: [tokens.prefix + count, width], dtype: 'float32' },
    [`${view}/patches`]: { shape: [...tokens.grid, ...tokens.patch], dtype: 'float32' },
  };
}

export type Stage = {
  readonly encoder: Encoder;
  readonly heads: Named<Head>;
  readonly loss: Loss;
  readonly task: Task;
};
export type StageOptions = {
  readonly shape: readonly number[];
  readonly encoder?: object;
  readonly decoder?: object;
  readonly simsiam?: object;
  readonly loss?: object;
  readonly task?: object;
};

/** A stage over the view `ecg` of the given shape. */
export async function makeStage(host: Host, of: StageOptions): Promise<Stage> {
  const input: ArraySpec = { shape: of.shape, dtype: 'float32' };
  const encoder = await host.create('encoder', { use: 'ecg-vit', options: of.encoder }, { input });
  const from = { inputs: headInputs('ecg', encoder), targets: {} };
  const decoder = await host.create('head', { use: 'vit-decoder', options: of.decoder }, from);
  const heads = {
    decoder,
    ...(of.simsiam === undefined
      ? {}
      : { simsiam: await host.create('head', { use: 'simsiam', options: of.simsiam }, from) }),
  };
  const values = { values: decoder.outputs, targets: {} };
  const loss = await host.create('loss', { use: 'reconstruction', options: of.loss }, values);
  const joined = { encoders: { ecg: encoder }, projectors: {}, loss };
  const task = await host.create('task', { use: 'masked-autoencoder', options: of.task }, joined);
  return { encoder, heads, loss, task };
}

/** Declared variables: 'encoders/ecg/...', then 'heads/<name>/...'. */
export function declared({ encoder, heads }: Stage, of: 'params' | 'state'): Specs {
  const ofHeads = Object.entries(heads).map(([name, head]) => prefixed(head[of], `heads/${name}`));
  return Object.assign({}, prefixed(encoder[of], 'encoders/ecg'), ...ofHeads) as Specs;
}

/** The stage bound to variables; counts calls, threads the state and notes the tokens of each encoder call. */
export function modelOf(
  stage: Stage,
  vars: { readonly params: Named; readonly state: Named },
  ctx: Context,
): Model & { readonly state: Named; readonly tokens: readonly number[] } {
  const state: { [name: string]: Tensor } = { ...vars.state };
  const tokens: number[] = [];
  let calls = 0;
  function call<I, O>(prefix: string, module: Module<I, O>, inputs: I): O {
    const below = (specs: Specs, all: Named): Named =>
      Object.fromEntries(Object.keys(specs).map((name) => [name, at(all, `${prefix}/${name}`)]));
    const result = module.apply(
      { params: below(module.params, vars.params), state: below(module.state, state) },
      inputs,
      { ...ctx, rng: ctx.rng.fold(prefix).fold(String(calls++)) },
    );
    Object.assign(state, prefixed(result.state, prefix));
    return result.outputs;
  }
  return {
    state,
    tokens,
    encode(view, input, request) {
      const encoded = call(`encoders/${view}`, stage.encoder, { ...input, ...request });
      tokens.push(encoded.tokens?.shape[1] ?? 0);
      return encoded;
    },
    project: () => {
      throw new Error('this stage has no projectors');
    },
    head: (name, inputs) => call(`heads/${name}`, at(stage.heads, name), inputs),
    loss: (input) => call('loss', stage.loss, input),
  };
}
