/** @file Tests that cannot reach their level, however large the effect. */

/** `subjects`/`pairs`: what the test permutes. */
export type SmallTest =
  | { readonly test: 'wilcoxon' | 'sign' | 'permutation'; readonly pairs: number }
  | { readonly test: 'mann-whitney'; readonly first: number; readonly second: number }
  | { readonly test: 'resampling'; readonly replicates: number };

const NAMES: Record<SmallTest['test'], string> = {
  wilcoxon: 'Wilcoxon signed-rank test',
  sign: 'sign test',
  permutation: 'paired permutation test',
  'mann-whitney': 'Mann-Whitney test',
  resampling: 'resampling test',
};

/** The smallest two-sided p value that the test can give, exactly and without ties. */
export function leastPValue(of: SmallTest): number {
  if (of.test === 'resampling') return Math.min(1, 2 / (of.replicates + 1));
  if (of.test !== 'mann-whitney') return Math.min(1, 2 * 2 ** -of.pairs);
  let orders = 1; // ways to choose the first group
  for (let i = 1; i <= of.first; i++) orders *= (of.second + i) / i;
  return Math.min(1, 2 / orders);
}

/**
 * A sentence of warning where the test cannot reach `alpha` (two-sided), or the `alpha` left by Holm's correction to the
 * smallest p value of `comparisons`; undefined where it can.
 * @example cannotReach({ test: 'wilcoxon', pairs: 5 }, 0.05, 1) // '... cannot give a p value below 0.0625 ...'
 */
export function cannotReach(of: SmallTest, alpha: number, comparisons: number): string | undefined {
  const least = leastPValue(of);
  const level = alpha / comparisons;
  if (least <= level) return undefined;
  const short = (value: number) => String(Number(value.toPrecision(3)));
  const what =
    of.test === 'resampling'
      ? `${of.replicates} replicates`
      : of.test === 'mann-whitney'
        ? `${of.first} and ${of.second} values`
        : `${of.pairs} pairs`;
  const after = comparisons > 1 ? ` (${short(alpha)} over ${comparisons} comparisons)` : '';
  const instead = of.test === 'resampling' ? 'use more replicates' : 'test over subjects instead';
  return (
    `A two-sided ${NAMES[of.test]} with ${what} cannot give a p value below ${short(least)}, ` +
    `so it never reaches ${short(level)}${after}: ${instead}.`
  );
}
