/** @file The cohort `synthetic`: subjects with ECG, ED and ES volumes, phenotypes and endpoints of one cause, made when they are read. */
import { at, defineComponent } from '@dualbeat/core';
import type { Cohort, HostMasked, Named, TargetSpec, ViewSpec } from '@dualbeat/core';
import { generateVolume } from './cmr/generate-volume.ts';
import { canonicalJson, constantsDigest, sha256 } from './constants/index.ts';
import { COVARIATES, covariatesOf } from './covariates.ts';
import { GENERATOR_VERSION, recordOf, samplesOf } from './ecg/generate-record.ts';
import { LEADS } from './ecg/lead-field.ts';
import { badLength, noSuchRow } from './errors.ts';
import { ENDPOINT_NAMES } from './latents/endpoints.ts';
import { PHENOTYPES } from './latents/phenotypes.ts';
import { syntheticOptions } from './options.ts';
import type { SyntheticOptions } from './options.ts';
import { recordsOf } from './records.ts';
import { once, rowOf } from './row.ts';
import type { Row } from './row.ts';
import { targetMoments } from './target-moments.ts';
import { TARGETS } from './targets.ts';
import type { Target } from './targets.ts';

/** Fills one row of a view. */
type Fill = (row: Row, out: Float32Array, offset: number) => void;
type View = { readonly spec: ViewSpec; readonly fill: Fill };
type ViewName = 'ecg' | 'ed' | 'es' | 'covariates';

function viewsOf(
  options: SyntheticOptions,
  samples: number,
): { readonly [name in ViewName]: View } {
  const { samplingHz, cmr, esInformation } = options;
  const millimetres = { spacing: cmr.pixelMm, unit: 'mm' };
  const volume: ViewSpec = {
    shape: [cmr.slices, cmr.height, cmr.width, 1],
    dtype: 'float32',
    axes: [
      { name: 'slice', spacing: cmr.sliceMm + cmr.gapMm, unit: 'mm' },
      { name: 'row', ...millimetres },
      { name: 'column', ...millimetres },
      { name: 'channel' },
    ],
    unit: 'a.u.',
  };
  const phase = (name: 'ed' | 'es'): View => ({
    spec: volume,
    fill: (row, out, offset) =>
      generateVolume(row.person(), name, row, { ...cmr, esInformation }, out, offset),
  });
  return {
    ecg: {
      spec: {
        shape: [LEADS.length, samples],
        dtype: 'float32',
        axes: [
          { name: 'lead', labels: LEADS },
          { name: 'time', spacing: 1 / samplingHz, unit: 's' },
        ],
        unit: 'mV',
      },
      fill: (row, out, offset) => out.set(recordOf(row.parameters(), row, options).values, offset),
    },
    ed: phase('ed'),
    es: phase('es'),
    covariates: {
      spec: COVARIATES,
      fill: (row, out, offset) => out.set(covariatesOf(row.labelled().latents), offset),
    },
  };
}

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

function readView(name: ViewName, view: View, rows: readonly Row[]): HostMasked {
  const size = sizeOf(view.spec.shape);
  const data = new Float32Array(rows.length * size);
  const present = new Uint8Array(rows.length);
  rows.forEach((row, i) => {
    if (row.missing().views[name]) return;
    present[i] = 1;
    view.fill(row, data, i * size);
  });
  return {
    values: { shape: [rows.length, ...view.spec.shape], data },
    present: { shape: [rows.length], data: present },
  };
}

function readTarget(
  { spec, value }: Target,
  rows: readonly Row[],
  has: (row: Row) => boolean,
): HostMasked {
  const names = spec.names.length;
  const width = sizeOf(spec.shape) / names;
  const data = new Float32Array(rows.length * names * width);
  const present = new Uint8Array(rows.length * names);
  rows.forEach((row, i) => {
    if (!has(row)) return;
    for (let k = 0; k < names; k++) {
      const numbers = value(row, k);
      if (numbers === undefined) continue;
      present[i * names + k] = 1;
      data.set(numbers, (i * names + k) * width);
    }
  });
  return {
    values: { shape: [rows.length, ...spec.shape], data },
    present: { shape: [rows.length, names], data: present },
  };
}

