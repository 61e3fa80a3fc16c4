/** @file Errors of `plugins new` and `new`. */
import { closest, DualbeatError } from '@dualbeat/core';

export function kindWithoutTemplate(kind: string, kinds: readonly string[]): DualbeatError {
  const near = closest(kind, kinds);
  return new DualbeatError({
    code: 'E_PLUGIN_KIND',
    where: '--kind',
    cause: `there is no template of the kind "${kind}"; there is: ${kinds.join(', ')}.`,
    fix: near === undefined ? 'use one of these kinds.' : `did you mean "${near}"?`,
  });
}

export function pluginName(name: string): DualbeatError {
  return new DualbeatError({
    code: 'E_PLUGIN_NAME',
    where: name,
    cause:
      'the id of a plugin\'s component is "scope/name", of small letters, digits and hyphens; names without a scope are the project\'s own.',
    fix: 'take your organisation as the scope: my-lab/tempered.',
  });
}

export function folderTaken(folder: string, found: string): DualbeatError {
  return new DualbeatError({
    code: 'E_FOLDER_TAKEN',
    where: folder,
    cause: `the folder is not empty (it has ${found}), and nothing is overwritten.`,
    fix: 'name another folder, or empty this one.',
  });
}

export function notAFolder(path: string): DualbeatError {
  return new DualbeatError({
    code: 'E_FOLDER_TAKEN',
    where: path,
    cause: 'this is a file, and nothing is overwritten.',
    fix: 'name another folder.',
  });
}

export function folderUnwritable(folder: string, error: unknown): DualbeatError {
  return new DualbeatError({
    code: 'E_FOLDER_UNWRITABLE',
    where: folder,
    cause: `it cannot be written (${error instanceof Error ? error.message : String(error)}).`,
    fix: 'name a folder that this user may write.',
    error,
  });
}

export function studyName(name: string): DualbeatError {
  return new DualbeatError({
    code: 'E_STUDY_NAME',
    where: name === '' ? '(empty)' : name,
    cause:
      'the name of a study is the name of its folder: small letters, digits, dots and hyphens.',
    fix: 'name it as in `dualbeat new my-study` or `dualbeat new ../my-study`.',
  });
}

export function packagesMissing(tried: readonly string[]): DualbeatError {
  return new DualbeatError({
    code: 'E_PACKAGES_MISSING',
    cause: `the packed packages were not found (${tried.join(', ') || 'this command was not installed from them'}); they are not on npm yet.`,
    fix: 'run `npm run pack` in the repository, or name their folder with --packages.',
  });
}

export function packageUnpacked(name: string, folder: string): DualbeatError {
  return new DualbeatError({
    code: 'E_PACKAGE_UNPACKED',
    where: folder,
    cause: `the folder has no tarball of ${name}.`,
    fix: 'run `npm run pack` in the repository again.',
  });
}
