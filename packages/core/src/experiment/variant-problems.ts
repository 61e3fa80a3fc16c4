/** @file What is wrong with the variants of a file, each laid over it and checked whole. */
import type { Host } from '../host/types.ts';
import type { Assignment } from './assign.ts';
import { checkDocument } from './check-document.ts';
import { copyOf, dropSweep, variantNames } from './compose.ts';
import { type Environment, fillEnvironment } from './environment.ts';
import type { Problem } from './errors.ts';
import { applyEntries, variantEntries } from './overlay.ts';
import { assign } from './assign.ts';
import { type Doc, joined } from './places.ts';
import { experimentSchema } from './schema.ts';

export type CheckFrom = {
  /** The file and what it extends, before any --set. */
  readonly source: Doc;
  readonly file: string;
  readonly env: Environment;
  readonly sets: readonly Assignment[];
  readonly host: Host;
};

/** The problems of every variant, at the overlay's entries. Expects that the file as it stands is right. */
export function variantProblems(from: CheckFrom): Problem[] {
  return variantNames(from.source).flatMap((variant) =>
    located(from, variant, variantEntries(from.source, variant)),
  );
}

/** The file under these entries and the sets; a --set that has no place in this variant is for others. */
export function overlaid(
  { source, file, env, sets }: CheckFrom,
  entries: readonly Assignment[],
  within: string,
): Doc | Problem {
  const doc = copyOf(source);
  const problem = applyEntries(doc, entries, within);
  if (problem !== null) return problem;
  for (const set of sets) assign(doc, experimentSchema, set);
  fillEnvironment(doc, env, file);
  dropSweep(doc);
  return doc;
}

function problemsOf(
  from: CheckFrom,
  entries: readonly Assignment[],
  within: string,
): readonly Problem[] {
  const doc = overlaid(from, entries, within);
  return 'code' in doc ? [doc] : checkDocument(doc, from.host).problems;
}

function located(from: CheckFrom, variant: string, entries: readonly Assignment[]): Problem[] {
  const within = `variants.${variant}`;
  return problemsOf(from, entries, within).map((problem) => {
    if (problem.within !== undefined) return problem;
    const at = joined(problem.path);
    const own = entries.some(
      ({ path }) => at === joined(path) || at.startsWith(`${joined(path)}.`),
    );
    if (own) return { ...problem, within };
    const cause = guilty(from, entries, within, problem);
    return { ...problem, within, place: cause?.place ?? problem.place };
  });
}

/** The first entry without which this problem, which shows elsewhere, is gone. */
function guilty(
  from: CheckFrom,
  entries: readonly Assignment[],
  within: string,
  { path, cause }: Problem,
): Assignment | undefined {
  return entries.find((entry) => {
    const others = entries.filter((other) => other !== entry);
    return !problemsOf(from, others, within).some(
      (left) => joined(left.path) === joined(path) && left.cause === cause,
    );
  });
}
