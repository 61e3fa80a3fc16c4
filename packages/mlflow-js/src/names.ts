/** @file What the server accepts as names, params, tags and artifact paths. */
import { badName, badPath } from './errors.ts';

/** Limits of the server (mlflow/utils/validation.py, 3.x); longer params would be cut without a word. */
export const limits = {
  metricsPerBatch: 1000,
  paramsPerBatch: 100,
  tagsPerBatch: 100,
  entitiesPerBatch: 1000,
  bytesPerRequest: 1_000_000,
  paramLength: 6000,
  tagLength: 5000,
  keyLength: 250,
  nameLength: 500,
  digestLength: 36,
} as const;

const allowed = /^[/\w.\- ]+$/;

/**
 * The nearest name that the server takes: other characters become '_', 'a//b' becomes 'a/b', './' and '../' lose their dots.
 * @example safeName('AUC (LVEF<40%)'); // 'AUC _LVEF_40__'
 */
export function safeName(name: string): string {
  const parts = name
    .replace(/[^/\w.\- ]/gu, '_')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .map((part) => (part === '..' ? '__' : part));
  return parts.join('/').slice(0, limits.keyLength) || '_';
}

/** Error: E_MLFLOW_NAME where the server would refuse it. */
export function checkKey(what: string, name: string): void {
  if (name.length > limits.keyLength)
    throw badName(what, name, `is longer than ${limits.keyLength}`);
  if (!allowed.test(name)) throw badName(what, name, 'has characters that the server refuses');
  if (name !== safeName(name)) throw badName(what, name, 'is not a normal path');
}

/** A param's or tag's value, cut with a mark where it is too long: never silently. */
export function fitted(value: string, length: number): string {
  const mark = '... [cut]';
  return value.length <= length ? value : value.slice(0, length - mark.length) + mark;
}

/**
 * The path as URL segments. Error: E_MLFLOW_PATH for anything that could leave the run's artifacts, also percent-encoded.
 */
export function artifactSegments(path: string): string {
  const whole = decodedFully(path);
  for (const form of [path, whole]) {
    if (form === '' || form.startsWith('/')) throw badPath(path, 'is not relative');
    if (form.includes('\\')) throw badPath(path, 'holds a backslash');
    if (hasControl(form)) throw badPath(path, 'holds a control character');
    if (/^[a-z][a-z0-9+.-]*:/i.test(form)) throw badPath(path, 'names a scheme or drive');
    if (/[?#]/.test(form)) throw badPath(path, "holds '?' or '#'");
    if (form.split('/').some((part) => part === '..' || part === '.' || part === ''))
      throw badPath(path, 'is not a normal path');
  }
  return path.split('/').map(encodeURIComponent).join('/');
}

function hasControl(text: string): boolean {
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (code < 32 || code === 127) return true;
  }
  return false;
}

/** Decodes '%252e' to the end: the server and proxies may decode more than once. */
function decodedFully(path: string): string {
  let now = path;
  for (let i = 0; i < 5; i++) {
    let next: string;
    try {
      next = decodeURIComponent(now);
    } catch {
      return now;
    }
    if (next === now) return now;
    now = next;
  }
  throw badPath(path, 'is encoded too often');
}
