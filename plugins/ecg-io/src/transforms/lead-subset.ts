/** @file Fewer leads, down to one. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { repeatedLead, unknownLead } from './errors.ts';
import { leadsOf } from './signal-view.ts';

const id = 'lead-subset';

/** Keeps the named leads in the order given; the view has that many. Errors: E_TRANSFORM_VIEW, E_TRANSFORM_LEAD. */
export const leadSubset = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      leads: Type.Array(Type.String(), {
        minItems: 1,
        description: 'Names of the leads that are kept, in the order of the result.',
      }),
    },
    { additionalProperties: false },
  ),
  create({ leads }, { input }) {
    const there = leadsOf(input, id);
    const rows = leads.map((lead, i) => {
      if (leads.indexOf(lead) !== i) throw repeatedLead(id, lead);
      const row = there.indexOf(lead);
      if (row < 0) throw unknownLead(id, lead, there);
      return row;
    });
    const [lead, ...rest] = input.axes;
    const size = input.shape.slice(1).reduce((product, n) => product * n, 1);
    return {
      output: {
        ...input,
        shape: [rows.length, ...input.shape.slice(1)],
        axes: [{ ...lead, name: 'lead', labels: leads }, ...rest],
      },
      when: 'always',
      apply(x) {
        const out = new Float32Array(rows.length * size);
        rows.forEach((row, i) => out.set(x.subarray(row * size, (row + 1) * size), i * size));
        return out;
      },
    };
  },
});
