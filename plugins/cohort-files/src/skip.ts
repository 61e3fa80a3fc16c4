/** @file What happens to a record that cannot be read: an error, or counted and skipped up to a limit. */
import { isCoded } from '@dualbeat/core';
import type { DualbeatError } from '@dualbeat/core';
import * as errors from './errors.ts';
import type { FilesOptions } from './options.ts';

export type Skipper = {
  /** What `work` gives for the record; `undefined` where it fails and is skipped. Error: E_FILES_SKIPPED. */
  unless<T>(id: string, work: () => Promise<T>): Promise<T | undefined>;
  /** The skipped ones, each with its error. */
  skipped(): ReadonlyMap<string, DualbeatError>;
  /** The error when no record is left. */
  allOfThem(): Error;
};

/** Counts the skipped ones among `total` records; a record counts once. Errors without a code are never skipped. */
export function skipper(
  total: number,
  { onCorrupt, maxSkippedFraction }: Pick<FilesOptions, 'onCorrupt' | 'maxSkippedFraction'>,
): Skipper {
  const skipped = new Map<string, DualbeatError>();
  let last = new Error('none');
  const tooMany = () => errors.tooManySkipped(skipped.size, total, maxSkippedFraction, last);
  return {
    unless: async (id, work) => {
      try {
        return await work();
      } catch (error) {
        if (!isCoded(error)) throw error;
        if (onCorrupt === 'raise') throw errors.recordUnreadable(error);
        skipped.set(id, error);
        last = error;
        if (skipped.size > maxSkippedFraction * total) throw tooMany();
        return undefined;
      }
    },
    skipped: () => skipped,
    allOfThem: tooMany,
  };
}
