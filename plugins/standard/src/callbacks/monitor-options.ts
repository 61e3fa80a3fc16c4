/** @file What the monitors of features share: where features and targets come from, and how often. */
import type { TargetSpec } from '@dualbeat/core';
import type { Named } from '@dualbeat/core';
import { Type } from 'typebox';
import { monitorTarget } from '../errors.ts';

export const monitorOptions = {
  features: Type.String({
    minLength: 1,
    default: 'encoders/ecg',
    description: "'encoders/<view>' (pooled features) or 'projectors/<name>' (embeddings).",
  }),
  target: Type.String({
    minLength: 1,
    description: "Name under which the stage's `targets` hold the target set.",
  }),
  split: Type.Enum(['val', 'test'], { default: 'val', description: 'Part that is scored.' }),
  every: Type.Integer({ minimum: 1, default: 1, description: 'Epochs between two looks.' }),
  maxRows: Type.Integer({
    minimum: 2,
    default: 2000,
    description: 'Rows of the training part at most, drawn anew each time.',
  }),
};

/** Error: E_CALLBACK_TARGET. */
export function targetOf(callback: string, name: string, targets: Named<TargetSpec>): TargetSpec {
  const found = targets[name];
  if (found === undefined || found.type === 'survival')
    throw monitorTarget(callback, name, Object.keys(targets));
  return found;
}
