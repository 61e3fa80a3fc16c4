/** @file Rows that were read one by one to a batch. */
import type { HostArray, HostMasked, Named } from '@dualbeat/core';
import type { LoadedRows } from './batch-source.ts';

/** One piece per row, null where there is none: values 0, present 0, subject -1, id ''. One piece at least is there. */
export function joinRows(pieces: readonly (LoadedRows | null)[]): LoadedRows {
  const template = pieces.find((piece) => piece !== null);
  if (template === undefined || template === null) throw new Error('no row to join');
  const flags = pieces.flatMap((piece) => piece?.flags ?? []);
  const join = (kind: 'views' | 'targets'): Named<HostMasked> =>
    Object.fromEntries(
      Object.keys(template[kind]).map((name) => {
        const of = (what: 'values' | 'present') =>
          joinArrays(pieces.map((piece) => piece?.[kind][name]?.[what] ?? null));
        return [name, { values: of('values'), present: of('present') }];
      }),
    );
  return {
    views: join('views'),
    targets: join('targets'),
    subject: Int32Array.from(pieces, (piece) => piece?.subject[0] ?? -1),
    ids: pieces.map((piece) => piece?.ids[0] ?? ''),
    ...(flags.length === 0 ? {} : { flags }),
  };
}

function joinArrays(arrays: readonly (HostArray | null)[]): HostArray {
  const one = arrays.find((array) => array !== null) as HostArray;
  const size = one.data.length;
  const kind = one.data.constructor as new (length: number) => HostArray['data'];
  const data = new kind(size * arrays.length);
  arrays.forEach((array, i) => {
    if (array !== null) data.set(array.data, i * size);
  });
  return { shape: [arrays.length, ...one.shape.slice(1)], data };
}
