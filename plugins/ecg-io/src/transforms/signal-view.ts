/** @file What a transform reads from a ViewSpec, and the wrapper for filters that work row by row. */
import type { Transform, ViewSpec } from '@dualbeat/core';
import type { RowFilter } from '../signal/section.ts';
import { noLeadAxis, noSampling, noTimeAxis } from './errors.ts';

/** Samples per row of a float32 view whose last axis is time. Error: E_TRANSFORM_VIEW. */
export function samplesOf(input: ViewSpec, transform: string): number {
  const samples = input.shape[input.shape.length - 1];
  const last = input.axes[input.shape.length - 1];
  if (samples === undefined || last?.name !== 'time' || input.dtype !== 'float32') {
    throw noTimeAxis(transform, input);
  }
  return samples;
}

/** Of the time axis. Errors: E_TRANSFORM_VIEW, E_TRANSFORM_SAMPLING. */
export function samplingHzOf(input: ViewSpec, transform: string): number {
  samplesOf(input, transform);
  const { spacing, unit } = input.axes[input.axes.length - 1] ?? {};
  const perSecond = unit === 's' ? 1 : unit === 'ms' ? 1000 : undefined;
  if (spacing === undefined || !(spacing > 0) || perSecond === undefined)
    throw noSampling(transform);
  const samplingHz = perSecond / spacing;
  // 1 / (1 / 500) and its like: a rate within rounding of a whole number is that number.
  const whole = Math.round(samplingHz);
  return Math.abs(samplingHz - whole) < 1e-9 * samplingHz ? whole : samplingHz;
}

/** Names along the first axis, `lead`. Error: E_TRANSFORM_VIEW. */
export function leadsOf(input: ViewSpec, transform: string): readonly string[] {
  const axis = input.axes[0];
  if (axis?.name !== 'lead' || axis.labels === undefined || axis.labels.length !== input.shape[0]) {
    throw noLeadAxis(transform, input);
  }
  return axis.labels;
}

/** Runs `filter` in float64 on each row of the last axis; the result has the shape and unit of the input. */
export function byRow(input: ViewSpec, samples: number, filter: RowFilter): Transform {
  const row = new Float64Array(samples);
  return {
    output: input,
    when: 'always',
    apply(x) {
      const out = new Float32Array(x.length);
      for (let start = 0; start < x.length; start += samples) {
        row.set(x.subarray(start, start + samples));
        filter(row);
        out.set(row, start);
      }
      return out;
    },
  };
}
