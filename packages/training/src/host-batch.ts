/** @file From loaded rows on the host to a batch of tensors. */
import type { Batch, HostArray, HostMasked, Masked, Named, Runtime } from '@dualbeat/core';

export type HostRows = {
  readonly views: Named<HostMasked>;
  readonly targets: Named<HostMasked>;
  readonly subject: Int32Array;
};

/** Uploads `rows`; the caller disposes the batch. */
export function uploadBatch(runtime: Runtime, rows: HostRows): Batch {
  const upload = (named: Named<HostMasked>): Named<Masked> =>
    Object.fromEntries(
      Object.entries(named).map(([name, { values, present }]) => [
        name,
        {
          values: runtime.tensor(values, dtypeOf(values)),
          present: runtime.tensor(present, 'bool'),
        },
      ]),
    );
  const subject = { shape: [rows.subject.length], data: rows.subject };
  return {
    views: upload(rows.views),
    targets: upload(rows.targets),
    subject: runtime.tensor(subject, 'int32'),
  };
}

function dtypeOf(array: HostArray): 'float32' | 'int32' | 'bool' {
  if (array.data instanceof Float32Array) return 'float32';
  return array.data instanceof Int32Array ? 'int32' : 'bool';
}

/** The first `rows` rows, as a view of the same memory. */
export function firstRows(array: HostArray, rows: number): HostArray {
  const each = array.shape.slice(1).reduce((a, b) => a * b, 1);
  return { shape: [rows, ...array.shape.slice(1)], data: array.data.subarray(0, rows * each) };
}
