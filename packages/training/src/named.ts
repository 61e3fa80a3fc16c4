/** @file Small functions over records by name. */
import type { Named } from '@dualbeat/core';

export function mapNamed<T, R>(named: Named<T>, fn: (value: T, name: string) => R): Named<R> {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [name, fn(value, name)]));
}

export function pickNamed<T>(named: Named<T>, wanted: (name: string) => boolean): Named<T> {
  return Object.fromEntries(Object.entries(named).filter(([name]) => wanted(name)));
}

/** With `prefix` before each name. */
export function prefixed<T>(prefix: string, named: Named<T>): Named<T> {
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [`${prefix}${name}`, value]),
  );
}

/** Those that begin with `prefix`, without it. */
export function unprefixed<T>(prefix: string, named: Named<T>): Named<T> {
  return Object.fromEntries(
    Object.entries(named)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}
