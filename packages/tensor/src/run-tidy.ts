/** @file Running a function so that nothing but its result survives, exceptions included. */
import type { Tensor, Tree } from '@dualbeat/core';
import { inputDtype } from './errors.ts';
import type { TfjsCore } from './tfjs.ts';
import { flatten, structureOf, unflatten } from './tree.ts';

/** The result's tensors belong to the caller: arguments that are passed through are cloned, kept ones are not tracked twice. */
export function runTidy<R extends Tree>(tf: TfjsCore, fn: () => R, inputs: readonly Tensor[]): R {
  let result: R | undefined;
  const given = new Set(inputs);
  const seen = new Set<Tensor>();
  const tensors = tf.tidy(() => {
    result = fn();
    return flatten(result).map((t) => {
      const own = given.has(t) || seen.has(t) || t.kept ? tf.clone(t) : t;
      seen.add(own);
      return own;
    });
  });
  return unflatten(structureOf(result as R), tensors) as R;
}

/** The flat tensors of the arguments. Error: E_COMPILE_INPUT. */
export function checkInputs(fn: string, args: readonly Tree[]): Tensor[] {
  return args.flatMap((arg, i) => {
    if (arg === null || typeof arg !== 'object')
      throw inputDtype(fn, `argument ${i}`, `it is ${String(arg)}`);
    return flatten(arg).map((t) => {
      if (t.isDisposed) throw inputDtype(fn, `argument ${i}`, 'a tensor of it is disposed');
      return t;
    });
  });
}
