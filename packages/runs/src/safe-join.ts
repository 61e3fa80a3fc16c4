/** @file One way to make a path below a root from names that others chose. */
import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { pathEscape } from './errors.ts';

/**
 * The absolute path of `parts` below `root`. The parts are checked as they stand and in every percent-decoded form, and are
 * used as they stand (a file may be called `a%20b`). Existing ancestors are followed: a link may not leave the root.
 * The check is made now: who may write below the root can change a link afterwards.
 * Errors: E_PATH_ESCAPE.
 * @example safeJoin('runs/ecg-mae', 'figures', 'reconstruction.svg');
 */
export function safeJoin(root: string, ...parts: string[]): string {
  for (const part of parts) {
    for (const form of decodedForms(root, part)) {
      const why = refusal(form);
      if (why !== undefined) throw pathEscape(root, part, why);
    }
  }
  const top = resolve(root);
  const target = join(top, ...parts);
  const shown = parts.join('/');
  if (!isInside(target, top)) throw pathEscape(root, shown, 'it leaves the folder');
  const realTop = realOfExisting(top, () => pathEscape(root, shown, 'the folder is a broken link'));
  const real = realOfExisting(target, () => pathEscape(root, shown, 'a link on the way is broken'));
  if (!isInside(real, realTop)) {
    throw pathEscape(root, shown, 'a link on the way leaves the folder');
  }
  return target;
}

function refusal(part: string): string | undefined {
  if (part.includes('\0')) return 'it has a NUL character';
  if (part.includes('\\')) return 'it has a backslash';
  if (part.startsWith('/')) return 'it is absolute';
  if (/^[a-z]:/i.test(part)) return 'it names a drive';
  if (part.split('/').includes('..')) return 'it has ".."';
  return undefined;
}

/** `part`, and what it becomes by percent-decoding again and again; each pass shortens it, so this ends. */
function decodedForms(root: string, part: string): string[] {
  const forms = [part];
  for (let form = part; /%[0-9a-f]{2}/i.test(form); forms.push(form)) {
    form = form.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => {
      try {
        return decodeURIComponent(bytes);
      } catch {
        // Overlong or broken UTF-8 (%c0%ae is read as "." by lax decoders).
        throw pathEscape(root, part, 'it has a percent code that is not UTF-8');
      }
    });
  }
  return forms;
}

function isInside(path: string, top: string): boolean {
  return path === top || path.startsWith(top.endsWith(sep) ? top : top + sep);
}

/** The real path of the longest part of `path` that exists, and the rest of it. */
function realOfExisting(path: string, broken: () => Error): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw broken(); // ELOOP, EACCES: cannot be followed
  }
  if (isLink(path)) throw broken(); // writing through it would make a file elsewhere
  const parent = dirname(path);
  if (parent === path) return path;
  return join(realOfExisting(parent, broken), path.slice(parent.length));
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
