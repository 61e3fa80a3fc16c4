/** @file Delineations of a record from its annotation files, in the samples of a view that is the record's middle. */
import { existsSync } from 'node:fs';
import type { Annotation } from '@dualbeat/ecg-io/annotations';
import { readAnnotations, readTiming } from '@dualbeat/ecg-io/annotations';
import { qrsDelineations } from '../measure/delineation.ts';
import type { Delineation } from '../measure/delineation.ts';

/** What the view shows of a record. */
export type ViewSamples = {
  readonly labels: readonly string[];
  readonly samplingHz: number;
  readonly samples: number;
};

/**
 * QRS complexes of the record at `path` (without extension) by the view's leads; null where it has no annotation file.
 * `extension`: of the annotation files; '{lead}' in it is the lead's name in lower case, without it one file is for all leads.
 * The view is the middle of the record, as centre crops leave it. Errors: those of the annotation reader.
 */
export async function readDelineations(
  path: string,
  extension: string,
  view: ViewSamples,
): Promise<Delineation[] | null> {
  const files = view.labels.map(
    (lead) => `${path}.${extension.replaceAll('{lead}', lead.toLowerCase())}`,
  );
  if (!files.some((file) => existsSync(file))) return null;
  const { samplingHz, samples } = await readTiming(`${path}.hea`);
  const perSample = view.samplingHz / samplingHz;
  const length = samples === undefined ? view.samples : Math.round(samples * perSample);
  const start = Math.max(0, Math.floor((length - view.samples) / 2));
  const known = new Map<string, Annotation[]>();
  const found: Delineation[] = [];
  for (const [lead, file] of files.entries()) {
    if (!known.has(file)) known.set(file, existsSync(file) ? await readAnnotations(file) : []);
    for (const beat of qrsDelineations(known.get(file) ?? [], lead)) {
      const placed = (sample: number) => Math.round(sample * perSample) - start;
      const [onset, peak, offset] = [placed(beat.onset), placed(beat.peak), placed(beat.offset)];
      if (onset >= 0 && offset < view.samples) found.push({ lead, onset, peak, offset });
    }
  }
  return found;
}
