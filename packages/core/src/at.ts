/** @file Reading a plain record by name, with an error that says what is there. */
import { closest } from './closest.ts';
import { DualbeatError } from './errors.ts';

/** The entry `name` of `named`. Error: E_NAME_UNKNOWN, lists what is there. */
export function at<T>(named: { readonly [name: string]: T }, name: string, what = 'entry'): T {
  if (Object.hasOwn(named, name)) return named[name] as T;
  const names = Object.keys(named);
  const near = closest(name, names);
  const listed = names.length > 20 ? `${names.slice(0, 20).join(', ')}, ...` : names.join(', ');
  throw new DualbeatError({
    code: 'E_NAME_UNKNOWN',
    cause: `there is no ${what} "${name}"; there is: ${listed || 'nothing'}.`,
    fix: near === undefined ? 'use one of these names.' : `did you mean "${near}"?`,
  });
}
