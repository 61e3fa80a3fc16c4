/**
 * @file Weights with a running mean, on the disk and on the device. In a checkpoint `params` are the weights that others should use:
 * the mean; what training goes on with stands in the optimiser's state as 'raw/<name>'.
 */
import type { Named } from '@dualbeat/core';
import { pickNamed, prefixed, unprefixed } from '../named.ts';
import { emaPrefix } from '../update-params.ts';
import type { HostState } from './session.ts';

const rawPrefix = 'raw/';

/** From 'ema/<name>' beside the weights to the form of a checkpoint. */
export function fromDevice({ params, state, optimizer }: HostState): HostState {
  const mean = unprefixed(emaPrefix, optimizer);
  const raw = pickNamed(params, (name) => Object.hasOwn(mean, name));
  const rest = pickNamed(optimizer, (name) => !name.startsWith(emaPrefix));
  return {
    params: { ...params, ...mean },
    state,
    optimizer: { ...rest, ...prefixed(rawPrefix, raw) },
  };
}

/** The other way. */
export function toDevice({ params, state, optimizer }: HostState): HostState {
  const raw = unprefixed(rawPrefix, optimizer);
  const mean = pickNamed(params, (name) => Object.hasOwn(raw, name));
  const rest = pickNamed(optimizer, (name) => !name.startsWith(rawPrefix));
  return {
    params: { ...params, ...raw },
    state,
    optimizer: { ...rest, ...prefixed(emaPrefix, mean) },
  };
}

/** Under the names that they have in a checkpoint. */
export function rawWeights<T>(named: Named<T>): Named<T> {
  return prefixed(rawPrefix, named);
}
