/** @file Checking what a batch source gave, and filling a batch up with absent rows. */
import type { HostArray, HostMasked, Named } from '@dualbeat/core';
import type { LoadedRows } from './batch-source.ts';
import { loadedRowsShape } from './errors.ts';

/** Throws E_LOADER_ROWS where `loaded` is not of `count` rows throughout. */
export function checkRows(loaded: LoadedRows, count: number): void {
  if (loaded.subject.length !== count) {
    throw loadedRowsShape('subject', `${loaded.subject.length} numbers for ${count} rows`);
  }
  if (loaded.ids.length !== count) {
    throw loadedRowsShape('ids', `${loaded.ids.length} ids for ${count} rows`);
  }
  for (const kind of ['views', 'targets'] as const) {
    for (const [name, { values, present }] of Object.entries(loaded[kind])) {
      const where = `${kind}/${name}`;
      checkArray(`${where}/values`, values, count);
      checkArray(`${where}/present`, present, count);
      if (!(present.data instanceof Uint8Array)) {
        throw loadedRowsShape(`${where}/present`, 'it is no Uint8Array');
      }
      if (present.shape.some((extent, axis) => extent !== values.shape[axis])) {
        const shapes = `[${present.shape.join(', ')}] over [${values.shape.join(', ')}]`;
        throw loadedRowsShape(`${where}/present`, shapes);
      }
    }
  }
}

/** `loaded` with absent rows (values 0, present 0, subject -1, id '') up to `count` rows. */
export function padRows(loaded: LoadedRows, count: number): LoadedRows {
  const missing = count - loaded.subject.length;
  if (missing <= 0) return loaded;
  return {
    ...loaded,
    views: padAll(loaded.views, count),
    targets: padAll(loaded.targets, count),
    subject: padNumbers(loaded.subject, count, -1),
    ids: [...loaded.ids, ...new Array<string>(missing).fill('')],
  };
}

/** `numbers` with `filler` up to `count`. */
export function padNumbers(numbers: Int32Array, count: number, filler: number): Int32Array {
  const padded = new Int32Array(count).fill(filler);
  padded.set(numbers);
  return padded;
}

function padAll(named: Named<HostMasked>, count: number): Named<HostMasked> {
  const entries = Object.entries(named).map(([name, { values, present }]) => {
    return [name, { values: padArray(values, count), present: padArray(present, count) }] as const;
  });
  return Object.fromEntries(entries);
}

function padArray({ shape, data }: HostArray, count: number): HostArray {
  const rest = shape.slice(1);
  const size = rest.reduce((product, extent) => product * extent, count);
  const kind = data.constructor as new (length: number) => typeof data;
  const padded = new kind(size);
  padded.set(data);
  return { shape: [count, ...rest], data: padded };
}

function checkArray(where: string, { shape, data }: HostArray, count: number): void {
  if (shape[0] !== count) {
    throw loadedRowsShape(where, `the shape [${shape.join(', ')}] for ${count} rows`);
  }
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (data.length !== size) {
    throw loadedRowsShape(where, `${data.length} numbers in the shape [${shape.join(', ')}]`);
  }
}
