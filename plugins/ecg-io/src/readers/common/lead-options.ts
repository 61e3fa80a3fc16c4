/** @file Options that all readers but WFDB share: which leads, how much repair, what is flagged. */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { standardLeads } from '../../leads.ts';

/** Properties to spread into the option schema of a reader. */
export const leadOptions = {
  leads: Type.Array(Type.String({ minLength: 1 }), {
    minItems: 1,
    uniqueItems: true,
    default: [...standardLeads],
    description:
      'Leads of the view, in this order. III, aVR, aVL, aVF are derived from I and II where they are missing.',
  }),
  missingLeads: Type.Union([Type.Literal('refuse'), Type.Literal('zeros')], {
    default: 'refuse',
    description:
      'A lead that is missing and cannot be derived: an error (refuse), or a row of zeros with the flag "missing V6" (zeros).',
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
};
export const leadOptionsSchema = Type.Object(leadOptions, { additionalProperties: false });
export type LeadOptions = Static<typeof leadOptionsSchema>;
