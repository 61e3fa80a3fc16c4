/** @file The cohort over a folder of ACDC. */
import { join } from 'node:path';
import { at } from '@dualbeat/core';
import type { HostMasked, Kinds, Named, Split, ViewSpec } from '@dualbeat/core';
import {
  centreOfIntensity,
  frameOf,
  middleOf,
  readNifti,
  resample,
  volumeView,
} from '@dualbeat/cmr-io';
import type { Centre, Volume } from '@dualbeat/cmr-io';
import { makeSplit } from '@dualbeat/data';
import type { ImportSource } from '@dualbeat/data';
import * as errors from '../errors.ts';
import type { AcdcOptions } from '../options.ts';
import { patientsOf } from './patients.ts';
import type { Patient, Phase } from './patients.ts';
import { targetOf, targetSpecs } from './targets.ts';

/**
 * One row per patient. Opening reads and hashes all files and measures the labels. Errors: E_ACDC_ROOT, _EMPTY, _INFO, _LABELS,
 * E_CMR_*, E_SPLIT_FRACTIONS. While reading: E_ACDC_ROW, E_NAME_UNKNOWN, E_CMR_*.
 */
export async function openAcdc(
  options: AcdcOptions,
  from: Kinds['cohort']['from'],
): Promise<ImportSource> {
  const root = from.resolve(options.root);
  const { patients, digest } = await patientsOf(root, options.root);
  const rows = splitRows(patients, options, options.splitSeed ?? from.seed);
  const view = volumeView([options.slices, options.rows, options.columns], {
    slice: options.sliceSpacing,
    row: options.spacing,
    column: options.spacing,
  });
  const labels = { ...view, unit: 'label' };
  const views: Named<ViewSpec> = {
    ed: view,
    es: view,
    ...(options.labels ? { 'ed-labels': labels, 'es-labels': labels } : {}),
  };
  const patientAt = (row: number): Patient => {
    const patient = patients[row];
    if (patient === undefined) throw errors.rowOutside(row, patients.length);
    return patient;
  };
  const targets = targetSpecs(Array.from(rows.train, patientAt), options.group);
  const named = { ...views, ...targets };
  const read = viewReader(root, options, view);
  return {
    ...{ views, targets, digest },
    provenance: {
      source: 'ACDC',
      patients: patients.length,
      licence: 'CC BY-NC-SA 4.0',
      cite: 'doi:10.1109/TMI.2018.2837502',
    },
    rows: async (split) => rows[split].slice(),
    subjects: (of) => of.map((row) => (patientAt(row), row)),
    ids: (of) => Array.from(of, (row) => patientAt(row).id),
    covariates: [
      { name: 'height', type: 'number', unit: 'cm' },
      { name: 'weight', type: 'number', unit: 'kg' },
    ],
    records: async (of) =>
      Array.from(of, (row) => {
        const { id, info } = patientAt(row);
        const { height, weight } = info;
        return { subject: id, visit: '0', date: null, covariates: { height, weight } };
      }),
    async read(of, names) {
      names.forEach((name) => at(named, name, 'view or target'));
      const wanted = Array.from(of, patientAt);
      const result: { [name: string]: HostMasked } = {};
      for (const name of names)
        result[name] = Object.hasOwn(views, name)
          ? await stack(wanted, view, (patient) => read(patient, name))
          : targetOf(name, wanted, options.group);
      return result;
    },
  };
}

async function stack(
  patients: readonly Patient[],
  { shape }: ViewSpec,
  read: (patient: Patient) => Promise<Float32Array>,
): Promise<HostMasked> {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = new Float32Array(patients.length * size);
  for (const [i, patient] of patients.entries()) data.set(await read(patient), i * size);
  const present = new Uint8Array(patients.length).fill(1);
  return {
    values: { shape: [patients.length, ...shape], data },
    present: { shape: [patients.length], data: present },
  };
}

/** Views on the grid of the options; the first that fit are kept. ES is cropped where ED is. */
function viewReader(root: string, options: AcdcOptions, { shape }: ViewSpec) {
  const [slices, rows, columns] = shape as [number, number, number];
  const { spacing, sliceSpacing } = options;
  const kept = new Map<string, Float32Array>();
  const most = (options.cacheMegabytes * 2 ** 20) / (slices * rows * columns * 4);
  const load = async (file: string): Promise<Volume> =>
    frameOf(await readNifti(join(root, file)), 0);
  const centreOf = async (patient: Patient, volume: Volume): Promise<Centre> => {
    if (options.crop === 'segmentation') return patient.centre;
    if (options.crop === 'centre') return middleOf(volume);
    return centreOfIntensity(await load(patient.files.ed.image));
  };
  return async (patient: Patient, name: string): Promise<Float32Array> => {
    const key = `${patient.id} ${name}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const phase = name.slice(0, 2) as Phase;
    const isLabels = name.endsWith('-labels');
    const volume = await load(patient.files[phase][isLabels ? 'labels' : 'image']);
    const { values } = resample(volume, {
      size: [slices, rows, columns],
      spacing: { slice: sliceSpacing, row: spacing, column: spacing },
      centre: await centreOf(patient, volume),
      by: isLabels ? 'nearest' : 'linear',
    });
    if (kept.size < most) kept.set(key, values);
    return values;
  };
}

function splitRows(
  patients: readonly Patient[],
  { split: { train, val, test } }: AcdcOptions,
  seed: number,
): { readonly [S in Split]: Int32Array } {
  const parts = makeSplit(
    patients.map(({ id, info }) => ({ subject: id, stratum: info.group })),
    { fractions: { train, val, test } },
    seed,
  );
  const all = Int32Array.from(patients, (_, row) => row);
  const of = (part: string) =>
    all.filter((row) => parts.get((patients[row] as Patient).id) === part);
  return { all, train: of('train'), val: of('val'), test: of('test') };
}