/** Errors: E_NAME_UNKNOWN for a name in `missing.named` or `labels.only` that there is not. */
function checkNames({ missing, labels }: SyntheticOptions): void {
  const known = Object.fromEntries(
    [...PHENOTYPES.map(({ name }) => name), ...ENDPOINT_NAMES].map((name) => [name, true]),
  );
  for (const name of Object.keys(missing.named)) at(known, name, 'phenotype or endpoint');
  for (const name of labels.only) at(TARGETS, name, 'target');
}

/**
 * Rows are subjects at their visits. `read` is a pure function of seed, options and row, so that any worker gives the same record;
 * nothing is kept in memory and only what is named is made. Mean and standard deviation of a target are computed when its spec is
 * first looked at. Errors: E_SYNTHETIC_SPLITS, E_SYNTHETIC_LENGTH, E_NAME_UNKNOWN; from `read`: E_SYNTHETIC_ROW, E_NAME_UNKNOWN.
 */
export const synthetic = defineComponent({
  kind: 'cohort',
  id: 'synthetic',
  options: syntheticOptions,
  create(options, from): Cohort {
    const seed = options.seed ?? from.seed;
    const samples = samplesOf(options);
    if (Math.abs(samples - options.samplingHz * options.seconds) > 1e-6 || samples < 1) {
      throw badLength(options.samplingHz * options.seconds);
    }
    checkNames(options);
    const records = recordsOf(seed, options.subjects, options);
    const made = viewsOf(options, samples);
    const views = Object.fromEntries(Object.entries(made).map(([name, { spec }]) => [name, spec]));
    const rowAt = (row: number) =>
      rowOf(seed, records.subject[row] as number, records.visit[row] as number, options);
    const { fraction, only } = options.labels;
    const fewer = (name: string) =>
      only.length === 0 ? at(TARGETS, name).labelled : only.includes(name);
    const labelled = ({ subject }: Row) => {
      const rank = records.labelRank[subject] as number;
      // The first in order has labels whatever the fraction.
      return rank < fraction || rank <= 0;
    };
    const moments = once(() =>
      targetMoments(
        (function* () {
          for (const row of records.rows.train) yield rowAt(row);
        })(),
        labelled,
      ),
    );
    const targets: { [name: string]: TargetSpec } = {};
    for (const [name, target] of Object.entries(TARGETS)) {
      const get = once(() => ({ ...target.spec, ...moments()(target, fewer(name)) }));
      Object.defineProperty(targets, name, { enumerable: true, get });
    }
    // Canonical: the digest does not depend on the order of keys in the experiment file.
    const content = { version: GENERATOR_VERSION, constantsDigest, ...options, seed };
    const read = (numbers: Int32Array, names: readonly string[]): Named<HostMasked> => {
      const wrong = numbers.find((row) => row < 0 || row >= records.subject.length);
      if (wrong !== undefined) throw noSuchRow(wrong, records.subject.length);
      const rows = Array.from(numbers, rowAt);
      const readOne = (name: string): HostMasked => {
        if (Object.hasOwn(made, name)) return readView(name as ViewName, at(made, name), rows);
        if (!Object.hasOwn(TARGETS, name)) at({ ...made, ...TARGETS }, name, 'view or target');
        return readTarget(at(TARGETS, name), rows, fewer(name) ? labelled : () => true);
      };
      return Object.fromEntries(names.map((name) => [name, readOne(name)]));
    };
    return {
      views,
      targets,
      digest: sha256(canonicalJson(content)),
      provenance: { simulator: `synthetic ${GENERATOR_VERSION}`, constants: constantsDigest, seed },
      rows: async (split) => records.rows[split].slice(),
      subjects: (rows) => rows.map((row) => records.subject[row] as number),
      ids: (rows) =>
        Array.from(rows, (row) => {
          const id = `synthetic-${String(records.subject[row]).padStart(6, '0')}`;
          return records.visit[row] === 0 ? id : `${id}-${(records.visit[row] as number) + 1}`;
        }),
      read: async (rows, names) => read(rows, names),
    };
  },
});
