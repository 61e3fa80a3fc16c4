/** @file The table of a store in Parquet: which columns it has, rows to bytes, columns from bytes. */
import type { SchemaElement } from 'hyparquet';
import { parquetRead } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Cell, StoredTarget, StoreSchema, TableRow } from './types.ts';

export type ColumnType = 'text' | 'number' | 'flag' | 'int' | 'date';
export type ColumnSpec = { readonly name: string; readonly type: ColumnType };

/** Columns in their order on disk. */
export function columnsOf(schema: StoreSchema): ColumnSpec[] {
  const column = (type: ColumnType) => (name: string) => ({ name, type });
  return [
    ...['subject', 'record', 'visit'].map(column('text')),
    column('date')('date'),
    ...Object.keys(schema.views).flatMap((view) => [
      column('flag')(`${view}.present`),
      column('number')(`${view}.scale`),
      column('int')(`${view}.crc`),
      column('text')(`${view}.digest`),
    ]),
    ...Object.entries(schema.targets).flatMap(([target, spec]) =>
      spec.names.flatMap((name) => targetColumns(target, name, spec).map(column('number'))),
    ),
    ...schema.covariates.map(({ name, type }) => ({ name: covariateColumn(name), type })),
    ...schema.endpoints.flatMap((name) => [
      column('text')(`endpoint.${name}.status`),
      column('date')(`endpoint.${name}.date`),
    ]),
    column('text')('flags'),
  ];
}
/** Columns of one name of a target: one, or as many as it has numbers; of survival its time (years) and event. */
export function targetColumns(
  target: string,
  name: string,
  { type, shape, names }: Pick<StoredTarget, 'type' | 'shape' | 'names'>,
): string[] {
  const width = widthOf({ shape, names });
  const column = `target.${target}.${name}`;
  if (type === 'survival' && width === 2) return [`${column}.time`, `${column}.event`];
  return width === 1 ? [column] : Array.from({ length: width }, (_, i) => `${column}.${i}`);
}
/** Numbers per name. */
export const widthOf = ({ shape, names }: Pick<StoredTarget, 'shape' | 'names'>): number =>
  shape.reduce((a, b) => a * b, 1) / names.length;
export const covariateColumn = (name: string): string => `covariate.${name}`;

const element: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  number: { type: 'DOUBLE' },
  int: { type: 'INT32' },
  flag: { type: 'BOOLEAN' },
  date: { type: 'INT32', converted_type: 'DATE' },
};

export function encodeTable(columns: readonly ColumnSpec[], rows: readonly TableRow[]): Uint8Array {
  const columnData = columns.map(({ name, type }) => ({
    name,
    data: rows.map((row) => {
      const cell = row[name] ?? null;
      return type === 'date' && cell !== null ? new Date(`${String(cell)}T00:00:00Z`) : cell;
    }),
  }));
  const schema: SchemaElement[] = [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, type }) => ({
      name,
      repetition_type: 'OPTIONAL' as const,
      ...element[type],
    })),
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, schema, statistics: false }));
}

/** The named columns, each of `rows` cells (absent: as many as there are); dates as ISO days. Throws what the Parquet reader throws. */
export async function decodeTable(
  bytes: Uint8Array,
  names: readonly string[],
  rows?: number,
): Promise<Map<string, Cell[]>> {
  const { buffer } = Uint8Array.from(bytes); // a Buffer may be a part of the pool
  const columns = new Map(names.map((name) => [name, new Array<Cell>(rows ?? 0).fill(null)]));
  if (names.length === 0) return columns;
  await parquetRead({
    file: { byteLength: buffer.byteLength, slice: (from, to) => buffer.slice(from, to) },
    columns: [...names],
    parsers: { dateFromDays: (days) => isoDay(days) },
    onChunk: ({ columnName, columnData, rowStart }) => {
      const cells = columns.get(columnName);
      for (let i = 0; i < columnData.length; i++) {
        const cell = columnData[i] as Cell | undefined;
        if (cells !== undefined && (rows === undefined || rowStart + i < rows))
          cells[rowStart + i] = cell ?? null;
      }
    },
  });
  return columns;
}

const dayMs = 86_400_000;
/** Days since 1970-01-01 as an ISO day. */
function isoDay(days: number): string | null {
  const date = new Date(days * dayMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString().slice(0, 10);
}
/** The number of days since 1970-01-01, or undefined where it is no ISO day. */
export function dayNumber(day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const ms = Date.parse(`${day}T00:00:00Z`);
  // February 30 is moved to March by some parsers.
  return Number.isNaN(ms) || isoDay(ms / dayMs) !== day ? undefined : ms / dayMs;
}
