/** @file Coded errors of the layers. */
import { DualbeatError } from '@dualbeat/core';

/** A random tensor without a row axis. */
export function rngShape(path: string, shape: readonly number[]): DualbeatError {
  return new DualbeatError({
    code: 'E_RNG_SHAPE',
    where: path,
    cause: `random numbers of shape [${shape.join(', ')}] have no row axis.`,
    fix: 'give a shape whose first axis is the rows of the batch.',
  });
}

/** A width that heads cannot share. */
export function headWidth(width: number, heads: number): DualbeatError {
  return new DualbeatError({
    code: 'E_ATTENTION_WIDTH',
    cause: `a width of ${width} cannot be shared by ${heads} attention heads.`,
    fix: `choose a width that is a multiple of the heads, for example ${Math.ceil(width / heads) * heads}.`,
  });
}

/** A width that 2-D sine-cosine positions cannot fill. */
export function positionWidth(width: number): DualbeatError {
  return new DualbeatError({
    code: 'E_POSITION_WIDTH',
    cause: `sine-cosine positions need a width that is a multiple of 4, not ${width}.`,
    fix: `choose a width like ${Math.ceil(width / 4) * 4}, or learned positions.`,
  });
}
