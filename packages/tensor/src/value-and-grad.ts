/** @file Value, auxiliary results and gradients by name; zeros where a name has no path to the value (tfjs throws there). */
import type { Named, Tensor, Tree } from '@dualbeat/core';
import { flatten, structureOf, unflatten } from './tree.ts';
import type { TfjsCore } from './tfjs.ts';

export function valueAndGrad<T extends Tree>(
  tf: TfjsCore,
  fn: (params: Named) => { readonly value: Tensor; readonly aux: T },
  params: Named,
): { value: Tensor; aux: T; grads: Named; unconnected: string[] } {
  const names = Object.keys(params);
  const inputs = names.map((n) => params[n] as Tensor);
  let aux: T | undefined;
  let kept: Tensor[] = [];
  if (inputs.length === 0) {
    const { value, aux: extra } = fn(params);
    return { value, aux: extra, grads: {}, unconnected: [] };
  }
  const { value, grads } = tf.engine().gradients(
    () => {
      const result = fn(params);
      aux = result.aux;
      // gradients() frees what was made inside; clones survive it
      kept = flatten(result.aux).map((t) => tf.keep(tf.clone(t)));
      return result.value as import('@tensorflow/tfjs-core').Scalar;
    },
    inputs,
    undefined,
    true,
  );
  const tracked = kept.map((t) => {
    const clone = tf.clone(t); // belongs to the caller's tidy, unlike a kept tensor
    t.dispose();
    return clone;
  });
  const unconnected: string[] = [];
  const byName: Record<string, Tensor> = {};
  for (const [i, name] of names.entries()) {
    const grad = grads[i] as Tensor | null | undefined;
    if (grad === null || grad === undefined) unconnected.push(name);
    byName[name] = grad ?? tf.zerosLike(inputs[i] as Tensor);
  }
  return { value, aux: unflatten(structureOf(aux as T), tracked) as T, grads: byName, unconnected };
}
