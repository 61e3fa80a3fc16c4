import type { HostArray, Runtime } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { array, contextOf, distance, open, run, runtimeNames } from '../../test/support.ts';
import { createReconstruction } from './reconstruction.ts';

const image = [1, 2, 3, 4, 5, 6, 6, 5, 4, 2, 1, 0];
const predicted = image.map((value, j) => 0.9 * value + 0.1 * Math.sin(j));
const bools = (values: readonly number[]): HostArray => ({
  shape: [values.length / 6, 2, 3],
  data: Uint8Array.from(values),
});
const options = { over: 'all', correlationWeight: 0.1, normPatches: false } as const;

describe.each(runtimeNames)('reconstruction loss on the runtime %s', (name) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await open(name);
  });
  afterAll(() => runtime.close());

  /** Two leads of three patches of two samples per row. */
  function evaluate(
    of: Partial<Parameters<typeof createReconstruction>[0]>,
    given: {
      x?: readonly number[];
      y?: readonly number[];
      hidden?: readonly number[];
      real?: readonly number[];
    } = {},
  ) {
    const { x = image, y = predicted } = given;
    const rows = x.length / 12;
    const { hidden = Array<number>(6 * rows).fill(1), real = Array<number>(6 * rows).fill(1) } =
      given;
    const loss = createReconstruction({ ...options, ...of }, {});
    const inputs = {
      x: array([rows, 2, 3, 1, 2], x),
      y: array([rows, 2, 3, 1, 2], y),
      hidden: bools(hidden),
      real: bools(real),
    };
    return run(runtime, inputs, ({ x, y, hidden, real }) => {
      const { outputs } = loss.apply(
        { params: {}, state: {} },
        {
          values: { reconstruction: { values: y!, present: hidden! } },
          targets: { reconstruction: { values: x!, present: real! } },
          subject: runtime.tf.zeros([rows], 'int32'),
        },
        contextOf(runtime),
      );
      const restored = loss.restore(runtime.tf, y!, x!);
      return {
        loss: outputs.loss,
        mse: outputs.report['mse']!,
        ncc: outputs.report['ncc']!,
        parts: runtime.tf.addN(Object.values(outputs.parts)),
        restored: runtime.tf.reshape(restored, [-1]),
      };
    });
  }

  // The golden values are float32 themselves.
  test.each([
    [{ correlationWeight: 0 }, 0.1470281035],
    [{ correlationWeight: 0.1 }, 0.1323749125],
    [{ correlationWeight: 1 }, 0.0004961491],
    [{ correlationWeight: 0, normPatches: true }, 11.4596643448],
  ])('golden value at %j', (of, want) => {
    const { loss, parts } = evaluate(of);
    expect(Math.abs(loss![0]! - want)).toBeLessThan(want > 1 ? 2e-4 : 5e-7);
    expect(parts![0]).toBeCloseTo(loss![0]!, 6);
  });

  test('over masked: the squared error of the hidden patches alone', () => {
    const { loss } = evaluate(
      { over: 'masked', correlationWeight: 0 },
      { hidden: [0, 1, 1, 0, 1, 1] },
    );
    expect(loss![0]).toBeCloseTo(0.1447484791, 6);
  });

  test('absent rows do not count', () => {
    const padded = evaluate(
      {},
      {
        x: [...image, ...Array<number>(12).fill(0)],
        y: [...predicted, ...Array<number>(12).fill(50)],
        real: [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0],
      },
    );
    const alone = evaluate({});
    expect(padded['loss']![0]).toBeCloseTo(alone['loss']![0]!, 6);
    expect(padded['ncc']![0]).toBeCloseTo(alone['ncc']![0]!, 6);
  });

  test('a flat lead has no correlation, and no infinity', () => {
    const flat = evaluate({}, { x: [...image.slice(0, 6), 0, 0, 0, 0, 0, 0] });
    expect(flat['ncc']![0]).toBeGreaterThan(0.49);
    expect(flat['ncc']![0]).toBeLessThan(0.51);
  });

  test('predictions of normalised patches return to the units of the view', () => {
    const perfect = Array.from({ length: 6 }, (_, p) => {
      const [a, b] = [image[2 * p]!, image[2 * p + 1]!];
      const std = Math.sqrt((a - b) ** 2 / 2 + 1e-6);
      return [(a - b) / 2 / std, (b - a) / 2 / std];
    }).flat();
    const { restored, mse } = evaluate({ normPatches: true }, { y: perfect });
    expect(distance(restored!, image)).toBeLessThan(1e-5);
    expect(mse![0]).toBeLessThan(1e-8);
  });
});
