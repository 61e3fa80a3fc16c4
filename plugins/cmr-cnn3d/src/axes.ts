/** @file An option of three whole numbers: slices, rows, columns. */
import { Type } from 'typebox';
import type { Axes3 } from '@dualbeat/nn';

export const axesOption = (fallback: Axes3, description: string) =>
  Type.Array(Type.Integer({ minimum: 1 }), {
    minItems: 3,
    maxItems: 3,
    default: [...fallback],
    description: `${description} [slices, rows, columns].`,
  });

/** What a schema of three has let through. */
export const axes = (of: readonly number[]): Axes3 => of as unknown as Axes3;
