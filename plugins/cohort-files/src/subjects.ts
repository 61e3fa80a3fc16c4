/** @file Which subject a record belongs to. */
import * as errors from './errors.ts';

/** Subject id of each record id; without a pattern the record id itself. Errors: E_FILES_GROUP. */
export function subjectsOf(ids: readonly string[], groupBy: string | undefined): string[] {
  if (groupBy === undefined) return [...ids];
  const pattern = compile(groupBy);
  return ids.map((id) => {
    const subject = pattern.exec(id)?.[1];
    if (subject === undefined) throw errors.groupless(id, groupBy);
    return subject;
  });
}

function compile(groupBy: string): RegExp {
  try {
    const pattern = new RegExp(groupBy, 'u');
    // The empty alternative always matches, and tells how many groups there are.
    if (new RegExp(`${groupBy}|`, 'u').exec('')?.length === 2) return pattern;
  } catch (error) {
    throw errors.groupPattern(groupBy, (error as Error).message);
  }
  throw errors.groupPattern(groupBy, 'it has not exactly one capture group');
}
