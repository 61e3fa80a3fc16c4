/** @file The cohort component `store`: a cohort store, as `dualbeat data import` makes it. */
import { defineComponent } from '@dualbeat/core';
import { openStore, parsePairing, storeCohort } from '@dualbeat/data';
import { Type } from 'typebox';

export const storeOptions = Type.Object(
  {
    path: Type.String({
      minLength: 1,
      // What lies there counts in the digest.
      'x-identity': false,
      description: 'Folder of the store, relative to the experiment file.',
    }),
    split: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Name of a split that is stored there; `name/k` for fold k of a split of folds. Not given: `cohort.split`.',
      }),
    ),
    pairing: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'How records of a subject meet in a row: same-visit, "nearest: <days>" or all. Not given: `cohort.pairing`.',
      }),
    ),
  },
  { additionalProperties: false },
);

/**
 * Errors: E_STORE_OPEN, _MANIFEST, _VERSION, _SPLIT, _FOLD, _PAIRING, _TABLE; while reading: E_STORE_CHUNK, _ROW, E_NAME_UNKNOWN.
 */
export const store = defineComponent({
  kind: 'cohort',
  id: 'store',
  options: storeOptions,
  create: async (options, from) =>
    storeCohort(openStore(from.resolve(options.path)), {
      split: options.split ?? from.split ?? 'default',
      pairing: parsePairing(options.pairing ?? from.pairing ?? 'same-visit'),
    }),
});
