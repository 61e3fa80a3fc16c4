/** @file What a manifest must be before anything of it is used: types, bounds, names that cannot leave the folder. */
import type { Named } from '@dualbeat/core';
import type { CovariateSpec, Manifest, StoredView, StoreSchema, TablePart } from './types.ts';
import { encodedBytes } from './encode-view.ts';

const encodings: Named<readonly string[]> = {
  float32: ['int16', 'float32'],
  int32: ['int32'],
  bool: ['uint8'],
};
const targetTypes = ['number', 'binary', 'class', 'survival'];
/** A view becomes the name of a folder and of columns. */
const viewName = /^[A-Za-z][\w-]{0,63}$/;
const hash = /^[0-9a-f]{64}$/;
const maxRows = 2 ** 31 - 1;
/** Of one record of one view. */
const maxChunkBytes = 2 ** 30;

/** What is wrong, or undefined. */
export function checkManifest(manifest: Manifest): string | undefined {
  const wrong = checkSchema(manifest);
  if (wrong !== undefined) return wrong;
  const { rows, tables, rowsDigest, digest, splits, withdrawn, erasing, key, provenance } =
    manifest;
  if (!isCount(rows) || rows > maxRows) return '"rows" is no number of rows';
  if (!isText(rowsDigest, hash) || !isText(digest, hash)) return 'a digest is no SHA-256';
  if (!Array.isArray(tables)) return '"tables" is no list';
  let sum = 0;
  for (const part of tables as readonly TablePart[]) {
    if (!isObject(part) || !isText(part.file, /^tables\/[\w-]+\.parquet$/))
      return 'a table has no file';
    if (!isCount(part.rows) || !isText(part.sha256, hash)) return `table ${part.file} is not told`;
    sum += part.rows;
  }
  if (sum !== rows) return `its tables have ${sum} rows, it says ${rows}`;
  if (!isObject(splits)) return '"splits" is no object';
  for (const split of Object.values(splits)) {
    const fits = isObject(split) && isText(split.file, /^splits\/[\w.-]+\.parquet$/);
    if (!fits || !isText(split.sha256, hash) || !isCount(split.subjects))
      return 'a split is not told';
    if (!isTexts(split.parts)) return 'a split has no parts';
  }
  if (!isTexts(withdrawn)) return '"withdrawn" is no list of keys';
  if (typeof erasing !== 'boolean') return '"erasing" is no boolean';
  if (key !== null && typeof key !== 'string') return '"key" is no fingerprint';
  return Array.isArray(provenance) ? undefined : '"provenance" is no list';
}

/** What is wrong with views, targets and the rest that a store is made with, or undefined. */
export function checkSchema(schema: StoreSchema): string | undefined {
  const { views, targets, covariates, endpoints, shardRows, compression } = schema;
  if (!isCount(shardRows) || shardRows < 1 || shardRows > 65536) {
    return '"shardRows" is not between 1 and 65536';
  }
  if (compression !== 'none' && compression !== 'gzip') return 'its compression is unknown';
  if (!isObject(views) || !isObject(targets)) return '"views" or "targets" is no object';
  for (const [name, view] of Object.entries(views)) {
    const why = viewName.test(name) ? checkView(view) : 'its name is no plain word';
    if (why !== undefined) return `view "${name}": ${why}`;
  }
  for (const [name, target] of Object.entries(targets)) {
    const fits = isObject(target) && isTexts(target.names) && isTexts(target.units);
    if (!fits || !targetTypes.includes(target.type) || !isShape(target.shape)) {
      return `target "${name}" has no type, names, units and shape`;
    }
    // [names], or [names, numbers of each]: survival is [names, 2].
    const [first, ...rest] = target.shape;
    if (first !== target.names.length || rest.length > 1 || (rest[0] ?? 1) > 1024) {
      return `target "${name}" has ${target.names.length} names for the shape ${target.shape.join(' x ')}`;
    }
  }
  if (!Array.isArray(covariates)) return '"covariates" is no list';
  for (const one of covariates as readonly CovariateSpec[]) {
    const fits = isObject(one) && isText(one.name) && isText(one.unit);
    if (!fits || (one.type !== 'number' && one.type !== 'text')) return 'a covariate is not told';
  }
  return isTexts(endpoints) ? undefined : '"endpoints" is no list of names';
}

function checkView(view: StoredView): string | undefined {
  if (!isObject(view) || !isObject(view.spec) || !isText(view.group)) return 'it is not told';
  const { spec, encoding } = view;
  if (!isShape(spec.shape)) return 'its shape is none';
  if (!Object.hasOwn(encodings, spec.dtype)) return 'its dtype is unknown';
  if (!encodings[spec.dtype]?.includes(encoding)) return `its encoding does not fit ${spec.dtype}`;
  if (encodedBytes(spec, encoding) > maxChunkBytes) return 'a record has more than 1 GiB';
  const axes: unknown = spec.axes;
  if (!Array.isArray(axes) || axes.length !== spec.shape.length) return 'its axes are not told';
  if (axes.some((axis: unknown) => !isObject(axis) || !isText((axis as { name: unknown }).name))) {
    return 'an axis has no name';
  }
  return typeof spec.unit === 'string' ? undefined : 'its unit is not told';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
function isText(value: unknown, form = /^/): value is string {
  return typeof value === 'string' && form.test(value);
}
function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= 8 && value.every((n) => isCount(n) && n >= 1);
}
