/** @file `zarr.json` of the store: any Zarr v3 reader (zarr-python, xarray, zarrita) opens the folder `views`. */
import type { Encoding, StoredView, StoreSchema } from './types.ts';

const typeOf: Readonly<Record<Encoding, string>> = {
  int16: 'int16',
  float32: 'float32',
  int32: 'int32',
  uint8: 'uint8',
};

/** The group that holds the arrays. */
export function groupMetadata(): string {
  return text({ zarr_format: 3, node_type: 'group', attributes: {} });
}

/** Metadata of the array of one view: rows first; a chunk is one row, a shard `shardRows` of them. */
export function arrayMetadata(
  name: string,
  { spec, encoding }: StoredView,
  { shardRows, compression }: Pick<StoreSchema, 'shardRows' | 'compression'>,
  rows: number,
): string {
  const bytes =
    encoding === 'uint8'
      ? { name: 'bytes' }
      : { name: 'bytes', configuration: { endian: 'little' } };
  const gzip = { name: 'gzip', configuration: { level: 1 } };
  const sharding = {
    chunk_shape: [1, ...spec.shape],
    codecs: compression === 'gzip' ? [bytes, gzip] : [bytes],
    index_codecs: [{ name: 'bytes', configuration: { endian: 'little' } }, { name: 'crc32c' }],
    index_location: 'end',
  };
  return text({
    zarr_format: 3,
    node_type: 'array',
    shape: [rows, ...spec.shape],
    data_type: typeOf[encoding],
    chunk_grid: { name: 'regular', configuration: { chunk_shape: [shardRows, ...spec.shape] } },
    chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
    fill_value: 0,
    codecs: [{ name: 'sharding_indexed', configuration: sharding }],
    dimension_names: ['row', ...spec.axes.map((axis) => axis.name)],
    attributes: {
      axes: spec.axes,
      unit: spec.unit,
      ...(encoding === 'int16' ? { scale: `column "${name}.scale" of tables/*.parquet` } : {}),
    },
  });
}

/** Path of the shard of `row` below the array's folder. */
export function shardKey(row: number, shardRows: number, rank: number): string {
  return ['c', Math.floor(row / shardRows), ...new Array<number>(rank).fill(0)].join('/');
}

const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
