/** @file The files cohort: rows are recordings on disk, read when they are asked for. */
import { at, streamOf } from '@dualbeat/core';
import type {
  Cohort,
  HostMasked,
  Kinds,
  Reader,
  ReaderRecord,
  Split,
  ViewSpec,
} from '@dualbeat/core';
import { splitSubjects } from '@dualbeat/data';
import type { ImportSource } from '@dualbeat/data';
import { atOnce } from './at-once.ts';
import { conform } from './conform.ts';
import { digestOf } from './digest.ts';
import type { RecordFiles } from './digest.ts';
import * as errors from './errors.ts';
import { matcher } from './glob.ts';
import type { FilesOptions } from './options.ts';
import { scan } from './scan.ts';
import type { Found } from './scan.ts';
import { skipper } from './skip.ts';
import type { Skipper } from './skip.ts';
import { subjectsOf } from './subjects.ts';

/** A reader may say which files make a record, the one that it recognises first; else that one is all. */
type MaybeFiles = Reader & { files?(path: string): Promise<readonly string[]> };

const RECORDS_AT_ONCE = 4;

/** A cohort that also tells what was found while rows were read: 'data/17: flat V3', and more that an import asks for. */
export type FilesCohort = Cohort & Required<Pick<ImportSource, 'flags' | 'records' | 'rejected'>>;

/**
 * Scans the roots (names and headers), hashes what the digest covers and reads one record for the leads.
 * Errors: E_FILES_ROOT, _NO_READER, _EMPTY, _ID_TWICE, _READ, _GROUP, _SAMPLES, _SKIPPED, E_SPLIT_FRACTIONS, and those of
 * readers. While reading: E_FILES_VIEW, E_FILES_ROW, E_FILES_SKIPPED, and those of readers.
 */
export async function openFiles(
  options: FilesOptions,
  from: Kinds['cohort']['from'],
): Promise<FilesCohort> {
  const samples = options.samplingHz * options.seconds;
  if (!Number.isInteger(samples) || samples < 1) {
    throw errors.optionTooSmall(options.samplingHz, options.seconds);
  }
  if (from.readers.length === 0) throw errors.noReader();
  const roots = options.roots.map((name) => ({ name, path: from.resolve(name) }));
  const [taken, left] = [matcher(options.records ?? ['**']), matcher(options.exclude ?? [])];
  const found = await scan(roots, from.readers, (id) => taken(id) && !left(id));
  const skip = skipper(found.length, options);
  const records = await withFiles(found, skip);
  const template = await firstReadable(records, skip);
  const view = viewOf(template, options.samplingHz, samples);
  const digest = await digestOf(records, options.digest);
  return cohortOf(records, { view, digest, options, seed: options.splitSeed ?? from.seed, skip });
}

type Rows = {
  readonly view: ViewSpec;
  readonly digest: string;
  readonly options: FilesOptions;
  readonly seed: number;
  readonly skip: Skipper;
};

function cohortOf(
  records: readonly Found[],
  { view, digest, options, seed, skip }: Rows,
): FilesCohort {
  const ids = records.map((record) => record.id);
  const subjectIds = subjectsOf(ids, options.groupBy);
  const splits = splitsOf(ids, subjectIds, options, seed);
  const numbers = new Map([...new Set(subjectIds)].sort().map((id, i) => [id, i]));
  const visits = visitsOf(ids, subjectIds);
  const flagged = new Map<number, readonly string[]>();
  const recordOf = (row: number): Found => {
    const record = records[row];
    if (record === undefined) throw errors.rowOutside(row, records.length);
    return record;
  };
  const size = view.shape.reduce((product, length) => product * length, 1);
  const samples = view.shape[1] as number;

  // An epoch takes every row once: what was kept first is as good as any, so nothing is put out again.
  const kept = new Map<number, Float32Array>();
  const mayKeep = Math.floor((options.cacheMegabytes * 2 ** 20) / (size * 4));

  const readRow = async (row: number): Promise<Float32Array | undefined> => {
    const known = kept.get(row);
    if (known !== undefined) return known;
    const { id, reader, path } = recordOf(row);
    const got = await skip.unless(id, async () => {
      const record = await reader.read(path);
      checkView(id, record, view);
      return conform(record, options.samplingHz, samples);
    });
    flagged.set(row, got?.flags ?? ['skipped']);
    if (got !== undefined && kept.size < mayKeep) kept.set(row, got.values);
    return got?.values;
  };
  const readRows = async (rows: Int32Array): Promise<HostMasked> => {
    const data = new Float32Array(rows.length * size);
    const present = new Uint8Array(rows.length);
    await atOnce(rows.length, RECORDS_AT_ONCE, async (i) => {
      const values = await readRow(rows[i] as number);
      if (values === undefined) return;
      data.set(values, i * size);
      present[i] = 1;
    });
    const values = { shape: [rows.length, ...view.shape], data };
    return { values, present: { shape: [rows.length], data: present } };
  };
  const views = { [options.view]: view };
  return {
    views,
    targets: {},
    digest,
    rows: async (split) => splits[split].slice(),
    subjects: (rows) =>
      rows.map((row) => numbers.get(subjectIds[row] ?? recordOf(row).id) as number),
    ids: (rows) => Array.from(rows, (row) => recordOf(row).id),
    records: async (rows) =>
      Array.from(rows, (row) => {
        const { id } = recordOf(row);
        return { subject: subjectIds[row] as string, visit: visits.get(id) as string, date: null };
      }),
    rejected: () => [...skip.skipped()].map(([id, { code, message }]) => ({ id, code, message })),
    flags: (rows) =>
      Array.from(rows).flatMap((row) =>
        (flagged.get(row) ?? []).map((flag) => `${recordOf(row).id}: ${flag}`),
      ),
    read: async (rows, names) => {
      names.forEach((name) => at(views, name, 'view'));
      return names.length === 0 ? {} : { [options.view]: await readRows(rows) };
    },
  };
}

