/** @file Any other YAML file with a schema, such as `site.yaml`: read, checked and filled like an experiment. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { schemaProblems } from '../host/schema-problems.ts';
import { experimentInvalid, unparsable } from './errors.ts';
import { placeOf, shownFile } from './places.ts';
import { parseText } from './read-document.ts';

/** Errors: E_EXPERIMENT_PARSE, E_EXPERIMENT_*, with file, line and column. */
export function readSettings<S extends TSchema>(path: string, schema: S): Static<S> {
  const file = resolve(path);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw unparsable(
      shownFile(file),
      error instanceof Error ? error.message : String(error),
      error,
    );
  }
  const { value, places } = parseText(text, { file });
  const filled: unknown = value ?? {};
  const problems = schemaProblems(schema, filled).map(({ code, path: at, ...said }) => ({
    ...said,
    code: `E_EXPERIMENT_${code}`,
    path: at,
    place: placeOf(places, at),
  }));
  if (problems.length > 0) throw experimentInvalid(file, problems);
  return filled as Static<S>;
}
