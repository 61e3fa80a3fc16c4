/** @file Figure `ecg-reconstruction`: the paper's Figure 2, original and reconstructed ECG in a clinical layout. */
import { defineComponent } from '@dualbeat/core';
import { fileName } from '@dualbeat/report';
import { Type } from 'typebox';
import { recordSignals } from './assemble.ts';
import { drawRecord } from './draw-record.ts';

const options = Type.Object(
  {
    records: Type.Integer({
      default: 3,
      minimum: 1,
      maximum: 100,
      description: 'How many records are drawn, from the first of the split; one file each.',
    }),
    layout: Type.Union(
      [Type.Literal('auto'), Type.Literal('3x4+1'), Type.Literal('12x1'), Type.Literal('6x2')],
      {
        default: 'auto',
        description:
          'Rows x columns; +1 is a rhythm strip of lead II. auto: 3x4 or 6x2 with the whole record in each lead where that fits a page (2.4 s, 5 s), else 3x4+1. Leads that do not fit are stacked.',
      },
    ),
    speedMmPerS: Type.Number({
      default: 25,
      exclusiveMinimum: 0,
      maximum: 200,
      description: 'Paper speed in mm/s.',
    }),
    gainMmPerUnit: Type.Union([Type.Literal('auto'), Type.Number({ exclusiveMinimum: 0 })], {
      default: 'auto',
      description:
        'Height of one unit in mm. auto: 10 mm/mV, halved until the leads fit; in other units, what fits.',
    }),
    seconds: Type.Number({
      default: 10,
      exclusiveMinimum: 0,
      maximum: 60,
      description: 'At most this much of the record is drawn, from its start.',
    }),
    show: Type.Union([Type.Literal('hidden'), Type.Literal('all')], {
      default: 'hidden',
      description: 'Where the reconstruction is drawn: at hidden patches, or at visible ones too.',
    }),
    patch: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 2,
        maxItems: 2,
        description:
          'Leads and samples of one token; without it, one lead and as many samples as a token has values.',
      }),
    ),
  },
  { additionalProperties: false },
);

/**
 * Reads `outputs.original` {values [B, N, P], present [B, N]} and `outputs.reconstruction` of the same shape, whose
 * `present` is 1 where the token was hidden. Errors: E_FIGURE_OUTPUT, E_FIGURE_VIEW, E_NAME_UNKNOWN.
 */
export const ecgReconstruction = defineComponent({
  kind: 'figure',
  id: 'ecg-reconstruction',
  options,
  create: (set) => ({
    async draw(from) {
      return recordSignals(from, set.patch, set.records).map((record, i) => ({
        name: fileName(`ecg-reconstruction-${i + 1}-${record.id}`),
        title: `Original and reconstructed ECG, record ${record.id}`,
        svg: drawRecord(record, set),
      }));
    },
  }),
});
