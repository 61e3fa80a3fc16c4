/** @file Options of the array readers: what arrays do not say of themselves. */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { standardLeads } from '../../leads.ts';
import { leadOptions } from '../common/lead-options.ts';

export const signalOptions = {
  ...leadOptions,
  samplingHz: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1e6,
      description:
        'Samples a second, for files that do not say it; it goes before what a file says.',
    }),
  ),
  unit: Type.Union([Type.Literal('mV'), Type.Literal('uV'), Type.Literal('V')], {
    default: 'mV',
    description: 'Unit of the values, where the file does not say it.',
  }),
};
export const arrayOptions = Type.Object(
  {
    ...signalOptions,
    storedLeads: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      uniqueItems: true,
      default: [...standardLeads],
      description: 'Leads of the array, in its order; as many as it has.',
    }),
    array: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description:
          'Name of the array in files of several (npz, HDF5, safetensors). Not given: "ecg", or the only array of two dimensions.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type ArrayOptions = Static<typeof arrayOptions>;
