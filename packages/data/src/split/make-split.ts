/** @file Making a split: which subject is in which part. A pure function of the subjects and the seed. */
import { hostRandom, streamOf } from '@dualbeat/core';
import type { Named } from '@dualbeat/core';
import { splitFractions, splitParts } from '../errors.ts';

export type SplitSubject = {
  readonly subject: string;
  /** Subjects of one group come into one part: duplicates, a family, a hospital. */
  readonly group?: string;
  /** Parts get about the same share of each stratum: a diagnosis, a class of age. */
  readonly stratum?: string;
};
/** Shares by part, or a number of folds whose parts are '0' to 'k-1'. */
export type SplitParts = { readonly fractions: Named<number> } | { readonly folds: number };

type Unit = { readonly subjects: readonly string[]; readonly stratum: string; readonly at: number };

/**
 * Part by subject. Subjects of a group stay together; a group counts to the stratum of its first subject. Within each stratum groups
 * come in an order drawn from the seed and their own names, and each goes to the part that lacks most of its share there, then of its
 * share of all. Groups of one subject: each part has its share of each stratum to within one subject.
 * `placed`: subjects that have a part already keep it (and draw their group after them); only others are placed.
 * Errors: E_SPLIT_FRACTIONS, E_SPLIT_PARTS.
 */
export function makeSplit(
  subjects: readonly SplitSubject[],
  parts: SplitParts,
  seed: number,
  placed: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  const shares = sharesOf(parts);
  const units = unitsOf(subjects, seed);
  const partOf = new Map(placed);
  const all = shares.map(() => 0);
  const strata = new Map<string, { sums: number[]; total: number }>();
  const sumsOf = (stratum: string) => {
    const known = strata.get(stratum) ?? { sums: shares.map(() => 0), total: 0 };
    strata.set(stratum, known);
    return known;
  };
  const put = (unit: Unit, part: number, names: readonly string[]) => {
    const own = sumsOf(unit.stratum);
    own.sums[part] = (own.sums[part] as number) + names.length;
    own.total += names.length;
    all[part] = (all[part] as number) + names.length;
    for (const name of names) partOf.set(name, (shares[part] as Share).name);
  };

  const free: Unit[] = [];
  for (const unit of units) {
    const before = unit.subjects.map((name) => placed.get(name)).find((part) => part !== undefined);
    const part = shares.findIndex(({ name }) => name === before);
    if (before === undefined) free.push(unit);
    else if (part < 0)
      throw splitParts(`a subject is in the part "${before}", which is not among them`);
    else
      put(
        unit,
        part,
        unit.subjects.filter((name) => placed.get(name) !== undefined),
      );
    if (part >= 0) for (const name of unit.subjects) if (!placed.has(name)) put(unit, part, [name]);
  }
  // The order of strata must not depend on that of the subjects.
  free.sort((a, b) => compare(a.stratum, b.stratum) || a.at - b.at);
  let total = all.reduce((a, b) => a + b, 0);
  for (const unit of free) {
    const own = sumsOf(unit.stratum);
    const size = unit.subjects.length;
    total += size;
    let best = -1;
    let most = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    shares.forEach(({ fraction }, part) => {
      if (fraction === 0) return;
      const lack = [
        fraction * (own.total + size) - (own.sums[part] as number),
        fraction * total - (all[part] as number),
      ].map((value) => Math.round(value * 1e9) / 1e9);
      const [here, over] = lack as [number, number];
      if (here > (most[0] as number) || (here === most[0] && over > (most[1] as number))) {
        [best, most] = [part, lack];
      }
    });
    put(unit, best, unit.subjects);
  }
  return partOf;
}

type Share = { readonly name: string; readonly fraction: number };

export function partNames(parts: SplitParts): string[] {
  return sharesOf(parts).map(({ name }) => name);
}

function sharesOf(parts: SplitParts): Share[] {
  if ('folds' in parts) {
    const { folds } = parts;
    if (!Number.isInteger(folds) || folds < 2 || folds > 1000) {
      throw splitParts(`${folds} folds are asked for, 2 to 1000 are possible`);
    }
    return Array.from({ length: folds }, (_, i) => ({ name: String(i), fraction: 1 / folds }));
  }
  const shares = Object.entries(parts.fractions).map(([name, fraction]) => ({ name, fraction }));
  const wrong = shares.find(({ fraction }) => !(fraction >= 0 && fraction <= 1));
  if (wrong !== undefined) throw splitFractions(`"${wrong.name}" is ${wrong.fraction}`);
  const sum = shares.reduce((a, { fraction }) => a + fraction, 0);
  if (Math.abs(sum - 1) > 1e-6) throw splitFractions(`they add up to ${Number(sum.toFixed(9))}`);
  return shares;
}

function unitsOf(subjects: readonly SplitSubject[], seed: number): Unit[] {
  const groups = new Map<string, { subjects: string[]; stratum: string }>();
  for (const { subject, group, stratum = '' } of [...subjects].sort((a, b) =>
    compare(a.subject, b.subject),
  )) {
    const key = group === undefined ? `subject/${subject}` : `group/${group}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { subjects: [subject], stratum });
    else if (!known.subjects.includes(subject)) known.subjects.push(subject);
  }
  return [...groups].map(([key, { subjects: own, stratum }]) => {
    const random = hostRandom(seed, 'data/split', streamOf(key));
    return { subjects: own, stratum, at: random() + random() * 2 ** -24 };
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
