/** @file The loss `sum`: several losses with weights. */
import { defineComponent } from '@dualbeat/core';
import type { Kinds, Loss, Named } from '@dualbeat/core';
import { prefixed, scopeVars, within } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { cannotMakeTerms } from '../errors.ts';

export const sumOptions = Type.Object(
  {
    terms: Type.Record(
      Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$' }),
      Type.Object(
        {
          use: Type.String({ minLength: 1, description: 'Id of the loss.' }),
          options: Type.Object({}, { default: {}, description: 'Its options.' }),
          weight: Type.Number({ minimum: 0, default: 1, description: 'Factor of the loss.' }),
        },
        { additionalProperties: false },
      ),
      {
        minProperties: 1,
        additionalProperties: false,
        description: 'Losses by a name of your choice; a weight of 0 leaves the term out.',
      },
    ),
  },
  { additionalProperties: false },
);

/**
 * Parts: the weighted loss of each term. Report: what the terms report; where two report the same name, `<term>.<name>`.
 * Parameters stand below the term's name. Errors: E_LOSS_TERMS, and those of the terms.
 */
export async function createSum(
  { terms }: Static<typeof sumOptions>,
  from: Kinds['loss']['from'],
): Promise<Loss> {
  const { create } = from;
  if (create === undefined) throw cannotMakeTerms();
  const used: { readonly name: string; readonly weight: number; readonly loss: Loss }[] = [];
  for (const [name, { use, options, weight }] of Object.entries(terms))
    if (weight > 0) used.push({ name, weight, loss: await create({ use, options }) });
  if (used.length === 0) throw cannotMakeTerms();
  const joined = <T>(of: (loss: Loss) => Named<T>): Named<T> =>
    Object.assign({}, ...used.map(({ name, loss }) => prefixed(of(loss), name)));
  const every = (of: (loss: Loss) => readonly string[]): readonly string[] => [
    ...new Set(used.flatMap(({ loss }) => of(loss))),
  ];
  return {
    params: joined(({ params }) => params),
    state: joined(({ state }) => state),
    uses: every(({ uses }) => uses),
    tokens: every(({ tokens }) => tokens ?? []),
    positives: used.every(({ loss }) => loss.positives === 'subject') ? 'subject' : 'row',
    minimumRows: Math.max(...used.map(({ loss }) => loss.minimumRows ?? 1)),
    apply(vars, input, ctx) {
      const results = used.map(({ name, weight, loss }) => {
        const { outputs, state } = loss.apply(scopeVars(vars, name), input, within(ctx, name));
        return { name, outputs, state, part: ctx.tf.mul(outputs.loss, weight) };
      });
      const named = results.flatMap(({ outputs }) => Object.keys(outputs.report));
      const twice = new Set(named.filter((name, i) => named.indexOf(name) !== i));
      const report = results.flatMap(({ name, outputs }) =>
        Object.entries(outputs.report).map(
          ([key, value]) => [twice.has(key) ? `${name}.${key}` : key, value] as const,
        ),
      );
      return {
        outputs: {
          loss: ctx.tf.addN(results.map(({ part }) => part)),
          parts: Object.fromEntries(results.map(({ name, part }) => [name, part])),
          report: Object.fromEntries(report),
        },
        state: Object.assign({}, ...results.map(({ name, state }) => prefixed(state, name))),
      };
    },
  };
}

export const sum = defineComponent({
  kind: 'loss',
  id: 'sum',
  options: sumOptions,
  create: createSum,
});
