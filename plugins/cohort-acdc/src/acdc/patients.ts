/** @file The patients of a folder: what is known of each when the cohort is opened. Images are read later. */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { boxOf, centreOfBox, decodeNifti, frameOf, phenotypesOf } from '@dualbeat/cmr-io';
import type { Centre, Phenotypes, Volume } from '@dualbeat/cmr-io';
import * as errors from '../errors.ts';
import { parseInfo } from './info.ts';
import type { Info } from './info.ts';

export type Phase = 'ed' | 'es';
export type Files = { readonly image: string; readonly labels: string };
export type Patient = {
  readonly id: string;
  readonly info: Info;
  readonly files: { readonly [P in Phase]: Files };
  readonly phenotypes: Phenotypes;
  /** Middle of the box of the labels at ED, in voxels. */
  readonly centre: Centre;
};

/** Patients in the order of their numbers, and the hash of all their files. Errors: E_ACDC_*, E_CMR_*. */
export async function patientsOf(
  root: string,
  shown: string,
): Promise<{ readonly patients: readonly Patient[]; readonly digest: string }> {
  const entries = await readdir(root, { withFileTypes: true }).catch((error: unknown) => {
    throw errors.rootUnreadable(shown, error);
  });
  const ids = entries.map(({ name }) => name).filter((name) => /^patient\d{3}$/.test(name));
  const hash = createHash('sha256');
  const patients: Patient[] = [];
  for (const id of ids.sort()) patients.push(await patientOf(root, shown, id, hash));
  if (patients.length === 0) throw errors.noPatients(shown);
  return { patients, digest: hash.digest('hex') };
}

type Hash = { update(data: string | Uint8Array): unknown };

async function patientOf(root: string, shown: string, id: string, hash: Hash): Promise<Patient> {
  const load = async (name: string) => {
    const bytes = await readFile(join(root, id, name)).catch((error: unknown) => {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      throw errors.infoUnclear(`${shown}/${id}/${name}`, `the file cannot be read (${code})`);
    });
    hash.update(`${id}/${name}:${bytes.length}\n`);
    hash.update(bytes);
    return bytes;
  };
  const file = `${shown}/${id}/Info.cfg`;
  const info = parseInfo(new TextDecoder().decode(await load('Info.cfg')), file);
  const volumes: { [P in Phase]?: Volume } = {};
  const files: { [P in Phase]?: Files } = {};
  for (const phase of ['ed', 'es'] as const) {
    const stem = `${id}_frame${String(info[phase]).padStart(2, '0')}`;
    const names = { image: `${stem}.nii.gz`, labels: `${stem}_gt.nii.gz` };
    await load(names.image);
    const where = `${shown}/${id}/${names.labels}`;
    volumes[phase] = frameOf(await decodeNifti(await load(names.labels), where), 0);
    if ((volumes[phase] as Volume).values.some((value) => ![0, 1, 2, 3].includes(value)))
      throw errors.labelsUnclear(where, 'it has values other than the labels 0 to 3');
    files[phase] = { image: join(id, names.image), labels: join(id, names.labels) };
  }
  const { ed, es } = volumes as { readonly [P in Phase]: Volume };
  const box = boxOf(ed);
  if (box === null)
    throw errors.labelsUnclear(`${shown}/${id}/${id}_frame${info.ed}`, 'its labels are all 0');
  return {
    ...{ id, info },
    files: files as { readonly [P in Phase]: Files },
    phenotypes: phenotypesOf(ed, es),
    centre: centreOfBox(box),
  };
}
