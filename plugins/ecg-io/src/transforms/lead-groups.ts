/** @file Which leads are normalised together: limb, augmented, chest. */
import type { ViewSpec } from '@dualbeat/core';
import { unknownLead } from './errors.ts';
import { leadsOf } from './signal-view.ts';

const GROUPS: readonly (readonly string[])[] = [
  ['I', 'II', 'III'],
  ['aVR', 'aVL', 'aVF'],
  ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'],
];

/**
 * Rows of each group that the view has, by lead name, so that a subset of leads or another order keeps its meaning.
 * Errors: E_TRANSFORM_VIEW (no lead labels), E_TRANSFORM_LEAD (a name outside the twelve).
 */
export function leadGroups(input: ViewSpec, transform: string): readonly (readonly number[])[] {
  const leads = leadsOf(input, transform);
  for (const lead of leads) {
    if (!GROUPS.some((g) => g.includes(lead))) throw unknownLead(transform, lead, GROUPS.flat());
  }
  return GROUPS.map((group) =>
    leads.flatMap((lead, row) => (group.includes(lead) ? [row] : [])),
  ).filter((rows) => rows.length > 0);
}
