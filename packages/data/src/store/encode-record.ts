/** @file A record of the site to what the store keeps: keys for ids, bytes for views, cells for the rest. */
import type { Named } from '@dualbeat/core';
import type { SiteKey } from '../ids/site-key.ts';
import { encodeView, problemOf } from './encode-view.ts';
import * as errors from './errors.ts';
import { covariateColumn, dayNumber, targetColumns } from './table.ts';
import type { Cell, EncodedRecord, EncodedView, NewRecord, StoreSchema } from './types.ts';

/** Errors: E_STORE_RECORD, which names the record by its key. */
export function encodeRecord(record: NewRecord, key: SiteKey, schema: StoreSchema): EncodedRecord {
  const id = key.record(record.id);
  const refuse = (why: string) => errors.recordRefused(id, why);
  const day = (what: string, date: string | null): string | null => {
    if (date === null || dayNumber(date) !== undefined) return date;
    throw refuse(`its ${what} is no day such as 2019-04-30`);
  };
  checkNames('view', record.views, Object.keys(schema.views), refuse);
  checkNames('target', record.targets ?? {}, Object.keys(schema.targets), refuse);
  const covariateNames = schema.covariates.map(({ name }) => name);
  checkNames('covariate', record.covariates ?? {}, covariateNames, refuse);
  checkNames('endpoint', record.endpoints ?? {}, schema.endpoints, refuse);
  if (Object.keys(record.views).length === 0) throw refuse('it has no view');

  const row: { [column: string]: Cell } = {
    subject: key.subject(record.subject),
    record: id,
    visit: record.visit,
    date: day('date', record.date),
    flags: record.flags === undefined || record.flags.length === 0 ? null : record.flags.join('; '),
  };
  const views: { [view: string]: EncodedView } = {};
  for (const [name, { spec, encoding }] of Object.entries(schema.views)) {
    const values = record.views[name];
    const why = values === undefined ? undefined : problemOf(values, spec);
    if (why !== undefined) throw refuse(`view "${name}": ${why}`);
    const encoded =
      values === undefined ? undefined : encodeView(values, encoding, schema.compression);
    if (encoded !== undefined) views[name] = encoded;
    row[`${name}.present`] = encoded !== undefined;
    row[`${name}.scale`] = encoded?.scale ?? null;
    row[`${name}.crc`] = encoded?.crc ?? null;
    row[`${name}.digest`] = encoded?.digest ?? null;
  }
  for (const [name, spec] of Object.entries(schema.targets)) {
    const values = record.targets?.[name];
    const columns = spec.names.flatMap((one) => targetColumns(name, one, spec));
    if (values !== undefined && values.length !== columns.length) {
      throw refuse(`target "${name}" has ${values.length} values, ${columns.length} are due`);
    }
    columns.forEach((column, i) => {
      row[column] = numberOf(values?.[i], `target "${column.slice('target.'.length)}"`, refuse);
    });
  }
  for (const { name, type } of schema.covariates) {
    const value = record.covariates?.[name] ?? null;
    if (type === 'number') {
      row[covariateColumn(name)] = numberOf(value, `covariate "${name}"`, refuse);
    } else if (value === null || typeof value === 'string') row[covariateColumn(name)] = value;
    else throw refuse(`covariate "${name}" is no text`);
  }
  for (const name of schema.endpoints) {
    const endpoint = record.endpoints?.[name];
    row[`endpoint.${name}.status`] = endpoint?.status ?? null;
    row[`endpoint.${name}.date`] = day(`date of the endpoint "${name}"`, endpoint?.date ?? null);
  }
  return { row, views };
}

function numberOf(value: unknown, what: string, refuse: (why: string) => Error): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw refuse(`${what} is no finite number`);
}

function checkNames(
  what: string,
  given: Named<unknown>,
  known: readonly string[],
  refuse: (why: string) => Error,
): void {
  const other = Object.keys(given).find((name) => !known.includes(name));
  if (other !== undefined) throw refuse(`the store has no ${what} "${other}"`);
}
