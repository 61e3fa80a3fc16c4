/**
 * @file What heads share: the features that they read and the outputs that they give. The host lists what there is:
 * '<view>' [D] (pooled), '<view>/tokens' [prefix + N, D], 'embeddings/<projector>' [D].
 */
import { at } from '@dualbeat/core';
import type { ArraySpec, Named, Ops, TargetSpec, Tensor } from '@dualbeat/core';
import { featuresDiffer, featuresUnclear } from './errors.ts';

/** Options of a head that reads vectors; their schema stands in the plugins. */
export type FeatureOptions = {
  /** Absent: the only view. */
  readonly inputs?: readonly string[];
  /** Side by side, or the first less the sum of the others. */
  readonly combine: 'concat' | 'difference';
};

export type Features = {
  readonly inputs: Named<ArraySpec>;
  readonly width: number;
  /** [B, width] from what the task gives. */
  read(tf: Ops, named: Named): Tensor;
};

/** Errors: E_HEAD_INPUTS (not clear which, or a difference of different widths), E_NAME_UNKNOWN. */
export function headFeatures(
  head: string,
  { inputs, combine }: FeatureOptions,
  there: Named<ArraySpec>,
): Features {
  const views = Object.keys(there).filter((name) => !name.includes('/'));
  const used = inputs ?? views;
  if (used.length === 0 || (inputs === undefined && used.length > 1))
    throw featuresUnclear(
      head,
      Object.entries(there).flatMap(([name, { shape }]) => (shape.length === 1 ? [name] : [])),
    );
  const specs = Object.fromEntries(used.map((name) => [name, at(there, name, 'input')]));
  const widths = Object.values(specs).map(({ shape }) => shape[0] as number);
  if (combine === 'difference' && new Set(widths).size > 1)
    throw featuresDiffer(head, used, widths);
  return {
    inputs: specs,
    width: combine === 'concat' ? widths.reduce((a, b) => a + b, 0) : (widths[0] as number),
    read(tf, named) {
      const parts = used.map((name) => at(named, name, 'input'));
      const [first, ...others] = parts as [Tensor, ...Tensor[]];
      if (others.length === 0) return first;
      return combine === 'concat' ? tf.concat(parts, 1) : tf.sub(first, tf.addN(others));
    },
  };
}

/**
 * What a head gives for a target, of one row: a number, logit or log-risk per name; for a class, a logit per class
 * (a class target has the classes as its names and one index per row).
 */
export function outputShape({ type, shape, names }: TargetSpec): readonly number[] {
  if (type === 'class') return [names.length];
  return type === 'survival' ? [names.length] : shape;
}

/** The outputs of a head by target name. */
export function headOutputs(targets: Named<TargetSpec>): Named<ArraySpec> {
  return Object.fromEntries(
    Object.entries(targets).map(([name, target]) => [
      name,
      { shape: outputShape(target), dtype: 'float32' },
    ]),
  );
}

/** `unit` [B, n] in the shape and unit of the target: mean + std * unit for numbers; other targets stay logits. */
export function inTargetUnits(tf: Ops, unit: Tensor, target: TargetSpec): Tensor {
  const shape = outputShape(target);
  const shaped = tf.reshape(unit, [unit.shape[0] as number, ...shape]);
  if (target.type !== 'number') return shaped;
  const row = (values: readonly number[]): Tensor => tf.tensor([...values], [...shape], 'float32');
  const spread = target.std.map((value) => (value > 0 ? value : 1));
  return tf.add(tf.mul(shaped, row(spread)), row(target.mean));
}
