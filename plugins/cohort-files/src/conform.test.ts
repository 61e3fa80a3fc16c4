import type { ReaderRecord } from '@dualbeat/core';
import { describe, expect, it } from 'vitest';
import { conform } from './conform.ts';

const record = (values: number[][], hz: number): ReaderRecord => ({
  id: 'r',
  view: {
    shape: [values.length, values[0]?.length ?? 0],
    dtype: 'float32',
    axes: [
      { name: 'lead', labels: values.map((_, i) => `V${i + 1}`) },
      { name: 'time', spacing: 1 / hz, unit: 's' },
    ],
    unit: 'mV',
  },
  values: Float32Array.from(values.flat()),
  facts: {},
  flags: ['flat V1'],
});

describe('conform', () => {
  it('leaves a fitting record alone', () => {
    const { values, flags } = conform(
      record(
        [
          [1, 2],
          [3, 4],
        ],
        100,
      ),
      100,
      2,
    );
    expect([...values]).toEqual([1, 2, 3, 4]);
    expect(flags).toEqual(['flat V1']);
  });

  it('cuts to the middle', () => {
    const { values, flags } = conform(
      record(
        [
          [1, 2, 3, 4, 5],
          [6, 7, 8, 9, 10],
        ],
        100,
      ),
      100,
      2,
    );
    expect([...values]).toEqual([2, 3, 7, 8]);
    expect(flags).toEqual(['flat V1', 'cut from 0.05 s']);
  });

  it('fills up with zeros', () => {
    const { values, flags } = conform(
      record(
        [
          [1, 2],
          [3, 4],
        ],
        100,
      ),
      100,
      4,
    );
    expect([...values]).toEqual([1, 2, 0, 0, 3, 4, 0, 0]);
    expect(flags).toEqual(['flat V1', 'zeros after 0.02 s']);
  });

  it('resamples first', () => {
    const { values, flags } = conform(record([Array(100).fill(3)], 50), 100, 150);
    expect(values).toHaveLength(150);
    values.forEach((value) => expect(value).toBeCloseTo(3, 6));
    expect(flags).toEqual(['flat V1', 'resampled from 50 Hz', 'cut from 2 s']);
  });
});
