/** @file The pieces that the schema of an experiment file is made of. */
import { type TProperties, Type } from 'typebox';
import type { Kind } from '../contracts/component.ts';

export const closed = { additionalProperties: false } as const;
const name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$' });
export const use = Type.String({ minLength: 1, description: 'Id of the component.' });
export const options = Type.Object(
  {},
  { default: {}, description: "Options; the component's own schema checks them." },
);
/** A path of the file: 'stages.mae.train.epochs'. */
export const path = Type.String({ pattern: '^[^.=\\s]+(\\.[^.=\\s]+)*$' });

/** Where a component of this kind stands; a bare string is short for `{ use }`. */
export const component = <T extends TProperties>(
  kind: Kind | 'runtime',
  rest: T,
  more: object = {},
) => Type.Object({ use, options, ...rest }, { ...closed, 'x-use': kind, ...more });

/** A map whose keys the file chooses. */
export const byName = <T extends Parameters<typeof Type.Record>[1]>(
  value: T,
  description: string,
  more: object = { default: {} },
) => Type.Record(name, value, { ...closed, description, ...more });

export const count = (minimum: number, description: string, more: object = {}) =>
  Type.Integer({ minimum, description, ...more });

export const names = (description: string) =>
  Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description });
