/** @file Pooled features of frozen encoders, as training would see them. Traceable. */
import type { Batch, Named, Runtime, Tensor } from '@dualbeat/core';
import { at as entry } from '@dualbeat/core';
import { bindModel } from './bind-model.ts';
import type { StageModules } from './stage-modules.ts';
import { stepContext } from './step-context.ts';
import type { Vars } from './train-step.ts';

/** By view, [B, D]. A frozen encoder runs in eval mode, so nothing is drawn. */
export function makeFrozenStep(
  runtime: Runtime,
  modules: StageModules,
  views: readonly string[],
): (vars: Vars, batch: Batch, at: { readonly key: Tensor; readonly zero: Tensor }) => Named {
  return (vars, batch, { key, zero }) => {
    const inputs = { key, step: zero, firstRow: zero, progress: runtime.tf.scalar(0) };
    const options = { stage: 'frozen', mode: 'eval', frozen: () => true } as const;
    const model = bindModel(modules, vars, stepContext(runtime, inputs, options));
    return Object.fromEntries(
      views.map((view) => [view, model.encode(view, entry(batch.views, view, 'view')).pooled]),
    );
  };
}
