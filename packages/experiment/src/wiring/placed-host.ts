/** @file A host whose errors name file, line and column. */
import type { Host } from '@dualbeat/core';
import { type Invalid, placed } from './faults.ts';

/** Errors of cohorts and readers are about data: they name files of their own and stay as they are. */
const ofData: ReadonlySet<string> = new Set(['cohort', 'reader']);

export function placedHost(host: Host, invalid: Invalid): Host {
  return {
    ...host,
    async create(kind, use, from, where) {
      try {
        return await host.create(kind, use, from, where);
      } catch (error) {
        throw placed(error, invalid, ofData.has(kind) ? undefined : where);
      }
    },
  };
}
