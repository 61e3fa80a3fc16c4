/** @file Named pairs of embeddings and their weights. */
import { at } from '@dualbeat/core';
import type { ArraySpec, Named } from '@dualbeat/core';
import { Type } from 'typebox';
import { noPairs, pairAmbiguous, pairTwice, pairUnknown, pairWidth } from './errors.ts';

/** Options of every loss over pairs. */
export const pairOptions = {
  pairs: Type.Optional(
    Type.Record(Type.String({ minLength: 3 }), Type.Number({ minimum: 0 }), {
      minProperties: 1,
      description:
        'Weight by pair, two embeddings joined by "-"; an embedding of no pair with a weight is neither loaded nor encoded. Absent: every pair, with weight 1.',
    }),
  ),
  weights: Type.Enum(['relative', 'absolute'], {
    default: 'relative',
    description: 'relative: the weights are divided by their sum (the paper); absolute: as given.',
  }),
};
export type PairOptions = {
  readonly pairs?: Named<number>;
  readonly weights: 'relative' | 'absolute';
};

/** `weight` as it multiplies the loss; 0 is reported and not trained. */
export type Pair = {
  readonly name: string;
  readonly a: string;
  readonly b: string;
  readonly weight: number;
};

/**
 * Pairs with a weight, then those of weight 0 between embeddings that are there anyway.
 * Errors: E_PAIR_UNKNOWN, E_PAIR_AMBIGUOUS, E_PAIR_TWICE, E_PAIR_NONE, E_PAIR_WIDTH.
 */
export function readPairs(
  loss: string,
  { pairs, weights }: PairOptions,
  values: Named<ArraySpec>,
): readonly Pair[] {
  const names = Object.keys(values);
  const all = pairs ?? Object.fromEntries(everyPair(names).map((pair) => [pair, 1]));
  const seen = new Map<string, string>();
  const found: Pair[] = [];
  for (const [name, weight] of Object.entries(all)) {
    const sides = splitPair(loss, name, names, weight);
    if (sides === undefined) continue;
    const [a, b] = sides;
    const key = [a, b].sort().join(' ');
    const first = a === b ? name : seen.get(key);
    if (first !== undefined) throw pairTwice(loss, name, first);
    seen.set(key, name);
    const widths = [a, b].map((side) => at(values, side).shape.at(-1) ?? 0) as [number, number];
    if (weight > 0 && widths[0] !== widths[1]) throw pairWidth(loss, name, widths);
    found.push({ name, a, b, weight });
  }
  const total = found.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) throw noPairs(loss, names);
  const weighted = found.filter(({ weight }) => weight > 0);
  const used = new Set(weighted.flatMap(({ a, b }) => [a, b]));
  const idle = found.filter(({ a, b, weight }) => weight === 0 && used.has(a) && used.has(b));
  return [
    ...weighted.map((pair) => ({
      ...pair,
      weight: weights === 'relative' ? pair.weight / total : pair.weight,
    })),
    ...idle.filter(({ a, b }) => at(values, a).shape.at(-1) === at(values, b).shape.at(-1)),
  ];
}

/** Embeddings that the pairs read. */
export function namesOf(pairs: readonly Pair[]): readonly string[] {
  return [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
}

function everyPair(names: readonly string[]): readonly string[] {
  return names.flatMap((a, i) => names.slice(i + 1).map((b) => `${a}-${b}`));
}

/** The two sides; names may hold "-" themselves. Nothing for an idle pair of embeddings that are not there. */
function splitPair(
  loss: string,
  name: string,
  names: readonly string[],
  weight: number,
): readonly [string, string] | undefined {
  const readings = [...name].flatMap((letter, i): (readonly [string, string])[] => {
    const sides = [name.slice(0, i), name.slice(i + 1)] as const;
    return letter === '-' && sides.every((side) => names.includes(side)) ? [sides] : [];
  });
  if (readings.length > 1) throw pairAmbiguous(loss, name, readings);
  if (readings[0] === undefined && weight > 0) throw pairUnknown(loss, name, names);
  return readings[0];
}
