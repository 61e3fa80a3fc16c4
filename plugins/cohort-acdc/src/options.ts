/** @file Options of the cohort `acdc`. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

const fraction = (value: number, description: string) =>
  Type.Number({ minimum: 0, maximum: 1, default: value, description });
const extent = (value: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 1024, default: value, description });
const mm = (value: number, description: string) =>
  Type.Number({ minimum: 0.1, maximum: 100, default: value, description });

export const acdcOptions = Type.Object(
  {
    root: Type.String({
      minLength: 1,
      // What lies there counts in the digest.
      'x-identity': false,
      description: 'Folder with patient001, patient002, ..., relative to the experiment file.',
    }),
    slices: extent(6, 'Slices of a view; 6 in the paper.'),
    rows: extent(85, 'Rows of a view; 85 in the paper.'),
    columns: extent(92, 'Columns of a view; 92 in the paper.'),
    spacing: mm(1.8, 'Distance of rows and of columns in mm; 1.8 is about that of UK Biobank.'),
    sliceSpacing: mm(10, 'Distance of slices in mm; 10 is that of UK Biobank (8 and a gap of 2).'),
    crop: Type.Enum(['segmentation', 'intensity', 'centre'], {
      default: 'segmentation',
      description:
        'Middle of the views: of the box of the labels at ED, of brightness at ED in plane, or of the volume. The same for ES.',
    }),
    labels: Type.Boolean({
      default: false,
      description:
        'Views `ed-labels` and `es-labels` too: 0, right ventricle 1, myocardium 2, left ventricle 3.',
    }),
    group: Type.Enum(['class', 'binary'], {
      default: 'class',
      description:
        'Target `group`: one class of five, or a yes/no column for each, which cohort stores take.',
    }),
    split: Type.Object(
      {
        train: fraction(0.6, 'Share of subjects to train on.'),
        val: fraction(0.2, 'Share of subjects to choose by.'),
        test: fraction(0.2, 'Share of subjects to report on.'),
      },
      {
        additionalProperties: false,
        default: {},
        description: 'Parts, with the same share of each group of diagnosis.',
      },
    ),
    splitSeed: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: "Seed of the split; not given: the experiment's.",
      }),
    ),
    cacheMegabytes: Type.Number({
      minimum: 0,
      default: 256,
      description: 'Views kept in memory by each thread that reads; the others are read each time.',
      'x-identity': false,
    }),
  },
  { additionalProperties: false },
);
export type AcdcOptions = Static<typeof acdcOptions>;
