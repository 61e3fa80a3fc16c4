/** @file The task `supervised`: predict targets from the features of one or more views. */
import { at, defineComponent } from '@dualbeat/core';
import type { Encoder, Loss, Masked, Named, Ops, Task, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { viewWithoutEncoder } from '../errors.ts';

export const supervisedOptions = Type.Object(
  {
    views: Type.Array(Type.String(), {
      minItems: 1,
      default: ['ecg'],
      description: 'Views that are encoded; a row needs all of them.',
    }),
  },
  { additionalProperties: false },
);

/**
 * For each name that the loss uses, the head of that name gives the prediction of the target of that name. Outputs:
 * `<name>` (present where the row has all views) and `<name>/truth`. Error: E_TASK_VIEW.
 */
export function createSupervised(
  { views }: Static<typeof supervisedOptions>,
  from: { readonly encoders: Named<Encoder>; readonly loss: Loss },
): Task {
  for (const view of views) {
    if (!Object.hasOwn(from.encoders, view))
      throw viewWithoutEncoder(view, Object.keys(from.encoders));
  }
  const names = from.loss.uses;
  return {
    accepts: (has) => views.every((view) => has.has(view)) && names.some((name) => has.has(name)),
    encode: (model, batch) =>
      Object.fromEntries(
        views.map((view) => [view, model.encode(view, at(batch.views, view, 'view')).pooled]),
      ),
    objective(model, encoded, batch, { tf }) {
      const present = allPresent(
        tf,
        views.map((view) => at(batch.views, view, 'view')),
      );
      const values = Object.fromEntries(
        names.map((name): [string, Masked] => [
          name,
          { values: at(model.head(name, encoded), name, 'output'), present },
        ]),
      );
      const result = model.loss({ values, targets: batch.targets, subject: batch.subject });
      const truths = Object.fromEntries(
        names.map((name) => [`${name}/truth`, at(batch.targets, name, 'target')]),
      );
      return { ...result, outputs: { ...values, ...truths } };
    },
  };
}

/** bool [B]: the row has every view. */
function allPresent(tf: Ops, inputs: readonly Masked[]): Tensor {
  return inputs.map(({ present }) => present).reduce((a, b) => tf.logicalAnd(a, b));
}

export const supervised = defineComponent({
  kind: 'task',
  id: 'supervised',
  options: supervisedOptions,
  create: createSupervised,
});
