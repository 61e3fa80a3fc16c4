/** @file One ajv for every schema of the project: JSON Schema 2020-12, strict, filling defaults. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';

/**
 * Keywords of our own. `x-identity: false`: the value does not count in a stage's id. `x-use`: the value is a component of
 * this kind (or 'runtime'), and a bare string is its short form. `x-own`: ids that need no component. `x-short`: a bare list
 * is short for this key.
 */
export const ownKeywords = ['x-identity', 'x-use', 'x-own', 'x-short'] as const;

const ajv = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  allErrors: true,
  useDefaults: true,
  verbose: true,
});
ajv.addVocabulary([...ownKeywords]);
const compiled = new WeakMap<TSchema, ValidateFunction>();

/** The compiled form of a schema, kept. Throws what ajv throws when the schema is not strict. */
export function validator(schema: TSchema): ValidateFunction {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    // strict mode refuses a default at the root, where an author may well write `default: {}`; it would have no effect
    const { default: _unused, ...rest } = schema as TSchema & { default?: unknown };
    validate = ajv.compile(rest);
    compiled.set(schema, validate);
  }
  return validate;
}
