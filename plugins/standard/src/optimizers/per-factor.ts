/** @file One traced scalar per static factor. */
import type { Tensor } from '@dualbeat/core';

/** Makes the scalar of a factor once, however many parameters share it. */
export function perFactor(make: (factor: number) => Tensor): (factor: number) => Tensor {
  const made = new Map<number, Tensor>();
  return (factor) => {
    const found = made.get(factor) ?? make(factor);
    made.set(factor, found);
    return found;
  };
}
