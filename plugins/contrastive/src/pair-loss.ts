/** @file A loss over named pairs, from a function of one pair. */
import { at } from '@dualbeat/core';
import type { ArraySpec, Context, Loss, Masked, Named, Tensor, VariableSpec } from '@dualbeat/core';
import type { Vars } from '@dualbeat/nn';
import { batchOfOne } from './errors.ts';
import { namesOf, readPairs } from './pairs.ts';
import type { Pair, PairOptions } from './pairs.ts';

export type PairInput = {
  readonly pair: Pair;
  /** [N, D] each, or [N, tokens, D] for a local loss. */
  readonly a: Tensor;
  readonly b: Tensor;
  /** bool [N]: both are there. */
  readonly present: Tensor;
  readonly subject: Tensor;
  readonly targets: Named<Masked>;
};
/** `report` by metric; the pair's name is added. */
export type PairResult = {
  readonly loss: Tensor;
  readonly report: Named;
  readonly state?: Named;
};
export type PairLoss = {
  readonly id: string;
  /** Name of the loss of a pair in reports: 'nce' gives 'nce.ecg-ed'. */
  readonly metric: string;
  readonly params?: Named<VariableSpec>;
  readonly state?: Named<VariableSpec>;
  readonly positives?: 'row' | 'subject';
  readonly tokens?: boolean;
  /** `state` in `vars` holds what earlier pairs of this step changed. */
  pair(vars: Vars, input: PairInput, ctx: Context): PairResult;
  /** Scalars of the whole loss. */
  report?(vars: Vars, ctx: Context): Named;
};

/**
 * The weighted sum of `pair` over the pairs; a row counts in a pair where both sides are there. Parts: by pair.
 * Report: `<metric>.<pair>` unweighted, and what `pair` reports as `<name>.<pair>` ('top1-back' of 'ecg-ed' becomes
 * 'top1.ed-ecg'). Pairs of weight 0 between embeddings that are there are reported and not trained.
 */
export function makePairLoss(of: PairLoss, options: PairOptions, values: Named<ArraySpec>): Loss {
  const pairs = readPairs(of.id, options, values);
  const names = namesOf(pairs);
  return {
    params: of.params ?? {},
    state: of.state ?? {},
    uses: names,
    positives: of.positives ?? 'row',
    minimumRows: 2,
    ...(of.tokens === true ? { tokens: names } : {}),
    apply(vars, input, ctx) {
      const { tf } = ctx;
      const changed: { [name: string]: Tensor } = {};
      const parts: { [name: string]: Tensor } = {};
      const report: { [name: string]: Tensor } = { ...of.report?.(vars, ctx) };
      for (const pair of pairs) {
        const [a, b] = [pair.a, pair.b].map((name) => at(input.values, name, 'embedding')) as [
          Masked,
          Masked,
        ];
        const rows = a.values.shape[0] as number;
        if (rows < 2) throw batchOfOne(of.id, rows);
        const idle = pair.weight === 0;
        const side = (x: Tensor): Tensor => (idle ? tf.stopGradient(x) : x);
        const result = of.pair(
          { params: vars.params, state: { ...vars.state, ...changed } },
          {
            pair,
            a: side(a.values),
            b: side(b.values),
            present: tf.logicalAnd(a.present, b.present),
            subject: input.subject,
            targets: input.targets,
          },
          ctx,
        );
        const told = idle ? tf.stopGradient(result.loss) : result.loss;
        report[`${of.metric}.${pair.name}`] = told;
        for (const [name, value] of Object.entries(result.report))
          report[metricName(name, pair)] = value;
        if (idle) continue;
        parts[pair.name] = tf.mul(told, pair.weight);
        Object.assign(changed, result.state);
      }
      return {
        outputs: { loss: tf.addN(Object.values(parts)), parts, report },
        state: changed,
      };
    },
  };
}

function metricName(name: string, { name: pair, a, b }: Pair): string {
  return name.endsWith('-back') ? `${name.slice(0, -'-back'.length)}.${b}-${a}` : `${name}.${pair}`;
}
