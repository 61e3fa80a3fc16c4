/** @file Opening a store for reading: checked manifest, columns of the table when they are asked for, views by row. */
import { readFileSync } from 'node:fs';
import { at, canonicalJson, isCoded } from '@dualbeat/core';
import type { HostMasked } from '@dualbeat/core';
import { safeJoin } from '@dualbeat/runs';
import { arrayFor, sizeOf } from './encode-view.ts';
import * as errors from './errors.ts';
import { readManifest, sha256, storeDigest } from './manifest.ts';
import { openShards } from './open-shards.ts';
import { codeOf } from './stored-columns.ts';
import type { StoredColumns } from './stored-columns.ts';
import { columnsOf, decodeTable } from './table.ts';
import type { ColumnSpec } from './table.ts';
import type { Cell, EncodedView, Manifest, TableRow } from './types.ts';

export type Store = {
  readonly path: string;
  readonly manifest: Manifest;
  readonly columns: readonly ColumnSpec[];
  /** One cell per row; a column is read once. Errors: E_STORE_COLUMN, E_STORE_TABLE. */
  column(name: string): Promise<readonly Cell[]>;
  /** Rows first; rows -1 and those without the view are absent. Errors: E_STORE_CHUNK, E_STORE_ROW, E_NAME_UNKNOWN. */
  read(rows: Int32Array, view: string): Promise<HostMasked>;
  /** The stored bytes of one row, checked; null where the view is missing. Errors: E_STORE_CHUNK. */
  readStored(row: number, view: string): Promise<EncodedView | null>;
  /** Whole rows of the table. */
  tableRows(): Promise<TableRow[]>;
  close(): void;
};

/**
 * Opens the store in `path` as it stands: what is appended later is not seen.
 * Errors: E_STORE_OPEN, E_STORE_MANIFEST, E_STORE_VERSION; while reading: E_STORE_TABLE, E_STORE_CHUNK.
 * @example const store = openStore('cohorts/ludb'); await store.read(Int32Array.of(0, 1), 'ecg');
 */
export function openStore(path: string): Store {
  const manifest = readManifest(path);
  const columns = columnsOf(manifest);
  if (storeDigest(manifest, manifest.rowsDigest) !== manifest.digest) {
    throw errors.manifestBroken(path, 'its digest is not that of its content');
  }
  const shards = openShards(path, manifest);
  const loaded = new Map<string, Promise<readonly Cell[]>>();
  const column = (name: string): Promise<readonly Cell[]> => {
    const known = loaded.get(name);
    if (known !== undefined) return known;
    if (!columns.some((one) => one.name === name)) throw errors.columnMissing(name);
    // Those that reading needs come together: a file is read once for all of them.
    const wanted = name.includes('.') && !/\.(present|scale|crc)$/.test(name) ? [name] : core();
    const names = new Set([name, ...wanted]);
    const all = readColumns(path, manifest, [...names]);
    for (const one of names) {
      const cells = all.then((map) => map.get(one) ?? []);
      cells.catch(() => undefined); // told to the one who awaits it
      loaded.set(one, cells);
    }
    return loaded.get(name) as Promise<readonly Cell[]>;
  };
  const core = () => [
    'subject',
    'record',
    'visit',
    'date',
    ...Object.keys(manifest.views).flatMap((view) =>
      ['present', 'scale', 'crc'].map((of) => `${view}.${of}`),
    ),
  ];
  const stored = async (view: string) => {
    at(manifest.views, view, 'view');
    const [present, scale, crc, record] = await Promise.all(
      [`${view}.present`, `${view}.scale`, `${view}.crc`, 'record'].map(column),
    );
    return { present, scale, crc, record } as StoredColumns;
  };
  const checkRow = (row: number) => {
    if (row < 0 || row >= manifest.rows) throw errors.rowOutside(row, manifest.rows);
  };

  return {
    path,
    manifest,
    columns,
    column,
    read: async (rows, view) => {
      const { spec } = at(manifest.views, view, 'view');
      const cells = await stored(view);
      const data = arrayFor(spec, rows.length);
      const present = new Uint8Array(rows.length);
      const size = sizeOf(spec.shape);
      const places: { row: number; i: number }[] = [];
      rows.forEach((row, i) => {
        if (row === -1) return;
        checkRow(row);
        if (cells.present[row] === true) places.push({ row, i });
      });
      // In the order on disk.
      places.sort((a, b) => a.row - b.row);
      await shards.decode(view, places, cells, data, size);
      for (const { i } of places) present[i] = 1;
      const values = { shape: [rows.length, ...spec.shape], data };
      return { values, present: { shape: [rows.length], data: present } };
    },
    readStored: async (row, view) => {
      checkRow(row);
      const cells = await stored(view);
      if (cells.present[row] !== true) return null;
      const digests = await column(`${view}.digest`);
      const bytes = shards.bytes(view, row, cells);
      const { scale, crc } = codeOf(cells, row);
      return { bytes, scale, crc, digest: String(digests[row]) };
    },
    tableRows: async () => {
      const names = columns.map(({ name }) => name);
      const all = await readColumns(path, manifest, names);
      return Array.from({ length: manifest.rows }, (_, row) =>
        Object.fromEntries(names.map((name) => [name, all.get(name)?.[row] ?? null])),
      );
    },
    close: () => shards.close(),
  };
}

/** Every file is compared with its SHA-256 before anything is parsed. Errors: E_STORE_TABLE. */
async function readColumns(
  path: string,
  { tables }: Manifest,
  names: readonly string[],
): Promise<Map<string, Cell[]>> {
  const columns = new Map<string, Cell[]>(names.map((name) => [name, []]));
  for (const part of tables) {
    const bytes = readWhole(path, part.file, part.sha256);
    const cells = await decodeTable(bytes, names, part.rows).catch((error: unknown) => {
      throw errors.tableCorrupt(part.file, 'it is no table in Parquet', error);
    });
    // Not push(...cells): a call with a million arguments fails.
    for (const name of names)
      columns.set(name, columns.get(name)?.concat(cells.get(name) ?? []) ?? []);
  }
  return columns;
}

/** The bytes of a file of the store that has this SHA-256. Errors: E_STORE_TABLE. */
export function readWhole(path: string, file: string, want: string): Uint8Array {
  try {
    const bytes = readFileSync(safeJoin(path, file));
    if (sha256(bytes) !== want) throw errors.tableCorrupt(file, 'it does not have its checksum');
    return bytes;
  } catch (error) {
    if (isCoded(error) && error.code.startsWith('E_')) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw errors.tableCorrupt(file, `it cannot be read (${code ?? 'unknown'})`, error);
  }
}

/** The chain over the rows: one SHA-256 per row, begun with that of nothing. Checksums of files (`.crc`) are left out: compression is no content. */
export function chainDigest(before: string, rows: readonly TableRow[]): string {
  const content = (row: TableRow) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !name.endsWith('.crc')));
  return rows.reduce<string>((chain, row) => sha256(chain + canonicalJson(content(row))), before);
}
