/** @file Checkpoints of earlier formats, brought to the present one when they are read. */
import { freshProgress } from '../progress.ts';
import { checkpointFormat } from './checkpoint.ts';

export type AboutFile = { readonly format?: unknown; readonly [key: string]: unknown };
/** By the format that it starts from; each gives the next one. A new format adds its step here, and a sample to the tests. */
const steps: { readonly [from: number]: (about: AboutFile) => AboutFile } = {
  // 2: subjects in a file of their own (none are known), more counters.
  1: (about) => ({
    ...about,
    format: 2,
    progress: { ...freshProgress, ...(about['progress'] as object) },
  }),
};

/** The file as the present format has it; null where its format is unknown. */
export function migrate(about: AboutFile): AboutFile | null {
  let now = about;
  while (now.format !== checkpointFormat) {
    const step = typeof now.format === 'number' ? steps[now.format] : undefined;
    if (step === undefined) return null;
    now = step(now);
  }
  return now;
}
