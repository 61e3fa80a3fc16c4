/** @file Options of the files cohort. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

const fraction = (value: number, description: string) =>
  Type.Number({ minimum: 0, maximum: 1, default: value, description });

export const filesOptions = Type.Object(
  {
    roots: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      uniqueItems: true,
      // What lies there counts in the digest.
      'x-identity': false,
      description:
        'Folders of recordings, relative to the experiment file; scanned with their subfolders.',
    }),
    view: Type.String({ minLength: 1, default: 'ecg', description: 'Name of the view.' }),
    records: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description:
          'Record ids to take, with * (within a folder), ** (any folders) and ?. Not given: all.',
      }),
    ),
    exclude: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description:
          'Record ids to leave out, in the same form; recordings that are of no use, say.',
      }),
    ),
    samplingHz: Type.Number({
      exclusiveMinimum: 0,
      default: 500,
      description: 'Records of another rate are resampled to this one.',
    }),
    seconds: Type.Number({
      exclusiveMinimum: 0,
      default: 10,
      description:
        'Longer records are cut to their middle, shorter ones end in zeros; both are flagged.',
    }),
    split: Type.Object(
      {
        train: fraction(0.7, 'Share of the subjects to train on.'),
        val: fraction(0.15, 'Share of the subjects to choose by.'),
        test: fraction(0.15, 'Share of the subjects that are held out.'),
      },
      {
        additionalProperties: false,
        default: {},
        description: 'Shares of the subjects; they add up to 1.',
      },
    ),
    trainOnly: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description:
          'Record ids, with *, ** and ?, whose subjects are all trained on; the shares of `split` are then of the others.',
      }),
    ),
    splitSeed: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'Seed of the split alone. Not given: the seed of the experiment.',
      }),
    ),
    groupBy: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Regular expression on the record id whose first capture group is the subject. Not given: each record is one.',
      }),
    ),
    onCorrupt: Type.Union([Type.Literal('raise'), Type.Literal('skip')], {
      default: 'raise',
      description:
        'A record that cannot be read: an error (raise), or a row that is present nowhere (skip).',
    }),
    maxSkippedFraction: fraction(0.05, 'Largest share of skipped records before it is an error.'),
    cacheMegabytes: Type.Number({
      minimum: 0,
      default: 256,
      'x-identity': false,
      description:
        'Records kept in memory by each thread that reads, up to this size; the others are read from disk each time.',
    }),
    digest: Type.Union([Type.Literal('content'), Type.Literal('header')], {
      default: 'content',
      description:
        'What the digest covers: content of all files, or of the headers with names and sizes of the rest (for large sets).',
    }),
  },
  { additionalProperties: false },
);
export type FilesOptions = Static<typeof filesOptions>;
