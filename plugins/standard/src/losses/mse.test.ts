import type { Host, Runtime } from '@dualbeat/core';
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

describe.each(runtimeNames)('mse on the runtime %s', (name) => {
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
  const targets = { a: numbers([0, 0], [2, 10]), b: numbers([0], [0]) };
  const values = { a: targets.a, b: targets.b, other: numbers([0], [1]) };

  test.each([
    ['raw', (1 + 9 + 100) / 3],
    ['standard', (1 / 4 + 9 / 4 + 100 / 100) / 3],
  ])('%s: what is absent does not count, names weigh alike', async (scale, ofA) => {
    const loss = await host.create('loss', { use: 'mse', options: { scale } }, { values, targets });
    expect(loss.uses).toEqual(['a', 'b']);
    const inputs = {
      a: floats([3, 2], [1, 10, 3, 999, 5, 5]),
      b: floats([3, 1], [2, 0, 7]),
      truth: floats([3, 2], [0, 0, 0, 0, 0, 0]),
      bTruth: floats([3, 1], [0, 0, 0]),
      present: bools([3, 2], [1, 1, 1, 0, 1, 1]),
      bPresent: bools([3, 1], [1, 1, 1]),
      rows: bools([3], [1, 1, 0]),
    };
    const result = run(runtime, inputs, (given) => {
      const { tf } = runtime;
      const { outputs } = loss.apply(
        { params: {}, state: {} },
        {
          values: {
            a: { values: given['a']!, present: given['rows']! },
            b: { values: given['b']!, present: given['rows']! },
          },
          targets: {
            a: { values: given['truth']!, present: given['present']! },
            b: { values: given['bTruth']!, present: given['bPresent']! },
          },
          subject: tf.zeros([3], 'int32'),
        },
        contextOf(runtime),
      );
      return {
        loss: outputs.loss,
        a: outputs.report['mse.a']!,
        b: outputs.report['mse.b']!,
        parts: tf.addN(Object.values(outputs.parts)),
      };
    });
    expect(result['a']![0]).toBeCloseTo(ofA, 4);
    expect(result['b']![0]).toBeCloseTo(2, 6);
    expect(result['loss']![0]).toBeCloseTo((ofA + 2) / 2, 4);
    expect(result['parts']).toEqual(result['loss']);
  });

  test('nothing to compare, and shapes that differ, are refused', async () => {
    const make = (of: object) => host.create('loss', { use: 'mse' }, of as never);
    await expect(
      make({ values: { ecg: numbers([0], [1]) }, targets }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_LOSS_NAMES: loss mse: no value has the name of a target of type number; values: ecg; targets: a (number), b (number). Fix: give the stage targets, and a head named after each of them.]`,
    );
    await expect(
      make({ values: { a: numbers([0], [1]) }, targets }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_LOSS_SHAPE: loss mse: the value "a" has the shape [1] a row, its target [2]. Fix: use a head that gives one number per target.]`,
    );
  });
});
