/** @file What an import reads from: any cohort; more about its records where the cohort can tell. Types only. */
import type { Cohort, Named } from '@dualbeat/core';
import type { CovariateSpec, Endpoint } from '../store/types.ts';

/** Of one row. Ids are those of the site: the store gets their HMAC. */
export type RecordFacts = {
  readonly subject: string;
  readonly visit: string;
  /** ISO day. */
  readonly date: string | null;
  readonly covariates?: Named<number | string | null>;
  readonly endpoints?: Named<Endpoint>;
};
/** A record that the source found and has no row for, or a row that is present nowhere. `message` may name files. */
export type RejectedRecord = {
  readonly id: string;
  readonly code: string;
  readonly message: string;
};
/**
 * A cohort that knows its records. All additions are optional: of a plain cohort, each subject number is a subject and each row
 * a visit of its own.
 */
export type ImportSource = Cohort & {
  records?(rows: Int32Array): Promise<readonly RecordFacts[]>;
  readonly covariates?: readonly CovariateSpec[];
  readonly endpoints?: readonly string[];
  /** So far: also what reading found. */
  rejected?(): readonly RejectedRecord[];
  /** Findings of rows that were read: 'data/17: flat V3'. */
  flags?(rows: Int32Array): readonly string[];
};

/** What it takes to open the source in another thread. Plain JSON. */
export type SourceSpec = {
  /** Plugins by name or folder, seen from the file `from`; paths of the options are relative to it too. */
  readonly plugins: readonly string[];
  readonly from: string;
  /** Component id of the cohort. */
  readonly use: string;
  readonly options: unknown;
  readonly seed: number;
  /** Readers with options of their own; all others have their defaults. */
  readonly readers?: readonly { readonly use: string; readonly options: unknown }[];
};
