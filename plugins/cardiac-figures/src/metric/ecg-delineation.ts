/** @file Metric `ecg-delineation`: what reconstructions keep of the waveform (the paper's Figure 2), on delineated records. */
import { join } from 'node:path';
import { at, defineComponent } from '@dualbeat/core';
import type { Metric, MetricValue, Named, ViewSpec } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { ecgAxes, recordSignals } from '../figure/assemble.ts';
import type { RecordSignals } from '../figure/assemble.ts';
import { measureRecord, summarised } from '../measure/compare-reconstruction.ts';
import type { Comparison, RecordMeasures, Spread } from '../measure/compare-reconstruction.ts';
import { readDelineations } from './read-delineations.ts';

const options = Type.Object(
  {
    annotations: Type.String({
      minLength: 1,
      'x-identity': false,
      description:
        'Folder that the record ids are relative to, from the experiment file: the annotations of record a/1 are <folder>/a/1.<extension>, beside its header 1.hea.',
    }),
    extension: Type.String({
      minLength: 1,
      default: '{lead}',
      description:
        'Extension of the annotation files; {lead} is the name of the lead in lower case. Without it one file is for all leads.',
    }),
    view: Type.String({ minLength: 1, default: 'ecg', description: 'The view that was masked.' }),
    over: Type.Union([Type.Literal('hidden'), Type.Literal('all')], {
      default: 'hidden',
      description:
        'What is measured: hidden patches alone, or the whole reconstruction (sensible where the loss covers visible patches).',
    }),
    patch: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 2,
        maxItems: 2,
        description:
          'Leads and samples of one token; without it, one lead and as many samples as a token has values.',
      }),
    ),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

/**
 * Over the beats of all records of a split that have annotations: `r-peak-shift-ms` and `qrs-width-error-ms` (`.median`,
 * `.p95` of the sizes, `.bias`, `.beats`), `r-peak-shift-ms.lost`, and `noise-above-40hz` (`.original`, `.reconstructed`,
 * in the square of the view's unit, and their `.ratio`). Reads the outputs that the figure `ecg-reconstruction` reads. The view
 * must be the middle of the record. Errors: E_FIGURE_OUTPUT, E_FIGURE_VIEW, E_NAME_UNKNOWN, E_WFDB_... of the files.
 */
export const ecgDelineation = defineComponent({
  kind: 'metric',
  id: 'ecg-delineation',
  options,
  create: (set, from) =>
    createMetric(set, at(from.views, set.view, 'view'), from.resolve(set.annotations)),
});

function createMetric(set: Options, view: ViewSpec, folder: string): Metric {
  const shown = { ...ecgAxes(view), samples: view.shape[1] as number };
  return {
    async compute(batches) {
      const measured: RecordMeasures[] = [];
      for await (const { outputs, ids } of batches) {
        for (const record of recordSignals({ outputs, ids, view }, set.patch)) {
          const path = join(folder, record.id);
          const beats = await readDelineations(path, set.extension, shown);
          if (beats === null) continue;
          const reconstruction = set.over === 'all' ? record.reconstruction : hiddenOnly(record);
          measured.push(measureRecord(record.original, reconstruction, shown.samplingHz, beats));
        }
      }
      return results(measured);
    },
  };
}

/** NaN at visible patches: these are not compared. */
function hiddenOnly(record: RecordSignals): Float32Array[] {
  return record.reconstruction.map((lead, l) =>
    lead.map((v, i) => (record.hidden[l]?.[Math.floor(i / record.windowSamples)] ? v : Number.NaN)),
  );
}

function results(measured: readonly RecordMeasures[]): Named<MetricValue> {
  const none = measured.length === 0;
  const value = (v: MetricValue): MetricValue =>
    none ? { undefinedBecause: 'no record of this split has annotation files' } : v;
  const found: Comparison = summarised(measured);
  const spread = (name: string, { median, p95, bias, beats }: Spread) => ({
    [`${name}.median`]: value(median),
    [`${name}.p95`]: value(p95),
    [`${name}.bias`]: value(bias),
    [`${name}.beats`]: value(beats),
  });
  const noise = found.noisePowerAbove40Hz;
  return {
    ...spread('r-peak-shift-ms', found.rPeakShiftMs),
    'r-peak-shift-ms.lost': value(found.lost),
    ...spread('qrs-width-error-ms', found.qrsWidthErrorMs),
    'noise-above-40hz.original': value(noise.original),
    'noise-above-40hz.reconstructed': value(noise.reconstructed),
    'noise-above-40hz.ratio': value(noise.ratio),
  };
}
