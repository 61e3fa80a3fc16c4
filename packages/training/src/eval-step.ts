/** @file The evaluation step: outputs and scalars of one batch, nothing changes. */
import type { Batch, Masked, Named, Runtime, Tensor } from '@dualbeat/core';
import { bindModel } from './bind-model.ts';
import { stepContext } from './step-context.ts';
import type { StageModules } from './stage-modules.ts';

export type EvalStep = (
  vars: { readonly params: Named; readonly state: Named },
  batch: Batch,
  at: { readonly key: Tensor; readonly firstRow: Tensor; readonly progress: Tensor },
) => { readonly outputs: Named<Masked>; readonly report: Named };

/**
 * The step for `runtime.compile('eval-step', step)`. Random numbers are those of step 0 and of the row's place in
 * its split: an evaluation draws the same masks each time and in any batch size.
 */
export function makeEvalStep(runtime: Runtime, modules: StageModules, stage: string): EvalStep {
  return (vars, batch, { key, firstRow, progress }) => {
    const inputs = { key, step: runtime.tf.scalar(0, 'int32'), firstRow, progress };
    const ctx = stepContext(runtime, inputs, { stage, mode: 'eval', frozen: () => false });
    const model = bindModel(modules, vars, ctx);
    const encoded = modules.task.encode(model, batch, ctx);
    const { loss, parts, report, outputs } = modules.task.objective(model, encoded, batch, ctx);
    const named = Object.entries(parts).map(([name, part]) => [`loss.${name}`, part] as const);
    return { outputs, report: { ...report, ...Object.fromEntries(named), loss } };
  };
}
