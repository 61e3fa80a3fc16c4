/** @file The task `align`: views of a row meet in one space (paper, Fig. 1B). */
import { at, defineComponent } from '@dualbeat/core';
import type { Batch, Kinds, Masked, Model, Named, Ops, Task, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { projectorWithoutEncoder, valueWithoutSource } from '../errors.ts';
import { tokenPlan } from './token-plan.ts';
import type { TokenPlan } from './token-plan.ts';

export const alignOptions = Type.Object(
  {
    tokenAxis: Type.Record(Type.String(), Type.Integer({ minimum: 0 }), {
      default: {},
      description:
        'For losses over tokens, by embedding: the axis of the token grid that the tokens run along; the others are averaged. Absent: all tokens, in their order.',
    }),
  },
  { additionalProperties: false },
);

/**
 * Encodes the views whose embeddings the loss uses, no other; projectors see the whole batch, so that their norms and the
 * loss do not depend on micro-batches. Embeddings are named by projector: `ecg2: { view: ecg }` gives the ECG a second.
 * Values of the loss that are no projector are predictions of the head of that name. Outputs: each embedding, the
 * difference `<b>-<a>` of each two embeddings of one view, and predictions with `<name>/truth`.
 * Errors: E_ALIGN_VALUE, E_ALIGN_VIEW, E_ALIGN_TOKENS, E_ALIGN_AXIS.
 */
export function createAlign(
  { tokenAxis }: Static<typeof alignOptions>,
  from: Kinds['task']['from'],
): Task {
  const { encoders, loss } = from;
  const heads = from.heads ?? {};
  const embeddings = loss.uses.filter((name) => Object.hasOwn(from.projectors, name));
  const predictions = loss.uses.filter((name) => !embeddings.includes(name));
  for (const name of predictions) {
    if (!Object.hasOwn(heads, name))
      throw valueWithoutSource(name, Object.keys(from.projectors), Object.keys(heads));
  }
  const viewOf = (name: string): string => at(from.projectors, name, 'projector').view;
  const plans: { [name: string]: TokenPlan } = {};
  for (const name of embeddings) {
    const view = viewOf(name);
    if (!Object.hasOwn(encoders, view))
      throw projectorWithoutEncoder(name, view, Object.keys(encoders));
    if (loss.tokens?.includes(name) === true)
      plans[name] = tokenPlan(name, view, at(encoders, view), tokenAxis[name]);
  }
  const read = predictions.flatMap((name) => Object.keys(at(heads, name, 'head').inputs));
  const views = unique([
    ...embeddings.map(viewOf),
    ...read.map((name) => name.split('/')[0] as string).filter((view) => view in encoders),
  ]);
  const tokenViews = new Set([
    ...Object.keys(plans).map(viewOf),
    ...read.filter((name) => name.endsWith('/tokens')).map((name) => name.slice(0, -7)),
  ]);
  const siblings = embeddings.flatMap((a, i) =>
    embeddings
      .slice(i + 1)
      .filter((b) => viewOf(a) === viewOf(b) && !(a in plans) && !(b in plans))
      .map((b) => [a, b] as const),
  );

  function project(model: Model, encoded: Named, batch: Batch, tf: Ops, name: string): Masked {
    const view = viewOf(name);
    const { present } = at(batch.views, view, 'view');
    const plan = plans[name];
    const values =
      plan === undefined ? at(encoded, view) : plan(tf, at(encoded, `${view}/tokens`, 'tokens'));
    return { values: model.project(name, { values, present }), present };
  }

  return {
    // A row teaches where it has two views to compare, or all that a head reads.
    accepts: (has) => {
      const there = views.filter((view) => has.has(view)).length;
      return there >= Math.min(2, views.length);
    },
    encode(model, batch) {
      const encoded: { [name: string]: Tensor } = {};
      for (const view of views) {
        const tokens = tokenViews.has(view);
        const features = model.encode(view, at(batch.views, view, 'view'), { tokens });
        encoded[view] = features.pooled;
        if (tokens && features.tokens !== undefined) encoded[`${view}/tokens`] = features.tokens;
      }
      return encoded;
    },
    objective(model, encoded, batch, { tf }) {
      const values: { [name: string]: Masked } = {};
      for (const name of embeddings) values[name] = project(model, encoded, batch, tf, name);
      const features = {
        ...encoded,
        ...Object.fromEntries(
          Object.entries(values).map(([name, { values: x }]) => [`embeddings/${name}`, x]),
        ),
      };
      for (const name of predictions) {
        const used = viewsRead(name).map((view) => at(batch.views, view, 'view').present);
        const present = used.reduce((a, b) => tf.logicalAnd(a, b));
        const output = at(model.head(name, { ...features, present }), name, 'output');
        values[name] = { values: output, present };
      }
      const result = model.loss({ values, targets: batch.targets, subject: batch.subject });
      const truths = Object.entries(batch.targets).map(
        ([name, target]) => [`${name}/truth`, target] as const,
      );
      const differences = siblings.map(([a, b]) => {
        const [x, y] = [at(values, a), at(values, b)];
        const masked = { values: tf.sub(y.values, x.values), present: x.present };
        return [`${b}-${a}`, masked] as const;
      });
      const vectors = Object.entries(values).filter(([name]) => !(name in plans));
      const outputs = Object.fromEntries<Masked>([...vectors, ...differences, ...truths]);
      return { ...result, outputs };
    },
  };

  /** Views behind the inputs of a head. */
  function viewsRead(name: string): readonly string[] {
    return unique(
      Object.keys(at(heads, name, 'head').inputs).map((input) => {
        const [first, second] = input.split('/') as [string, string | undefined];
        return first === 'embeddings' && second !== undefined ? viewOf(second) : first;
      }),
    );
  }
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

export const align = defineComponent({
  kind: 'task',
  id: 'align',
  options: alignOptions,
  views: (_options, { projectors }) => unique(Object.values(projectors).map(({ view }) => view)),
  create: createAlign,
});
