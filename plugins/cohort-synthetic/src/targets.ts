/** @file The parameters that a model can be asked for. */
import type { HostMasked, Named, TargetSpec } from '@dualbeat/core';
import { drawParameters } from './parameters.ts';
import type { SubjectParameters } from './parameters.ts';

const UNITS = { heartRate: 'bpm', qrsWidth: 'ms', axis: 'deg', amplitude: 'mV' } as const;
type TargetName = keyof typeof UNITS & keyof SubjectParameters;
const NAMES = Object.keys(UNITS) as TargetName[];
/** Names in each target: one each, and `parameters` with all. */
const TARGETS: Named<readonly TargetName[]> = {
  ...Object.fromEntries(NAMES.map((name) => [name, [name]])),
  parameters: NAMES,
};

/** Means and population standard deviations are exact over the `train` subjects: their parameters are all drawn. */
export function targetSpecs(seed: number, train: Int32Array): Named<TargetSpec> {
  const sums = NAMES.map(() => ({ mean: 0, squares: 0 }));
  let seen = 0;
  for (const subject of train) {
    const drawn = drawParameters(seed, subject);
    seen++;
    NAMES.forEach((name, k) => {
      const sum = sums[k] as (typeof sums)[number];
      const change = drawn[name] - sum.mean;
      sum.mean += change / seen;
      sum.squares += change * (drawn[name] - sum.mean);
    });
  }
  const of = (name: TargetName) => sums[NAMES.indexOf(name)] as (typeof sums)[number];
  return Object.fromEntries(
    Object.entries(TARGETS).map(([target, names]): [string, TargetSpec] => [
      target,
      {
        shape: [names.length],
        dtype: 'float32',
        type: 'number',
        names,
        units: names.map((name) => UNITS[name]),
        mean: names.map((name) => of(name).mean),
        std: names.map((name) => Math.sqrt(of(name).squares / seen)),
      },
    ]),
  );
}

/** Values of one target, [rows, names]; all present. */
export function targetValues(
  names: readonly string[],
  parameters: readonly SubjectParameters[],
): HostMasked {
  const shape = [parameters.length, names.length];
  const values = parameters.flatMap((p) => names.map((name) => p[name as TargetName]));
  return {
    values: { shape, data: Float32Array.from(values) },
    present: { shape, data: new Uint8Array(values.length).fill(1) },
  };
}
