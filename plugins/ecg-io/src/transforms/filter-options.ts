/** @file What the frequency filters share. */
import { Type } from 'typebox';
import type { Transform, ViewSpec } from '@dualbeat/core';
import type { Section } from '../signal/section.ts';
import { paddingOf, zeroPhase } from '../signal/zero-phase.ts';
import { tooShort } from './errors.ts';
import { byRow, samplesOf } from './signal-view.ts';

export const orderOption = Type.Integer({
  minimum: 1,
  maximum: 12,
  default: 4,
  description: 'Butterworth order of one pass; forwards and backwards doubles it.',
});

/** The zero-phase filter as a transform. Error: E_TRANSFORM_SHORT where the padding does not fit. */
export function zeroPhaseTransform(
  id: string,
  input: ViewSpec,
  sections: readonly Section[],
): Transform {
  const samples = samplesOf(input, id);
  const needed = paddingOf(sections) + 1;
  if (samples < needed) throw tooShort(id, samples, needed);
  return byRow(input, samples, zeroPhase(sections, samples));
}