/**
 * Rows by split; a subject's place depends on the seed and its id, so that a record more moves hardly any other. Subjects with
 * a record that is only to be trained on are trained on whole. Errors: E_FILES_TRAIN_ONLY, E_SPLIT_FRACTIONS.
 */
function splitsOf(
  ids: readonly string[],
  subjectIds: readonly string[],
  { split: { train, val, test }, trainOnly = [] }: FilesOptions,
  seed: number,
): Record<Split, Int32Array> {
  for (const pattern of trainOnly) {
    if (!ids.some(matcher([pattern]))) throw errors.trainOnlyUnmatched(pattern, ids);
  }
  const matches = matcher(trainOnly);
  const trained = new Set(subjectIds.filter((_, row) => matches(ids[row] as string)));
  const all = Int32Array.from(subjectIds, (_, row) => row);
  const others = all.filter((row) => !trained.has(subjectIds[row] as string));
  const numbers = others.map((row) => streamOf(subjectIds[row] as string) >>> 1);
  const shares = splitSubjects(numbers, { train, val, test }, seed);
  const rows = (part: Int32Array) => part.map((position) => others[position] as number);
  const held = new Set([...rows(shares.val), ...rows(shares.test)]);
  return {
    train: all.filter((row) => !held.has(row)),
    val: rows(shares.val),
    test: rows(shares.test),
    all,
  };
}

/** Each record of a subject is a visit: its place among them. */
function visitsOf(ids: readonly string[], subjectIds: readonly string[]): Map<string, string> {
  const seen = new Map<string, number>();
  return new Map(
    ids.map((id, i) => {
      const subject = subjectIds[i] as string;
      const visit = seen.get(subject) ?? 0;
      seen.set(subject, visit + 1);
      return [id, String(visit)];
    }),
  );
}

async function withFiles(found: readonly Found[], skip: Skipper): Promise<(Found & RecordFiles)[]> {
  const files: (readonly string[] | undefined)[] = found.map(() => undefined);
  await atOnce(found.length, RECORDS_AT_ONCE, async (i) => {
    const { id, path, reader } = found[i] as Found & { readonly reader: MaybeFiles };
    const said = async () => (reader.files === undefined ? [path] : reader.files(path));
    files[i] = await skip.unless(id, said);
  });
  return found.flatMap((record, i) =>
    files[i] === undefined ? [] : [{ ...record, files: files[i] }],
  );
}

async function firstReadable(records: readonly Found[], skip: Skipper): Promise<ReaderRecord> {
  for (const { id, path, reader } of records) {
    const record = await skip.unless(id, () => reader.read(path));
    if (record !== undefined) return record;
  }
  throw skip.allOfThem();
}

function viewOf({ view }: ReaderRecord, samplingHz: number, samples: number): ViewSpec {
  const lead = view.axes[0] as ViewSpec['axes'][number];
  const time = { name: 'time', spacing: 1 / samplingHz, unit: 's' };
  return { ...view, shape: [view.shape[0] as number, samples], axes: [lead, time] };
}

function checkView(id: string, record: ReaderRecord, view: ViewSpec): void {
  const leads = (spec: ViewSpec) => (spec.axes[0]?.labels ?? []).join(' ');
  if (leads(record.view) !== leads(view)) {
    throw errors.viewDiffers(id, 'list of leads', leads(record.view), leads(view));
  }
  if (record.view.unit !== view.unit) {
    throw errors.viewDiffers(id, 'unit', record.view.unit, view.unit);
  }
}
