/**
 * @file The gradient of a batch that is encoded in slices (GradCache, arXiv:2101.06983): features of every slice without gradient,
 * the objective once on all of them, then each slice again with the gradient of its own features. Exact for every parameter, for any
 * loss; memory holds the activations of one slice. Traceable; `openSteps` drives them.
 */
import { at as entry } from '@dualbeat/core';
import type { Batch, Context, Named, Runtime } from '@dualbeat/core';
import type { RngCalls } from '@dualbeat/nn';
import { bindModel } from './bind-model.ts';
import type { ModuleCalls } from './bind-model.ts';
import { microBatchNorm } from './errors.ts';
import { mapNamed, pickNamed, prefixed, unprefixed } from './named.ts';
import { stepContext } from './step-context.ts';
import type { StepInputs } from './step-context.ts';
import { frozenFor, splitParams } from './train-step.ts';
import type { Gradients, Vars } from './train-step.ts';
import type { StageModules } from './stage-modules.ts';
import type { StepRule } from './step-rule.ts';

/** Features by slice, in order: names sort as the slices do. */
export type Slices = { readonly [slice: string]: Named };
export const sliceName = (index: number): string => `slice${String(index).padStart(6, '0')}`;

export function makeCachedFeatures(
  runtime: Runtime,
  modules: StageModules,
  rule: StepRule & { readonly batchStatistics?: 'refuse' | 'allow' | undefined },
) {
  const { tf } = runtime;
  const { task } = modules;
  // How often modules and streams were called in `encode`: the objective goes on from there, as in one trace.
  let counted: { readonly calls: ModuleCalls; readonly draws: RngCalls } | null = null;
  const contextOf = (at: StepInputs, draws: RngCalls): Context =>
    stepContext(runtime, at, { ...rule, mode: 'train', frozen: frozenFor(rule), draws });

  /** Features of one slice and the state that it changes; no gradient. Error: E_MICRO_BATCH_NORM. */
  function encode(vars: Vars, slice: Batch, at: StepInputs) {
    const [calls, draws] = [new Map<string, number>(), new Map<string, number>()];
    const ctx = contextOf(at, draws);
    const model = bindModel(modules, vars, ctx, { ...rule, calls });
    const features = task.encode(model, slice, ctx);
    counted = { calls, draws };
    const state = model.changed();
    if (rule.batchStatistics !== 'allow' && Object.keys(state).length > 0)
      throw microBatchNorm(rule.stage, Object.keys(state));
    return { features, state };
  }

  /** The objective on the whole batch: gradients of all parameters that it reads (zeros for the others) and of the features. */
  function objective({ params, state }: Vars, slices: Slices, batch: Batch, at: StepInputs) {
    const { trainable, fixed } = splitParams(params, rule);
    const ctx = contextOf(at, new Map(counted?.draws));
    const calls = new Map(counted?.calls);
    const parts = Object.keys(slices)
      .sort()
      .map((name) => entry(slices, name, 'slice'));
    const all = mapNamed(parts[0] ?? {}, (_, name) =>
      tf.concat(parts.map((part) => entry(part, name, 'feature'))),
    );
    const live = pickNamed(all, (name) => all[name]?.dtype === 'float32');
    const inputs = { ...prefixed('params:', trainable), ...prefixed('features:', live) };
    const { aux, grads } = runtime.valueAndGrad((given) => {
      const own = { params: { ...fixed, ...unprefixed('params:', given) }, state };
      const model = bindModel(modules, own, ctx, { ...rule, calls });
      const features = { ...all, ...unprefixed('features:', given) };
      const { loss, parts: terms, report } = task.objective(model, features, batch, ctx);
      const scalars = { ...report, ...prefixed('loss.', terms), loss };
      return { value: loss, aux: { report: scalars, state: model.changed() } };
    }, inputs);
    const cotangents: { [slice: string]: Named } = {};
    let row = 0;
    for (const [i, part] of parts.entries()) {
      const rows = Object.values(part)[0]?.shape[0] ?? 0;
      const from = row;
      cotangents[sliceName(i)] = mapNamed(unprefixed('features:', grads), (g) =>
        tf.slice(g, [from, ...g.shape.slice(1).map(() => 0)], [rows, ...g.shape.slice(1)]),
      );
      row += rows;
    }
    const found: Gradients = { ...aux, grads: unprefixed('params:', grads) };
    return { ...found, cotangents };
  }

  /** Adds what a slice gives to `grads` (may be donated). Masks and dropout are those of the first pass; its state is dropped. */
  function backward(
    grads: Named,
    { params, state }: Vars,
    slice: Batch,
    cotangents: Named,
    at: StepInputs,
  ) {
    const { trainable, fixed } = splitParams(params, rule);
    const ctx = contextOf(at, new Map());
    const found = runtime.valueAndGrad((given) => {
      const model = bindModel(modules, { params: { ...fixed, ...given }, state }, ctx, rule);
      const features = task.encode(model, slice, ctx);
      const terms = Object.keys(cotangents)
        .sort()
        .map((name) => tf.sum(tf.mul(entry(features, name), entry(cotangents, name))));
      return { value: tf.addN(terms), aux: {} };
    }, trainable);
    const apart = new Set(found.unconnected);
    return {
      grads: mapNamed(grads, (old, name) =>
        apart.has(name) ? old : tf.add(old, entry(found.grads, name)),
      ),
    };
  }

  return { encode, objective, backward };
}
