/** @file `${env:NAME}`: the only way by which the environment reaches an experiment. */
import { closest } from '../closest.ts';
import { experimentInvalid } from './errors.ts';
import { type Doc, isMap, type Json, type Place, placeOf } from './places.ts';

export type Environment = { readonly [name: string]: string | undefined };

/** `text` with its references filled in; always a string. Errors: E_EXPERIMENT_ENV. */
export function substituted(
  text: string,
  env: Environment,
  path: readonly string[],
  place: Place | undefined,
  file: string,
): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (reference, inner: string) => {
    const problem = (cause: string, fix: string) =>
      experimentInvalid(file, [{ code: 'E_EXPERIMENT_ENV', path, place, cause, fix }]);
    const name = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(inner)?.[1];
    if (name === undefined)
      throw problem(
        `'${reference}' is not a reference that is known`,
        'only ${env:NAME} is replaced',
      );
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value !== undefined) return value;
    const near = closest(name, Object.keys(env));
    throw problem(
      `the environment variable '${name}' is not set`,
      near === undefined ? `set it: export ${name}=...` : `set it, or did you mean '${near}'?`,
    );
  });
}

/** Fills every reference of the document, in place. */
export function fillEnvironment(doc: Doc, env: Environment, file: string): void {
  const fill = (value: Json, path: readonly string[]): Json => {
    if (typeof value === 'string')
      return value.includes('${')
        ? substituted(value, env, path, placeOf(doc.places, path), file)
        : value;
    if (Array.isArray(value))
      return value.map((item, index) => fill(item, [...path, String(index)]));
    if (isMap(value))
      for (const key of Object.keys(value)) value[key] = fill(value[key] as Json, [...path, key]);
    return value;
  };
  fill(doc.value, []);
}
