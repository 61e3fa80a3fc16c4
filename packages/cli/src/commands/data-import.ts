/** @file `dualbeat data import`. */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { DualbeatError, isCoded, openHost, resolvePlugins } from '@dualbeat/core';
import { importCohort, rejectedFile } from '@dualbeat/data';
import type { ImportOptions, ImportReport, SourceSpec } from '@dualbeat/data';
import { flagInvalid, sourceUnknown } from '../errors.ts';
import { installedPlugins } from '../plugins/installed-plugins.ts';
import { say, sayJson } from '../say.ts';
import { openKey, openProgressLine, untilSignal, wholeNumber } from './data-shared.ts';
import type { KeyFlags } from './data-shared.ts';

export type ImportFlags = KeyFlags & {
  readonly to: string;
  readonly from: readonly string[];
  readonly set: readonly string[];
  readonly plugin: readonly string[];
  readonly reader: readonly string[];
  readonly seed: string;
  readonly workers?: string;
  readonly shard?: string;
  readonly float32?: boolean;
  readonly gzip?: boolean;
  readonly showIds?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
};

/** 0: all that could be read is in the store; 130, 143: stopped, the same command goes on. */
export async function importData(source: string, flags: ImportFlags): Promise<number> {
  const spec = await sourceSpec(source, flags);
  const path = resolve(flags.to);
  const key = openKey(flags, [path]);
  const line = openProgressLine(flags.quiet);
  const stop = untilSignal();
  const start = performance.now();
  try {
    const report = await importCohort({
      path,
      key,
      source: spec,
      workers:
        flags.workers === undefined
          ? availableParallelism()
          : wholeNumber('--workers', flags.workers, 0),
      ...(flags.shard === undefined ? {} : { shard: shardOf(flags.shard) }),
      store: storeOptions(flags),
      showIds: flags.showIds === true,
      signal: stop.signal,
      onProgress: ({ done, of, rejected }) => {
        const rate = done / ((performance.now() - start) / 1000);
        const left = Math.round((of - done) / Math.max(rate, 1e-9));
        line.show(
          `${done} of ${of} records, ${rate.toFixed(1)}/s, ${left} s left, ${rejected} rejected`,
        );
      },
    });
    line.end();
    tell(report, flags);
    return stop.code();
  } catch (error) {
    throw flags.showIds === true ? error : withoutIds(error, flags.from);
  } finally {
    line.end();
    stop.stop();
  }
}

