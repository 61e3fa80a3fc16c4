import { hostRandom } from '@dualbeat/core';
import type { Host, Loss, Named, Runtime, TargetSpec } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bools,
  contextOf,
  floats,
  open,
  openPlugin,
  run,
  runtimeNames,
  target,
} from '../../test/support.ts';

const softplus = (x: number) => Math.log1p(Math.exp(x));

describe.each(runtimeNames)('downstream losses on the runtime %s', (name) => {
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
  const make = (use: string, options: object, spec: TargetSpec, shape: readonly number[]) =>
    host.create(
      'loss',
      { use, options },
      { values: { y: { shape, dtype: 'float32' } }, targets: { y: spec } },
    );
  /** Loss, report and the gradient with respect to the values. */
  function evaluate(
    loss: Loss,
    of: {
      readonly shape: readonly number[];
      readonly values: readonly number[];
      readonly truth: { readonly shape: readonly number[]; readonly data: readonly number[] };
      readonly present?: readonly number[];
      readonly rows?: readonly number[];
    },
  ): Named<number[]> {
    const rows = of.shape[0] as number;
    const flags = of.truth.shape.slice(0, 2);
    const count = flags.reduce((a, b) => a * b, 1);
    return run(
      runtime,
      {
        values: floats(of.shape, of.values),
        truth: floats(of.truth.shape, of.truth.data),
        known: bools(flags, of.present ?? Array<number>(count).fill(1)),
        rows: bools([rows], of.rows ?? Array<number>(rows).fill(1)),
      },
      (x) => {
        const { value, aux, grads } = runtime.valueAndGrad(
          (given) => {
            const { outputs } = loss.apply(
              { params: {}, state: {} },
              {
                values: { y: { values: given['values']!, present: x['rows']! } },
                targets: { y: { values: x['truth']!, present: x['known']! } },
                subject: runtime.tf.zeros([rows], 'int32'),
              },
              contextOf(runtime),
            );
            return { value: outputs.loss, aux: outputs.report };
          },
          { values: x['values']! },
        );
        return { loss: value, grad: grads['values']!, ...aux };
      },
    );
  }

  test('bce and focal: the definitions, class weights from the training part, missing labels one by one', async () => {
    const spec = target('binary', ['a', 'b'], { mean: [0.25, 0.5] });
    const logits = [1, -2, 0.5, 3, 9, 9];
    const truth = { shape: [3, 2], data: [1, 0, 0, 1, 1, 1] };
    const of = {
      shape: [3, 2],
      values: logits,
      truth,
      present: [1, 1, 1, 0, 1, 1],
      rows: [1, 1, 0],
    };
    const errors = [softplus(-1), softplus(-2), softplus(0.5)];
    const plain = evaluate(await make('bce', {}, spec, [2]), of);
    expect(plain['loss']![0]).toBeCloseTo((errors[0]! + errors[1]! + errors[2]!) / 3, 5);
    for (const g of plain['grad']!.slice(3)) expect(g).toBeCloseTo(0, 10);
    // of a: positives 1 / .5 = 2, negatives 1 / 1.5; of b: 1
    const balanced = evaluate(await make('bce', { classWeights: 'balanced' }, spec, [2]), of);
    const wanted = (2 * errors[0]! + errors[1]! + errors[2]! / 1.5) / (2 + 1 + 1 / 1.5);
    expect(balanced['loss']![0]).toBeCloseTo(wanted, 5);
    const p = (x: number) => 1 / (1 + Math.exp(-x));
    const focused = [1 - p(1), p(-2), p(0.5)].map((q, i) => q ** 2 * errors[i]!);
    const focal = evaluate(await make('focal', {}, spec, [2]), of);
    expect(focal['loss']![0]).toBeCloseTo(focused.reduce((a, b) => a + b) / 3, 5);
    const open_ = evaluate(await make('focal', { gamma: 0 }, spec, [2]), of);
    expect(open_['loss']![0]).toBeCloseTo(plain['loss']![0]!, 6);
    const huge = evaluate(await make('focal', {}, spec, [2]), {
      ...of,
      values: logits.map((x) => 1e4 * x),
    });
    expect(Number.isFinite(huge['loss']![0]!)).toBe(true);
    expect(huge['grad']!.every(Number.isFinite)).toBe(true);
  });

  const survival = target('survival', ['af'], { shape: [1, 2] });
  const times = [5, 3, 8, 3, 6, 2];
  const events = [1, 1, 0, 1, 1, 0];
  const risks = [0.4, 0.9, 0.1, 0.7, -0.4, 2];
  const truth = { shape: [6, 1, 2], data: times.flatMap((t, i) => [t, events[i]!]) };

  /** By hand, in double precision. */
  function partial(of: readonly number[], ties: 'efron' | 'breslow'): number {
    let sum = 0;
    const hazard = of.map(Math.exp);
    times.forEach((t, i) => {
      if (events[i] !== 1) return;
      const risk = hazard.filter((_, j) => times[j]! >= t).reduce((a, b) => a + b);
      const tied = times.flatMap((u, j) => (u === t && events[j] === 1 ? [j] : []));
      const own = tied.reduce((total, j) => total + hazard[j]!, 0);
      const share = ties === 'efron' ? tied.indexOf(i) / tied.length : 0;
      sum += Math.log(risk - share * own) - of[i]!;
    });
    return sum / events.filter((e) => e === 1).length;
  }

  test.each(['efron', 'breslow'] as const)(
    'cox with %s ties: the definition, gradient, invariance',
    async (ties) => {
      const loss = await make('cox', { ties }, survival, [1]);
      const found = evaluate(loss, { shape: [6, 1], values: risks, truth });
      expect(found['loss']![0]).toBeCloseTo(partial(risks, ties), 5);
      expect(found['events.y']).toEqual([4]);
      risks.forEach((_, i) => {
        const moved = (by: number) =>
          partial(
            risks.map((r, j) => (i === j ? r + by : r)),
            ties,
          );
        expect(found['grad']![i]).toBeCloseTo((moved(1e-4) - moved(-1e-4)) / 2e-4, 4);
      });
      const shifted = evaluate(loss, { shape: [6, 1], values: risks.map((r) => r + 300), truth });
      expect(shifted['loss']![0]).toBeCloseTo(found['loss']![0]!, 3);
      expect(loss.minimumRows).toBe(2);
    },
  );

  test('cox: absent rows are at risk for nobody; no event gives 0', async () => {
    const loss = await make('cox', {}, survival, [1]);
    const more = {
      shape: [8, 1, 2],
      data: [...truth.data, 1, 1, 99, 1],
    };
    const padded = evaluate(loss, {
      shape: [8, 1],
      values: [...risks, 50, 50],
      truth: more,
      present: [1, 1, 1, 1, 1, 1, 0, 1],
      rows: [1, 1, 1, 1, 1, 1, 1, 0],
    });
    expect(padded['loss']![0]).toBeCloseTo(partial(risks, 'efron'), 5);
    expect(padded['grad']!.slice(6)).toEqual([0, 0]);
    const none = evaluate(loss, {
      shape: [6, 1],
      values: risks,
      truth: { ...truth, data: times.flatMap((t) => [t, 0]) },
    });
    expect(none['loss']).toEqual([0]);
    expect(none['grad']).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('discrete-time: intervals up to the event, and those seen for half', async () => {
    const loss = await make('discrete-time', { edges: [2, 4, 6] }, survival, [1, 3]);
    const random = hostRandom(1, 'logits');
    const logits = Array.from({ length: 15 }, () => 2 * random() - 1);
    // event at 3: intervals 1, 2; end of observation at 2.9 (less than half of 2) and at 5; event after the last; at once
    const data = [3, 1, 2.9, 0, 5, 0, 7, 1, 0.5, 1];
    const counted = [[0, 1], [0], [0, 1, 2], [0, 1, 2], [0]];
    const happened = [1, -1, -1, -1, 0];
    const errors = counted.flatMap((intervals, i) =>
      intervals.map((t) => softplus(t === happened[i] ? -logits[3 * i + t]! : logits[3 * i + t]!)),
    );
    const found = evaluate(loss, {
      shape: [5, 1, 3],
      values: logits,
      truth: { shape: [5, 1, 2], data },
    });
    expect(found['loss']![0]).toBeCloseTo(errors.reduce((a, b) => a + b) / errors.length, 5);
    expect(found['grad']![2]).toBe(0);
  });

  test('what does not fit is said', async () => {
    await expect(make('bce', {}, survival, [1])).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_LOSS_NAMES: loss bce: no value has the name of a target of type binary; values: y; targets: y (survival). Fix: give the stage targets, and a head named after each of them.]`,
    );
    await expect(make('cox', {}, survival, [3])).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_LOSS_SHAPE: loss cox: the value "y" has the shape [3] a row, not [1]. Fix: use the head that goes with this loss.]`,
    );
    await expect(
      make('cox', {}, { ...survival, shape: [2] }, [1]),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_SURVIVAL_SHAPE: target y: it has the shape [2] a row; times to events are [names, 2]: years, and 1 for an event or 0 for the end of observation. Fix: give the target of the cohort this shape.]`,
    );
    await expect(
      make('discrete-time', { edges: [2, 1] }, survival, [1, 2]),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_SURVIVAL_EDGES: loss discrete-time, option edges: the ends of the intervals must grow from above 0, not 2, 1. Fix: give the end of each interval in years, in order: [1, 2, 5].]`,
    );
  });
});
