/** @file Chains of transforms: fitting them on the training part, and applying them to one row. */
import { hostRandom, type Transform } from '@dualbeat/core';
import { transformShape } from './errors.ts';

export type NamedTransform = { readonly transform: Transform; readonly name: string };
/** `fitted`: what `fit` gave, null where there is no `fit`. */
export type FittedTransform = NamedTransform & { readonly fitted: unknown };
export type TransformPosition = {
  readonly seed: number;
  readonly epoch: number;
  readonly row: number;
  readonly mode: 'train' | 'eval';
};

/**
 * One row through the chain. Transforms with `when: 'train'` are left out in eval. Each draws from a stream of its own,
 * `transform/<i>/<name>` at (row, epoch): one more in the chain's end changes no other, and any thread draws the same.
 * In eval every draw is the middle one, 0.5: a random crop is then the centre crop.
 * Errors: E_TRANSFORM_SHAPE.
 */
export function applyTransforms(
  x: Float32Array,
  chain: readonly FittedTransform[],
  at: TransformPosition,
): Float32Array {
  let values = x;
  chain.forEach(({ transform, fitted, name }, i) => {
    if (transform.when === 'train' && at.mode !== 'train') return;
    const random =
      at.mode === 'eval'
        ? () => 0.5
        : hostRandom(at.seed, `transform/${i}/${name}`, at.row, at.epoch);
    values = transform.apply(values, fitted, random);
    const want = transform.output.shape.reduce((size, extent) => size * extent, 1);
    if (values.length !== want) throw transformShape(name, values.length, want);
  });
  return values;
}

/**
 * Fits each transform on the training rows as the transforms before it leave them; augmentations are left out.
 * `training` gives a new pass over (row number, values) at each call; one pass per transform that has a `fit`.
 */
export async function fitTransforms(
  chain: readonly NamedTransform[],
  training: () => AsyncIterable<{ readonly row: number; readonly values: Float32Array }>,
  seed: number,
): Promise<FittedTransform[]> {
  const fitted: FittedTransform[] = [];
  for (const { transform, name } of chain) {
    const before = [...fitted];
    const rows = async function* () {
      for await (const { row, values } of training()) {
        yield applyTransforms(values, before, { seed, epoch: 0, row, mode: 'eval' });
      }
    };
    fitted.push({ transform, name, fitted: (await transform.fit?.(rows())) ?? null });
  }
  return fitted;
}
