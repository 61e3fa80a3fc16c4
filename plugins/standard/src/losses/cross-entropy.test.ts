import type { Host, Loss, Runtime, TargetSpec } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bools,
  contextOf,
  floats,
  numbers,
  open,
  openPlugin,
  run,
  runtimeNames,
} from '../../test/support.ts';

/** Class shares .5, .25, .25 in the training part. */
const rhythm: TargetSpec = {
  shape: [],
  dtype: 'int32',
  type: 'class',
  names: ['sinus', 'flutter', 'fibrillation'],
  units: ['', '', ''],
  mean: [0.5, 0.25, 0.25],
  std: [1, 1, 1],
};
const logits = [
  [1, 2, 3],
  [0, 0, 0],
  [4, 0, -1],
  [9, 9, -9],
];
const truth = [2, 1, 0, 0];
const present = [1, 1, 1, 0];
const surprise = (row: readonly number[], k: number): number =>
  Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[k]!;

describe.each(runtimeNames)('cross-entropy and sum on the runtime %s', (name) => {
  let runtime: Runtime;
  let host: Host;
  beforeAll(async () => {
    runtime = await open(name);
    host = await openPlugin();
  });
  afterAll(() => {
    host.close();
    runtime.close();
  });
  const from = {
    values: { rhythm: { shape: [3], dtype: 'float32' as const }, a: numbers([0], [1]) },
    targets: { rhythm, a: numbers([0], [2]) },
  };
  const evaluate = (loss: Loss) =>
    run(
      runtime,
      {
        logits: floats([4, 3], logits.flat()),
        truth: { shape: [4], data: Int32Array.from(truth) },
        known: bools([4], present),
        all: bools([4], [1, 1, 1, 1]),
        a: floats([4, 1], [2, 4, 0, 0]),
        zero: floats([4, 1], [0, 0, 0, 0]),
      },
      (given) => {
        const { outputs } = loss.apply(
          { params: {}, state: {} },
          {
            values: {
              rhythm: { values: given['logits']!, present: given['all']! },
              a: { values: given['a']!, present: given['all']! },
            },
            targets: {
              rhythm: { values: given['truth']!, present: given['known']! },
              a: { values: given['zero']!, present: given['all']! },
            },
            subject: runtime.tf.zeros([4], 'int32'),
          },
          contextOf(runtime),
        );
        return { loss: outputs.loss, ...outputs.report };
      },
    );
  const errors = [0, 1, 2].map((i) => surprise(logits[i]!, truth[i]!));
  const weighted = (weights: readonly number[]) =>
    errors.reduce((sum, e, i) => sum + e * weights[i]!, 0) / weights.reduce((a, b) => a + b);

  test('mean surprise over the rows with a class; balanced by the shares of the training part', async () => {
    const plain = await host.create('loss', { use: 'cross-entropy' }, from);
    expect(evaluate(plain)['loss']![0]).toBeCloseTo(weighted([1, 1, 1]), 5);
    expect(plain.uses).toEqual(['rhythm']);
    const options = { classWeights: 'balanced' };
    const balanced = await host.create('loss', { use: 'cross-entropy', options }, from);
    expect(evaluate(balanced)['loss']![0]).toBeCloseTo(weighted([4, 4, 2]), 5);
    const smooth = await host.create(
      'loss',
      { use: 'cross-entropy', options: { labelSmoothing: 0.3 } },
      from,
    );
    const means = [0, 1, 2].map((i) =>
      [0, 1, 2].reduce((s, k) => s + surprise(logits[i]!, k) / 3, 0),
    );
    const wanted = errors.reduce((sum, e, i) => sum + (0.7 * e + 0.3 * means[i]!) / 3, 0);
    expect(evaluate(smooth)['loss']![0]).toBeCloseTo(wanted, 5);
  });

  test('sum: weighted terms, each with the targets of its type', async () => {
    const make = (terms: object) => {
      const all = {
        ...from,
        create: (use: { use: string; options?: unknown }): Promise<Loss> =>
          host.create('loss', use, all),
      };
      return host.create('loss', { use: 'sum', options: { terms } }, all);
    };
    const loss = await make({
      rhythm: { use: 'cross-entropy', weight: 0.5 },
      numbers: { use: 'mse', weight: 2 },
      off: { use: 'mse', weight: 0 },
    });
    expect(new Set(loss.uses)).toEqual(new Set(['a', 'rhythm']));
    const found = evaluate(loss);
    // squares 4 and 16 over the variance 4, of four rows
    expect(found['mse.a']![0]).toBeCloseTo(1.25, 5);
    expect(found['loss']![0]).toBeCloseTo(0.5 * weighted([1, 1, 1]) + 2 * 1.25, 4);
    const twice = await make({ x: { use: 'mse' }, y: { use: 'mse', options: { scale: 'raw' } } });
    const both = evaluate(twice);
    expect(both['x.mse.a']![0]).toBeCloseTo(1.25, 5);
    expect(both['y.mse.a']![0]).toBeCloseTo(5, 5);
    await expect(make({ x: { use: 'mse', weight: 0 } })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_LOSS_TERMS: loss sum, option terms: there is no term with a weight above 0, or the loss was made outside a stage. Fix: name at least one loss with a weight above 0.]`,
    );
    await expect(make({ x: { use: 'nse' } })).rejects.toThrow(/E_COMPONENT_UNKNOWN/);
  });
});
