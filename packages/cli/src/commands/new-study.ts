/** @file `dualbeat new`: a study folder outside the repository. */
import { basename, resolve } from 'node:path';
import { renderStudy, studyNeeds } from '@dualbeat/plugin-kit/templates';
import { studyName } from '../scaffold/errors.ts';
import { fileDependencies, packageFolder } from '../scaffold/package-source.ts';
import { tellWritten } from '../scaffold/tell-written.ts';
import { mustBeEmpty, writeFiles } from '../scaffold/write-files.ts';

export type NewStudyFlags = { readonly packages?: string; readonly json?: boolean };

/** Errors: E_STUDY_NAME, E_PACKAGES_MISSING, E_FOLDER_TAKEN, E_FOLDER_UNWRITABLE. */
export async function newStudy(study: string, flags: NewStudyFlags): Promise<number> {
  const folder = resolve(study);
  const name = basename(folder);
  // npm takes it as the name of the package
  if (study.trim() === '' || !/^[a-z0-9][a-z0-9._-]*$/.test(name)) throw studyName(study);
  mustBeEmpty(folder);
  const dependencies = fileDependencies(packageFolder(flags.packages), studyNeeds, folder);
  const files = renderStudy({ name, dependencies });
  writeFiles(folder, files);
  const next = 'npm install --ignore-scripts && npx --no dualbeat run experiments/first.yaml';
  return tellWritten(folder, files, { json: flags.json === true, next });
}