/** What ends the whole import may name a record's file: below the folders that were given nothing is shown. */
function withoutIds(error: unknown, from: readonly string[]): unknown {
  if (!isCoded(error)) return error;
  const hidden = '<hidden: --show-ids>';
  const ownWhere =
    error.where === undefined ||
    [...from, ...from.map((path) => resolve(path))].includes(error.where);
  let text = error.message;
  for (const root of from.map((path) => resolve(path))) {
    text = text
      .split(`${root}/`)
      .map((part, i) => (i === 0 ? part : part.replace(/^[^\s:"]+/, hidden)))
      .join(`${root}/`);
  }
  if (!ownWhere && /^E_(FILES|WFDB)/.test(error.code))
    text = text.replaceAll(error.where ?? '', hidden);
  if (text === error.message) return error;
  const { code, fix } = error;
  const cause = text.replace(`${code}: `, '').replace(` Fix: ${fix}`, '');
  return new DualbeatError({ code, cause, fix });
}

function storeOptions({ float32, gzip }: ImportFlags): NonNullable<ImportOptions['store']> {
  return {
    ...(gzip === true ? { compression: 'gzip' as const } : {}),
    ...(float32 === true ? { float32: true } : {}),
  };
}

function tell(report: ImportReport, flags: ImportFlags): void {
  const { rows, imported, there, withdrawn, rejected, finished, manifest } = report;
  if (flags.json === true) {
    const { digest } = manifest;
    sayJson({
      rows,
      imported,
      there,
      withdrawn,
      rejected,
      finished,
      records: manifest.rows,
      digest,
    });
    return;
  }
  const before = there > 0 ? `, ${there} were there` : '';
  const gone = withdrawn > 0 ? `, ${withdrawn} left out (withdrawn)` : '';
  say(`${imported} of ${rows} records imported${before}${gone}, ${rejected.length} rejected`);
  const byCode = new Map<string, number>();
  for (const { code } of rejected) byCode.set(code, (byCode.get(code) ?? 0) + 1);
  for (const [code, n] of byCode) say(`  ${n} x ${code}`);
  for (const { id, message } of rejected.slice(0, 20)) say(`  ${id}: ${message}`);
  if (rejected.length > 0) say(`all of them, by key: ${join(flags.to, rejectedFile)}`);
  say(`store: ${flags.to}, ${manifest.rows} records, digest ${manifest.digest.slice(0, 12)}`);
  if (!finished) say('stopped before the end; the same command goes on');
}

/** The cohort component `use` of an installed plugin, with all readers there are. Errors: E_IMPORT_SOURCE, E_FLAG. */
async function sourceSpec(use: string, flags: ImportFlags): Promise<SourceSpec> {
  const from = join(process.cwd(), 'package.json');
  const installed = installedPlugins(process.cwd()).filter(({ problem }) => problem === undefined);
  const offers = (kind: string, id?: string) =>
    installed
      .filter(({ components }) =>
        components.some((one) => one.kind === kind && (id ?? one.id) === one.id),
      )
      .map(({ root }) => root);
  const named = flags.plugin.map((name) => (name.startsWith('.') ? resolve(name) : name));
  const plugins = [...new Set([...named, ...offers('cohort', use), ...offers('reader')])];
  const host = await openHost(resolvePlugins(plugins, from));
  try {
    const cohorts = host.catalogue().filter(({ kind }) => kind === 'cohort');
    if (!cohorts.some(({ id }) => id === use)) {
      const known = installed.flatMap(({ components }) =>
        components.filter(({ kind }) => kind === 'cohort'),
      );
      throw sourceUnknown(use, [...new Set([...known, ...cohorts].map(({ id }) => id))]);
    }
    const schema = host.component('cohort', use).options as {
      properties?: Record<string, unknown>;
    };
    const has = (name: string) => schema.properties !== undefined && name in schema.properties;
    const options: { [name: string]: unknown } = {};
    // A record that cannot be read is reported; it does not end the import of the others.
    if (has('onCorrupt') && has('maxSkippedFraction')) {
      options['onCorrupt'] = 'skip';
      options['maxSkippedFraction'] = 1;
    }
    placeFrom(options, flags.from, has, use);
    for (const one of flags.set) setOption(options, one);
    const readers = readersOf(flags.reader);
    return { plugins, from, use, options, seed: wholeNumber('--seed', flags.seed, 0), readers };
  } finally {
    host.close();
  }
}

/** `--from` is whatever the source calls its place. */
function placeFrom(
  options: { [name: string]: unknown },
  from: readonly string[],
  has: (name: string) => boolean,
  use: string,
): void {
  if (from.length === 0) return;
  const paths = from.map((path) => resolve(path));
  const many = ['roots', 'folders', 'paths'].find(has);
  const one = ['root', 'folder', 'path'].find(has);
  if (many !== undefined) options[many] = paths;
  else if (one !== undefined && paths.length === 1) options[one] = paths[0];
  else {
    const why = one === undefined ? `no place: the source "${use}" takes none` : 'one folder';
    throw flagInvalid('--from', from.join(', '), why);
  }
}

/** 'wfdb.verify=false', each with its reader. */
function readersOf(flags: readonly string[]): NonNullable<SourceSpec['readers']> {
  const byReader = new Map<string, { [name: string]: unknown }>();
  for (const flag of flags) {
    const found = /^([^.=]+)\.([^=]+=.*)$/s.exec(flag);
    if (found === null) throw flagInvalid('--reader', flag, 'reader.option=value');
    const options = byReader.get(found[1] as string) ?? {};
    byReader.set(found[1] as string, options);
    setOption(options, found[2] as string);
  }
  return [...byReader].map(([use, options]) => ({ use, options }));
}

/** 'split.train=0.8': JSON where it is JSON, else text. */
function setOption(options: { [name: string]: unknown }, text: string): void {
  const cut = text.indexOf('=');
  if (cut < 1) throw flagInvalid('--set', text, 'name=value');
  const names = text.slice(0, cut).split('.');
  let at = options;
  for (const name of names.slice(0, -1)) {
    const inner = Object.hasOwn(at, name) ? at[name] : undefined;
    const next = typeof inner === 'object' && inner !== null ? { ...inner } : {};
    at[name] = next;
    at = next as { [name: string]: unknown };
  }
  at[names.at(-1) as string] = valueOf(text.slice(cut + 1));
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function shardOf(text: string): { index: number; of: number } {
  const [index, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (index === undefined || of === undefined || index < 1 || index > of) {
    throw flagInvalid('--shard', text, 'i/n with i from 1 to n');
  }
  return { index, of };
}
