/** @file ajv's errors as sentences: what was found, what is allowed, the nearest name. */
import type { ErrorObject } from 'ajv';
import type { TSchema } from 'typebox';
import { closest } from '../closest.ts';
import { validator } from './validator.ts';

/** One thing that is wrong; `path` from the root of the value, `code` a suffix: 'KEY_UNKNOWN', 'KEY_MISSING', 'VALUE'. */
export type SchemaProblem = {
  readonly path: readonly string[];
  readonly code: 'KEY_UNKNOWN' | 'KEY_MISSING' | 'VALUE';
  readonly cause: string;
  readonly fix: string;
};

/** A value as a message shows it, cut to 60 characters. */
export function shown(value: unknown): string {
  if (typeof value === 'string')
    return `'${value.length > 60 ? `${value.slice(0, 57)}...` : value}'`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function segments(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function listed(names: readonly unknown[]): string {
  const texts = names.map((name) => String(name));
  return texts.length > 20 ? `${texts.slice(0, 20).join(', ')}, ...` : texts.join(', ');
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `${typeof value} ${shown(value)}`;
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'a map',
  array: 'a list',
  integer: 'an integer',
  number: 'a number',
  string: 'a string',
  boolean: 'true or false',
  null: 'null',
};

/** A sub-schema in words: 'an integer', 'mean', 'a list'. */
function inWords(schema: Record<string, unknown>): string {
  if ('const' in schema) return String(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].join(', ');
  const types = [schema['type']].flat().map((type) => typeNames[String(type)] ?? 'another value');
  return types.join(' or ');
}

function notOneOf(
  allowed: readonly unknown[],
  found: unknown,
): Pick<SchemaProblem, 'cause' | 'fix'> {
  const near =
    typeof found === 'string'
      ? closest(
          found,
          allowed.filter((value) => typeof value === 'string'),
        )
      : undefined;
  return {
    cause: `${shown(found)} is not one of ${listed(allowed)}`,
    fix: near === undefined ? 'use one of these' : `did you mean '${near}'?`,
  };
}

function problemOf(error: ErrorObject): SchemaProblem {
  const path = segments(error.instancePath);
  const parent = (error.parentSchema ?? {}) as Record<string, unknown>;
  const value = (cause: string, fix: string): SchemaProblem => ({
    path,
    code: 'VALUE',
    cause,
    fix,
  });
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(error.params['additionalProperty']);
      const known = Object.keys((parent['properties'] as object | undefined) ?? {});
      const patterns = Object.keys((parent['patternProperties'] as object | undefined) ?? {});
      if (known.length === 0 && patterns.length > 0)
        return {
          path: [...path, key],
          code: 'VALUE',
          cause: `the name ${shown(key)} does not match ${patterns.join(' or ')}`,
          fix: 'use letters, digits, hyphens and underscores',
        };
      const near = closest(key, known);
      return {
        path: [...path, key],
        code: 'KEY_UNKNOWN',
        cause: `unknown key '${key}'`,
        fix:
          near === undefined
            ? `the keys here are ${listed(known) || 'none'}`
            : `did you mean '${near}'?`,
      };
    }
    case 'required': {
      const key = String(error.params['missingProperty']);
      const schema = (
        parent['properties'] as Record<string, Record<string, unknown>> | undefined
      )?.[key];
      const description = schema?.['description'];
      return {
        path,
        code: 'KEY_MISSING',
        cause: `the key '${key}' is missing`,
        fix: `add '${key}:'${typeof description === 'string' ? ` (${description})` : ''}`,
      };
    }
    case 'type': {
      // short forms: a bare id for a component, a bare list for an axis
      const short = 'x-use' in parent ? 'an id or ' : 'x-short' in parent ? 'a list or ' : '';
      const wanted = `${short}${inWords({ type: error.params['type'] })}`;
      return value(`expected ${wanted}, found ${typeName(error.data)}`, `write ${wanted}`);
    }
    case 'enum':
      return {
        path,
        code: 'VALUE',
        ...notOneOf(error.params['allowedValues'] as unknown[], error.data),
      };
    case 'const':
      return { path, code: 'VALUE', ...notOneOf([error.params['allowedValue']], error.data) };
    case 'anyOf':
    case 'oneOf': {
      const choices = error.schema as Record<string, unknown>[];
      if (choices.every((choice) => 'const' in choice))
        return {
          path,
          code: 'VALUE',
          ...notOneOf(
            choices.map((choice) => choice['const']),
            error.data,
          ),
        };
      return value(
        `${shown(error.data)} fits none of: ${choices.map(inWords).join('; ')}`,
        'use one of these forms',
      );
    }
    case 'pattern':
      return value(
        `${shown(error.data)} does not match ${String(error.params['pattern'])}`,
        'change the value',
      );
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return value(
        `${shown(error.data)} is out of range`,
        `use a value ${String(error.params['comparison'])} ${String(error.params['limit'])}`,
      );
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return value(
        error.params['limit'] === 1 ? 'it is empty' : `${shown(error.data)} is too short`,
        `give at least ${String(error.params['limit'])}`,
      );
    default:
      return value(`${shown(error.data)} ${error.message ?? 'is not valid'}`, 'change the value');
  }
}

/** Checks `value` and fills its defaults in place; what is wrong, in the order of the schema. */
export function schemaProblems(schema: TSchema, value: unknown): SchemaProblem[] {
  const validate = validator(schema);
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  // each branch of a union reports too; the union's own error says it better
  const unions = errors.filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf');
  const inUnion = (error: ErrorObject) =>
    unions.some(
      (union) =>
        error !== union &&
        error.schemaPath.startsWith(`${union.schemaPath}/`) &&
        error.instancePath.startsWith(union.instancePath),
    );
  return errors.filter((error) => !inUnion(error)).map(problemOf);
}
