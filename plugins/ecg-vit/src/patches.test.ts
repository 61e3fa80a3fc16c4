import type { Runtime } from '@dualbeat/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { array, open, run, runtimeNames, sequence } from '../test/support.ts';
import { patchGrid, patchify, unpatchify } from './patches.ts';

const view = (...shape: number[]) => ({ shape, dtype: 'float32' as const });

test('patches that do not tile the view are refused', () => {
  expect(() => patchGrid(view(12, 4999), [1, 100])).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_VIT_PATCH: encoder ecg-vit, option patch: patches of [1, 100] do not divide the 4999 samples of a view [12, 4999]. Fix: the nearest that divides is 1; or crop the view.]`,
  );
  expect(() => patchGrid(view(12, 5000), [5, 100])).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_VIT_PATCH: encoder ecg-vit, option patch: patches of [5, 100] do not divide the 12 leads of a view [12, 5000]. Fix: the nearest that divides is 4; or crop the view.]`,
  );
  expect(() => patchGrid(view(12, 50, 10), [1, 10])).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_VIT_VIEW: encoder ecg-vit: the view has the shape [12, 50, 10], not [leads, samples]. Fix: give it a view of leads x samples.]`,
  );
});

describe.each(runtimeNames)('patches on the runtime %s', (name) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await open(name);
  });
  afterAll(() => runtime.close());

  test('lead-major order', () => {
    const x = array([1, 2, 6], [1, 2, 3, 4, 5, 6, 6, 5, 4, 2, 1, 0]);
    const cut = (patch: number[]) =>
      run(runtime, { x }, (inputs) => ({
        y: patchify(runtime.tf, inputs['x']!, patchGrid(view(2, 6), patch)),
      }))['y'];
    expect(cut([1, 2])).toEqual([1, 2, 3, 4, 5, 6, 6, 5, 4, 2, 1, 0]);
    expect(cut([2, 3])).toEqual([1, 2, 3, 6, 5, 4, 4, 5, 6, 2, 1, 0]);
  });

  test('unpatchify undoes patchify on any grid', () => {
    const side = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(side, side, side, side, side, (batch, rows, cols, leads, samples) => {
        const x = sequence([batch, rows * leads, cols * samples], (k) => k);
        const grid = patchGrid(view(rows * leads, cols * samples), [leads, samples]);
        const { y } = run(runtime, { x }, (inputs) => ({
          y: unpatchify(runtime.tf, patchify(runtime.tf, inputs['x']!, grid)),
        }));
        expect(y).toEqual([...x.data]);
      }),
      { numRuns: 30 },
    );
  });
});
