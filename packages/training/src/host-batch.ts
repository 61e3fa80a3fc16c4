/** @file From loaded rows on the host to a batch of tensors. */
import type { Batch, HostArray, HostMasked, Masked, Named, Runtime } from '@dualbeat/core';
import { mapNamed } from './named.ts';

export type HostRows = {
  readonly views: Named<HostMasked>;
  readonly targets: Named<HostMasked>;
  readonly subject: Int32Array;
};

/** Uploads `rows`; the caller disposes the batch. */
export function uploadBatch(runtime: Runtime, rows: HostRows): Batch {
  const upload = (named: Named<HostMasked>): Named<Masked> =>
    mapNamed(named, ({ values, present }) => ({
      values: runtime.tensor(values, dtypeOf(values)),
      present: runtime.tensor(present, 'bool'),
    }));
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

/** Rows `from` to `to` (or the end) of an array, as a view of the same memory. */
export function rowsOf(array: HostArray, from: number, to: number): HostArray {
  const each = array.shape.slice(1).reduce((a, b) => a * b, 1);
  const end = Math.min(to, array.shape[0] as number);
  return {
    shape: [end - from, ...array.shape.slice(1)],
    data: array.data.subarray(from * each, end * each),
  };
}

/** Rows `from` to `to` (or the end) of a batch; all of it shares its memory. */
export function sliceRows(
  { views, targets, subject }: HostRows,
  from: number,
  to: number,
): HostRows {
  const cut = (named: Named<HostMasked>): Named<HostMasked> =>
    mapNamed(named, ({ values, present }) => ({
      values: rowsOf(values, from, to),
      present: rowsOf(present, from, to),
    }));
  return { views: cut(views), targets: cut(targets), subject: subject.subarray(from, to) };
}
