/** @file Axes of a sweep laid over every variant: does each path lead somewhere, does each value fit there. */
import type { Assignment } from './assign.ts';
import { checkDocument } from './check-document.ts';
import type { Problem } from './errors.ts';
import { applyEntries, entryOf, fixedPath, variantEntries } from './overlay.ts';
import { type Doc, type Json, joined, type Places, placeOf } from './places.ts';
import type { Sweep, SweepAxis } from './types.ts';
import { type CheckFrom, overlaid } from './variant-problems.ts';

type Candidate = Assignment & { readonly within: string };
/** One thing to lay over the file: an axis with its values, or one value of a point. */
type Line = {
  readonly name: string;
  readonly within: string;
  readonly values: readonly Candidate[];
  readonly variants?: readonly string[] | undefined;
};

function linesOf({ axes, strategy }: Sweep, places: Places): Line[] {
  const candidate = (name: string, at: readonly string[], value: unknown, within: string) => {
    const entry = entryOf(places, at, name, value as Json);
    return { ...entry, place: placeOf(places, at) ?? entry.place, within };
  };
  const axis = (name: string, of: SweepAxis): Line => {
    const within = `sweep.axes.${name}`;
    const path = ['sweep', 'axes', name];
    const values =
      'values' in of
        ? of.values.map((value, i) =>
            candidate(name, [...path, 'values', String(i)], value, within),
          )
        : [
            candidate(name, [...path, 'min'], of.min, within),
            candidate(name, [...path, 'max'], of.max, within),
          ];
    return { name, within, values, variants: of.when?.variant };
  };
  const points = (strategy.points ?? []).flatMap((point, i) =>
    Object.entries(point).map(([name, value]): Line => {
      const at = ['sweep', 'strategy', 'points', String(i), name];
      const within = at.slice(0, -1).join('.');
      return { name, within, values: [candidate(name, at, value, within)] };
    }),
  );
  return [...Object.entries(axes).map(([name, of]) => axis(name, of)), ...points];
}

/** The variants that a line is laid over; null: the file as it stands. */
function basesOf(line: Line, variants: readonly string[]): readonly (string | null)[] {
  return line.variants ?? (variants.length === 0 ? [null] : variants);
}

function documentOf(from: CheckFrom, variant: string | null): Doc {
  const entries = variant === null ? [] : variantEntries(from.source, variant);
  const doc = overlaid(from, entries, `variants.${variant}`);
  if ('code' in doc) throw new Error(`variant ${variant} was not checked before`);
  return doc;
}

function isFixed({ path }: Assignment): boolean {
  return fixedPath(path) !== null;
}

/** Paths that lead nowhere in a variant that the axis applies to. */
export function axisPathProblems(
  from: CheckFrom,
  sweep: Sweep,
  variants: readonly string[],
  places: Places,
): Problem[] {
  const lines = linesOf(sweep, places);
  const problems = new Map<string, Problem>();
  for (const variant of new Set(lines.flatMap((line) => basesOf(line, variants))))
    for (const line of lines) {
      const [value] = line.values;
      if (value === undefined || !basesOf(line, variants).includes(variant)) continue;
      const problem = applyEntries(documentOf(from, variant), [value], line.within);
      if (problem === null || problems.has(line.within + line.name)) continue;
      const everywhere = variant === null || line.variants !== undefined || isFixed(value);
      const cause = everywhere ? problem.cause : `in the variant '${variant}' ${problem.cause}`;
      problems.set(line.within + line.name, { ...problem, cause });
    }
  return [...problems.values()];
}

/**
 * Values that do not fit in a variant. The i-th values of all axes are laid on together: one check for each variant and i.
 * What shows below an axis is its own fault; of what shows elsewhere, the axis without which it is gone.
 */
export function axisValueProblems(
  from: CheckFrom,
  sweep: Sweep,
  variants: readonly string[],
  places: Places,
): Problem[] {
  const lines = linesOf(sweep, places);
  const problems = new Map<string, Problem>();
  for (const variant of new Set(lines.flatMap((line) => basesOf(line, variants)))) {
    const own = lines.filter((line) => basesOf(line, variants).includes(variant));
    // points of a list may name one path several times: only different paths are laid on together
    for (const group of groupsOf(own)) {
      const rounds = Math.max(0, ...group.map(({ values }) => values.length));
      for (let i = 0; i < rounds; i++) {
        const chosen = group.map(({ values }) => values[i % values.length] as Candidate);
        for (const problem of problemsWith(from, variant, chosen)) {
          const { place, path } = problem;
          problems.set(`${JSON.stringify(place)} ${joined(path)} ${problem.cause}`, problem);
        }
      }
    }
  }
  return [...problems.values()];
}

function groupsOf(lines: readonly Line[]): Line[][] {
  const groups: Line[][] = [];
  for (const line of lines) {
    const fits = groups.find((group) => group.every((other) => !overlap(other.name, line.name)));
    if (fits === undefined) groups.push([line]);
    else fits.push(line);
  }
  return groups;
}

function overlap(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

function problemsWith(
  from: CheckFrom,
  variant: string | null,
  chosen: readonly Candidate[],
): Problem[] {
  const check = (values: readonly Candidate[]): readonly Problem[] => {
    const doc = documentOf(from, variant);
    for (const value of values) {
      const problem = applyEntries(doc, [value], value.within);
      if (problem !== null) return [problem];
    }
    return checkDocument(doc, from.host).problems;
  };
  return check(chosen).map((problem): Problem => {
    const at = joined(problem.path);
    const own =
      chosen.find(({ path }) => at === joined(path) || at.startsWith(`${joined(path)}.`)) ??
      chosen.find((value) => {
        const left = check(chosen.filter((other) => other !== value));
        return !left.some(({ path, cause }) => joined(path) === at && cause === problem.cause);
      });
    if (own === undefined) return problem;
    const inside = at.startsWith(`${joined(own.path)}.`) && problem.place !== undefined;
    return { ...problem, within: own.within, place: inside ? problem.place : own.place };
  });
}
