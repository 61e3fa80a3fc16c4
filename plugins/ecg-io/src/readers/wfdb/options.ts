/** @file Options of the WFDB reader. */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { standardLeads } from '../../leads.ts';

export const wfdbOptions = Type.Object(
  {
    leads: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      uniqueItems: true,
      default: [...standardLeads],
      description:
        'Leads of the view, in this order. III, aVR, aVL, aVF are derived from I and II where they are missing.',
    }),
    amplitude: Type.Union([Type.Literal('header'), Type.Literal('digital'), Type.Literal('auto')], {
      default: 'header',
      description:
        'Where millivolts come from. header: gain and baseline of each lead. digital: digital values times digitalMicrovoltsPerStep, ' +
        'for headers that scale each lead on its own (LUDB). auto: digital for the records whose digital values obey III = II - I ' +
        'although the gains of these leads differ, header for all others.',
    }),
    digitalMicrovoltsPerStep: Type.Number({
      exclusiveMinimum: 0,
      default: 1,
      description: 'Microvolts per digital step where the amplitude is digital.',
    }),
    maxNanFraction: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.05,
      description:
        'Up to this share of invalid samples in a lead is interpolated and flagged; more is an error.',
    }),
    einthovenLimit: Type.Number({
      minimum: 0,
      default: 0.1,
      description:
        'III - (II - I) is flagged where its root mean square is above this share of that of the largest limb lead.',
    }),
    exchangedLeads: Type.Union([Type.Literal('repair'), Type.Literal('keep')], {
      default: 'repair',
      description:
        "Where leads I and II say that aVL and aVF stand under each other's name (CinC 2011 set-a), the names are put right, or kept; flagged in both cases.",
    }),
    verify: Type.Boolean({
      default: true,
      description: 'Compare initial values and checksums with the header.',
    }),
  },
  { additionalProperties: false },
);
export type WfdbOptions = Static<typeof wfdbOptions>;
