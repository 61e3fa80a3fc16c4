/** @file The task `supervised`: predict targets from the features of one or more views. */
import { at, defineComponent } from '@dualbeat/core';
import type { Kinds, Masked, Named, Ops, Task, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { viewWithoutEncoder } from '../errors.ts';

export const supervisedOptions = Type.Object(
  {
    views: Type.Array(Type.String(), {
      minItems: 1,
      uniqueItems: true,
      default: ['ecg'],
      description: 'Views that are encoded; a row needs all of them.',
    }),
  },
  { additionalProperties: false },
);

const embedding = 'embeddings/';

/**
 * For each name that the loss uses, the head of that name gives the prediction of the target of that name. Heads get
 * the pooled features by view and, where one of them asks for it, `<view>/tokens` and `embeddings/<projector>`; and
 * `present` (bool [B]). Outputs: `<name>` (present where the row has all views) and `<name>/truth`.
 * Phenotype pre-training, a probe and fine-tuning are this task with different `init` and `freeze`.
 * Errors: E_TASK_VIEW, E_NAME_UNKNOWN.
 */
export function createSupervised(
  { views }: Static<typeof supervisedOptions>,
  from: Kinds['task']['from'],
): Task {
  const wanted = new Set(
    Object.values(from.heads ?? {}).flatMap(({ inputs }) => Object.keys(inputs)),
  );
  const projected = [...wanted]
    .filter((name) => name.startsWith(embedding))
    .map((name) => name.slice(embedding.length));
  const projectedViews = projected.map((name) => at(from.projectors, name, 'projector').view);
  for (const view of [...views, ...projectedViews]) {
    if (!views.includes(view) || !Object.hasOwn(from.encoders, view))
      throw viewWithoutEncoder(view, Object.keys(from.encoders), views);
  }
  const names = from.loss.uses;
  const everyView = (tf: Ops, inputs: Named<Masked>): Tensor =>
    views
      .map((view) => rowPresent(tf, at(inputs, view, 'view')))
      .reduce((a, b) => tf.logicalAnd(a, b));
  return {
    accepts: (has) => views.every((view) => has.has(view)) && names.some((name) => has.has(name)),
    encode(model, batch) {
      const encoded: { [name: string]: Tensor } = {};
      for (const view of views) {
        const tokens = wanted.has(`${view}/tokens`);
        const features = model.encode(view, at(batch.views, view, 'view'), { tokens });
        encoded[view] = features.pooled;
        if (features.tokens !== undefined && tokens) encoded[`${view}/tokens`] = features.tokens;
      }
      return encoded;
    },
    objective(model, encoded, batch, { tf }) {
      const present = everyView(tf, batch.views);
      const embeddings = projected.map((name) => {
        const { view } = at(from.projectors, name, 'projector');
        const input = { values: at(encoded, view), present: rowPresent(tf, at(batch.views, view)) };
        return [`${embedding}${name}`, model.project(name, input)] as const;
      });
      const features = { ...encoded, ...Object.fromEntries(embeddings), present };
      const values = Object.fromEntries(
        names.map((name): [string, Masked] => [
          name,
          { values: at(model.head(name, features), name, 'output'), present },
        ]),
      );
      const result = model.loss({ values, targets: batch.targets, subject: batch.subject });
      const truths = names
        .filter((name) => Object.hasOwn(batch.targets, name))
        .map((name) => [`${name}/truth`, at(batch.targets, name, 'target')] as const);
      return { ...result, outputs: { ...values, ...Object.fromEntries(truths) } };
    },
  };
}

/** bool [B]: the row has the view, or some of its values where they are present one by one (covariates). */
function rowPresent(tf: Ops, { present }: Masked): Tensor {
  if (present.rank === 1) return present;
  return tf.any(
    present,
    present.shape.slice(1).map((_, i) => i + 1),
  );
}

export const supervised = defineComponent({
  kind: 'task',
  id: 'supervised',
  options: supervisedOptions,
  views: ({ views }) => views,
  create: createSupervised,
});
