/** @file The evaluation step: outputs, features and scalars of one batch, nothing changes. Whole, or encoded in slices. */
import { at as entry } from '@dualbeat/core';
import type { Batch, Masked, Named, Runtime, Tensor } from '@dualbeat/core';
import { bindModel } from './bind-model.ts';
import type { BoundModel } from './bind-model.ts';
import { mapNamed, prefixed } from './named.ts';
import { stepContext } from './step-context.ts';
import type { StageModules } from './stage-modules.ts';
import type { StepRule } from './step-rule.ts';
import type { Vars } from './train-step.ts';

type EvalAt = { readonly key: Tensor; readonly firstRow: Tensor; readonly progress: Tensor };
export type Evaluated = {
  readonly outputs: Named<Masked>;
  /** 'encoders/<view>' pooled features [B, D], 'projectors/<name>' embeddings. */
  readonly features: Named<Masked>;
  readonly report: Named;
};
export type EvalStep = (vars: Vars, batch: Batch, at: EvalAt) => Evaluated;
/** What the first half of the task made of a slice. */
export type EncodedSlice = { readonly encoded: Named; readonly features: Named<Masked> };

/**
 * The step for `runtime.compile('eval-step', step)`. Random numbers are those of step 0 and of the row's place in
 * its split: an evaluation draws the same masks each time and in any batch size.
 */
export function makeEvalStep(
  runtime: Runtime,
  modules: StageModules,
  rule: Pick<StepRule, 'stage' | 'features'>,
): EvalStep {
  return (vars, batch, at) => {
    const { ctx, model } = bound(runtime, modules, rule, vars, at);
    const encoded = modules.task.encode(model, batch, ctx);
    const { loss, parts, report, outputs } = modules.task.objective(model, encoded, batch, ctx);
    const scalars = { ...report, ...prefixed('loss.', parts), loss };
    return { outputs, features: model.made(), report: scalars };
  };
}

/** The same in two functions: `encode` slice by slice, `objective` once on all of them. Memory holds one slice's activations. */
export function makeSlicedEval(
  runtime: Runtime,
  modules: StageModules,
  rule: Pick<StepRule, 'stage' | 'features'>,
) {
  const { tf } = runtime;
  let draws: ReadonlyMap<string, number> = new Map();
  let calls: ReadonlyMap<string, number> = new Map();
  const gathered = (parts: readonly Named[]): Named =>
    mapNamed(parts[0] ?? {}, (_, name) => tf.concat(parts.map((part) => entry(part, name))));

  return {
    encode(vars: Vars, slice: Batch, at: EvalAt): EncodedSlice {
      const counts = { draws: new Map<string, number>(), calls: new Map<string, number>() };
      const { ctx, model } = bound(runtime, modules, rule, vars, at, counts);
      const encoded = modules.task.encode(model, slice, ctx);
      ({ draws, calls } = counts);
      return { encoded, features: model.made() };
    },
    objective(
      vars: Vars,
      slices: { readonly [slice: string]: EncodedSlice },
      batch: Batch,
      at: EvalAt,
    ): Evaluated {
      const counts = { draws: new Map(draws), calls: new Map(calls) };
      const { ctx, model } = bound(runtime, modules, rule, vars, at, counts);
      const parts = Object.keys(slices)
        .sort()
        .map((name) => entry(slices, name, 'slice'));
      const encoded = gathered(parts.map((part) => part.encoded));
      const {
        loss,
        parts: terms,
        report,
        outputs,
      } = modules.task.objective(model, encoded, batch, ctx);
      const made = mapNamed(parts[0]?.features ?? {}, (_, name) => {
        const each = parts.map(({ features }) => entry(features, name));
        const [values, present] = [each.map((one) => one.values), each.map((one) => one.present)];
        return { values: tf.concat(values), present: tf.concat(present) };
      });
      const scalars = { ...report, ...prefixed('loss.', terms), loss };
      return { outputs, features: { ...made, ...model.made() }, report: scalars };
    },
  };
}

function bound(
  runtime: Runtime,
  modules: StageModules,
  rule: Pick<StepRule, 'stage' | 'features'>,
  vars: Vars,
  at: EvalAt,
  counts: { readonly draws?: Map<string, number>; readonly calls?: Map<string, number> } = {},
): { readonly ctx: ReturnType<typeof stepContext>; readonly model: BoundModel } {
  const inputs = { ...at, step: runtime.tf.scalar(0, 'int32') };
  const ctx = stepContext(runtime, inputs, {
    stage: rule.stage,
    mode: 'eval',
    frozen: () => false,
    draws: counts.draws,
  });
  const { features } = rule;
  return { ctx, model: bindModel(modules, vars, ctx, { features, calls: counts.calls }) };
}
