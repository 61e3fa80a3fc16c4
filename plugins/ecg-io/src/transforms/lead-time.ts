/**
 * @file Standardisation per lead and sample over participants: the paper's first form, fitted on the training part only
 * (the reference code fitted it on all records, paper.md 1.5 D17).
 */
import type { Transform, ViewSpec } from '@dualbeat/core';
import { notFitted } from './errors.ts';

/** JSON; `mean` and `std` have one entry per value of the view. */
export type LeadTimeFit = {
  readonly over: 'lead-time';
  readonly records: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
};

/** Mean and population standard deviation of each position in one pass (Welford 1962). */
export async function fitLeadTime(
  training: AsyncIterable<Float32Array>,
  length: number,
): Promise<LeadTimeFit> {
  const mean = new Float64Array(length);
  const squares = new Float64Array(length);
  let records = 0;
  for await (const x of training) {
    records++;
    for (let i = 0; i < length; i++) {
      const value = x[i] as number;
      const change = value - (mean[i] as number);
      mean[i] = (mean[i] as number) + change / records;
      squares[i] = (squares[i] as number) + change * (value - (mean[i] as number));
    }
  }
  const std = squares.map((s) => Math.sqrt(s / Math.max(1, records)));
  return { over: 'lead-time', records, mean: [...mean], std: [...std] };
}

function isFit(fitted: unknown, length: number): fitted is LeadTimeFit {
  if (typeof fitted !== 'object' || fitted === null) return false;
  const { over, records, mean, std } = fitted as Partial<LeadTimeFit>;
  return (
    over === 'lead-time' && (records ?? 0) > 0 && mean?.length === length && std?.length === length
  );
}

export function leadTime(transform: string, output: ViewSpec, epsilon: number): Transform {
  const length = output.shape.reduce((product, n) => product * n, 1);
  return {
    output,
    when: 'always',
    fit: (training) => fitLeadTime(training, length),
    apply(x, fitted) {
      if (!isFit(fitted, length)) {
        const found = fitted == null ? 'nothing was fitted' : 'what was fitted has another form';
        throw notFitted(transform, found);
      }
      const { mean, std } = fitted;
      return x.map((v, i) => (v - (mean[i] as number)) / ((std[i] as number) + epsilon));
    },
  };
}
