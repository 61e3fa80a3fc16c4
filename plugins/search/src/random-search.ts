/** @file Search by drawing. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { distinctPoints } from './distinct.ts';
import { drawPoint } from './unit.ts';

export const randomSearch = defineComponent({
  kind: 'search',
  id: 'random-search',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    next: ({ axes, done, count }, random) =>
      distinctPoints(
        { axes, count, tried: done.map(({ point }) => point) },
        () => drawPoint(axes, random),
        random,
      ),
  }),
});
