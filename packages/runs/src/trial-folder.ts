/** @file The folder of one trial, `<root>/<experiment>/trials/<name>/`, and the pointer `<root>/<experiment>/latest`. */
import { lstatSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { causeOf, runUnwritable } from './errors.ts';
import { makeFolder } from './make-folder.ts';
import { folderName } from './run-name.ts';
import { safeJoin } from './safe-join.ts';
import { tempName, writeAtomicSync } from './write-atomic.ts';

export type TrialName = {
  /** The runs root, `runs`. */
  readonly root: string;
  readonly experiment: string;
  /** `<variant>-s<seed>-<id>`. */
  readonly name: string;
};
export type TrialFolder = {
  readonly path: string;
  /** Paths of files that the caller writes. */
  readonly resolved: string;
  readonly origins: string;
  readonly report: string;
};

/**
 * Makes the folder of a trial, or finds it, and points `latest` to it. Errors: E_RUN_NAME, E_RUN_UNWRITABLE.
 * @example openTrialFolder({ root: 'runs', experiment: 'ecg-mae', name: 'base-s0-1f0c' });
 */
export function openTrialFolder(name: TrialName): TrialFolder {
  const parts = [folderName('experiment name', name.experiment), 'trials'];
  const path = safeJoin(name.root, ...parts, folderName('trial name', name.name));
  makeFolder(path);
  pointLatest(name);
  return {
    path,
    resolved: join(path, 'resolved.yaml'),
    origins: join(path, 'origins.json'),
    report: join(path, 'report.html'),
  };
}

/**
 * Points `<root>/<experiment>/latest` to a trial in one step: a relative link, or, where links are refused or `form` is 'text', a
 * text file with the same relative path. Errors: E_RUN_UNWRITABLE.
 */
export function pointLatest(name: TrialName, form: 'link' | 'text' = 'link'): void {
  // The link itself may be broken: it is replaced, never followed.
  const latest = join(
    safeJoin(name.root, folderName('experiment name', name.experiment)),
    'latest',
  );
  const target = join('trials', folderName('trial name', name.name));
  try {
    if (form === 'link' && linkTo(target, latest)) return;
    writeAtomicSync(latest, `${target}\n`);
  } catch (error) {
    throw runUnwritable(latest, (error as Error).cause ?? error);
  }
}

/** The folder that `latest` of an experiment points to, or undefined where there is none or it points outside. */
export function readLatest(root: string, experiment: string): string | undefined {
  const folder = safeJoin(root, folderName('experiment name', experiment));
  const latest = join(folder, 'latest');
  try {
    const isLink = lstatSync(latest).isSymbolicLink();
    const target = isLink ? readlinkSync(latest) : readFileSync(latest, 'utf8').trim();
    const path = safeJoin(folder, target);
    return lstatSync(path).isDirectory() ? path : undefined;
  } catch {
    return undefined;
  }
}

/** False where the file system, or the system's rights, know no links. */
function linkTo(target: string, latest: string): boolean {
  const temp = tempName(latest);
  try {
    symlinkSync(target, temp);
  } catch (error) {
    if (['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(causeOf(error))) return false;
    throw error;
  }
  try {
    renameSync(temp, latest);
    return true;
  } catch (error) {
    rmSync(temp, { force: true });
    throw error;
  }
}
