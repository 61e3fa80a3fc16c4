import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stageNeeds, stageOrder } from './stage-order.ts';
import type { Stage } from './types.ts';

type Order = Parameters<typeof stageOrder>[0];
const stagesOf = (needs: Readonly<Record<string, readonly string[]>>): Order => ({
  result: Object.keys(needs).at(-1) ?? '',
  stages: Object.fromEntries(
    Object.entries(needs).map(([name, names]) => [
      name,
      { init: {}, needs: names } as unknown as Stage,
    ]),
  ),
});

test('only what the result needs, by init and by needs, each once', () => {
  const order = stagesOf({
    mae: [],
    ed: [],
    es: [],
    align: ['ed', 'mae'],
    other: ['mae'],
    probe: ['align', 'mae'],
  });
  expect(stageOrder(order)).toEqual(['mae', 'ed', 'align', 'probe']);
  expect(stageOrder(order, 'other')).toEqual(['mae', 'other']);
  const init = {
    'encoders/ecg': { from: 'mae', checkpoint: 'best' },
    'encoders/ed': { from: 'mae', checkpoint: 'last' },
  } as const;
  expect(stageNeeds({ init, needs: ['ed'] })).toEqual(['mae', 'ed']);
});

test('a stage that is not there, and a cycle', () => {
  expect(() => stageOrder(stagesOf({ mae: [] }), 'mea')).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_NAME_UNKNOWN: there is no stage "mea"; there is: mae. Fix: did you mean "mae"?]`,
  );
  expect(() =>
    stageOrder(stagesOf({ a: ['c'], b: ['a'], c: ['b'] })),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EXPERIMENT_CYCLE: the stages need each other: c -> b -> a -> c. Fix: remove one of these from init: or needs:.]`,
  );
});

test('each stage comes after all that it needs', () => {
  const graph = fc
    .array(fc.array(fc.nat(30), { maxLength: 5 }), { minLength: 1, maxLength: 30 })
    .map((rows) =>
      Object.fromEntries(
        rows.map((row, index) => [
          `s${index}`,
          row.filter((need) => need < index).map((need) => `s${need}`),
        ]),
      ),
    );
  fc.assert(
    fc.property(graph, (needs) => {
      const order = stageOrder(stagesOf(needs));
      expect(new Set(order).size).toBe(order.length);
      for (const [index, name] of order.entries())
        for (const need of needs[name] ?? []) expect(order.slice(0, index)).toContain(need);
    }),
  );
});
