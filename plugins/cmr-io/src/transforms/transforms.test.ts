import { hostRandom } from '@dualbeat/core';
import type { Transform, ViewSpec } from '@dualbeat/core';
import { applyTransforms } from '@dualbeat/data';
import { describe, expect, it } from 'vitest';
import { volumeView } from '../readers/to-record.ts';
import { affine } from './affine.ts';
import { crop } from './crop.ts';
import { flip } from './flip.ts';
import { randomCrop } from './random-crop.ts';
import { resample } from './resample.ts';

const input = volumeView([2, 3, 4], { slice: 10, row: 2, column: 1 });
const x = Float32Array.from({ length: 24 }, (_, i) => i + 1);
const random = () => hostRandom(0, 'test');

describe('transforms of volumes', () => {
  it('flip: mirrors, is the same for both phases of a row, and left out in evaluation', async () => {
    const both = await flip.create({ columns: 1, rows: 1 }, { input });
    const mirrored = both.apply(x, null, random());
    expect([...mirrored.subarray(0, 12)]).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect([...both.apply(mirrored, null, random())]).toEqual([...x]);
    const half = (await flip.create({ columns: 0.5, rows: 0 }, { input })) as Transform;
    const chain = [{ transform: half, name: 'cmr-flip', fitted: null }];
    const at = { seed: 3, epoch: 1, mode: 'train' } as const;
    const flipped = Array.from({ length: 200 }, (_, row) => {
      const [ed, es] = [x, x.map((v) => v + 100)].map((phase) =>
        applyTransforms(phase, chain, { ...at, row }),
      );
      expect(ed![0]! + 100).toBe(es![0]);
      return ed![0] !== 1;
    });
    const share = flipped.filter(Boolean).length / 200;
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
    expect(applyTransforms(x, chain, { ...at, row: 0, mode: 'eval' })).toBe(x);
  });

  it('crop: whole voxels, any parity, zeros outside; random crop: its middle in evaluation', async () => {
    const made = await crop.create({ slices: 1, rows: 1, columns: 2, by: 'centre' }, { input });
    expect([...made.apply(x, null, random())]).toEqual([6, 7]);
    const padded = await crop.create({ rows: 3, columns: 7, by: 'centre' }, { input });
    const row = [...padded.apply(x, null, random())].slice(0, 7);
    expect(row.filter((value) => value > 0)).toEqual([1, 2, 3, 4]);
    expect(made.output.shape).toEqual([1, 1, 2, 1]);
    const part = await randomCrop.create({ rows: 1, columns: 2 }, { input });
    expect([...part.apply(x, null, () => 0.5)]).toEqual([6, 7, 18, 19]);
    const seen = new Set(
      Array.from({ length: 100 }, (_, i) => part.apply(x, null, hostRandom(i, 'crop'))[0]),
    );
    expect([...seen].sort((a, b) => a! - b!)).toEqual([1, 2, 3, 5, 6, 7, 9, 10, 11]);
  });

  it('resample: shape and spacing are declared; halving rows takes means', async () => {
    const made = await resample.create({ spacing: 2, sliceSpacing: 20 }, { input });
    expect(made.output.shape).toEqual([1, 3, 2, 1]);
    expect(made.output.axes.map(({ spacing }) => spacing)).toEqual([20, 2, 2, undefined]);
    expect([...made.apply(x, null, random())]).toEqual([7.5, 9.5, 11.5, 13.5, 15.5, 17.5]);
  });

  it('affine: nothing is drawn as nothing is done; a half turn is both mirrors', async () => {
    const none = await affine.create({ degrees: 0, scale: 0, shift: 0 }, { input });
    expect([...none.apply(x, null, random())]).toEqual([...x]);
    const turn = await affine.create({ degrees: 180, scale: 0, shift: 0 }, { input });
    const turned = turn.apply(x, null, () => 0);
    [...turned.subarray(0, 12)].forEach((value, i) => expect(value).toBeCloseTo(12 - i, 4));
  });

  it('refuse other views, whole messages', () => {
    const ecg: ViewSpec = {
      shape: [12, 50],
      dtype: 'float32',
      axes: [{ name: 'lead' }, { name: 'time' }],
      unit: 'mV',
    };
    expect(() =>
      flip.create({ columns: 0.5, rows: 0 }, { input: ecg }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRANSFORM_VIEW: transform cmr-flip: it needs a float32 view of slice, row, column and channel and was given [lead 12, time 50] float32. Fix: use it on a CMR view such as ed or es.]`,
    );
    const bare = { ...input, axes: input.axes.map(({ name }) => ({ name })) };
    expect(() =>
      resample.create({ spacing: 2 }, { input: bare }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRANSFORM_SPACING: transform cmr-resample: the axis "slice" of the view has no spacing in mm. Fix: give the axis a spacing in the cohort or reader, or give the transform sizes alone.]`,
    );
  });
});
