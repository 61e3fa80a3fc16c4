/** @file Batch source of an import: rows of a cohort, each that cannot be read told with its reason. */
import { at, isCoded } from '@dualbeat/core';
import type { HostMasked, Named } from '@dualbeat/core';
import type { BatchSource, LoadedRows, ReadFailure } from '../batch-source.ts';
import { shortHash } from '../ids/redact.ts';
import { arrayFor, sizeOf } from '../store/encode-view.ts';
import { isTable } from './import-records.ts';
import type { ImportSource, SourceSpec } from './import-source.ts';
import { openSource } from './open-source.ts';

/** `file:` URL for `openLoader`. */
export const readSourceModule = import.meta.url;

export default async function makeReadSource(spec: SourceSpec): Promise<BatchSource> {
  const { source } = await openSource(spec);
  return { read: (rows) => readForImport(source, rows) };
}

/** Views and targets of the rows; a row whose read ends in a coded error, or that has no view, is absent and among the failures. */
export async function readForImport(source: ImportSource, rows: Int32Array): Promise<LoadedRows> {
  const names = [...Object.keys(source.views), ...Object.keys(source.targets)];
  const failures: ReadFailure[] = [];
  const read = await source.read(rows, names).catch(async (error: unknown) => {
    if (!isCoded(error)) throw error;
    return oneByOne(source, rows, names, failures);
  });
  const ids = source.ids(rows);
  const views = Object.keys(source.views).filter((view) => !isTable(at(source.views, view)));
  rows.forEach((row, position) => {
    const there = views.some((view) => hasAny(read[view], position, rows.length));
    if (there || failures.some((failure) => failure.position === position)) return;
    const id = ids[position] as string;
    const known = source.rejected?.().find((one) => one.id === id);
    const { code, message } = known ?? {
      code: 'E_IMPORT_EMPTY',
      message: 'the record has no view.',
    };
    failures.push({ position, row, id: shortHash(id), code, message });
  });
  const pick = (of: object): Named<HostMasked> =>
    Object.fromEntries(Object.keys(of).map((name) => [name, read[name] as HostMasked]));
  const flags = source.flags?.(rows);
  return {
    views: pick(source.views),
    targets: pick(source.targets),
    subject: source.subjects(rows),
    ids: [...ids],
    ...(flags === undefined ? {} : { flags: [...flags] }),
    ...(failures.length === 0 ? {} : { failures }),
  };
}

async function oneByOne(
  source: ImportSource,
  rows: Int32Array,
  names: readonly string[],
  failures: ReadFailure[],
): Promise<Named<HostMasked>> {
  const all: { [name: string]: HostMasked } = {};
  for (const name of names) {
    const spec = source.views[name] ?? source.targets[name];
    if (spec === undefined) continue;
    const values = arrayFor({ ...spec, axes: [], unit: '' }, rows.length);
    const width = sizeOf(spec.shape);
    all[name] = {
      values: { shape: [rows.length, ...spec.shape], data: values },
      // Per number: covers every form that a row may have.
      present: { shape: [rows.length, ...spec.shape], data: new Uint8Array(rows.length * width) },
    };
  }
  for (const [position, row] of rows.entries()) {
    try {
      const one = await source.read(Int32Array.of(row), names);
      for (const name of names) {
        const [to, from] = [all[name], one[name]];
        if (to === undefined || from === undefined) continue;
        const width = from.values.data.length;
        to.values.data.set(from.values.data, position * width);
        const each = width / from.present.data.length;
        const present = to.present.data.subarray(position * width, (position + 1) * width);
        present.forEach((_, i) => {
          present[i] = from.present.data[Math.floor(i / each)] ?? 0;
        });
      }
    } catch (error) {
      if (!isCoded(error)) throw error;
      const id = shortHash(source.ids(Int32Array.of(row))[0] as string);
      failures.push({ position, row, id, code: error.code, message: error.message });
    }
  }
  return all;
}

/** Whether anything of the row is present. */
export function hasAny(masked: HostMasked | undefined, position: number, rows: number): boolean {
  if (masked === undefined) return false;
  const { data } = masked.present;
  const width = data.length / rows;
  return data.subarray(position * width, (position + 1) * width).some((bit) => bit === 1);
}
