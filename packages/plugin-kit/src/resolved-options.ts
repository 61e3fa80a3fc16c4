/** @file Options as `create` gets them. */
import type { Component, Kind, Named } from '@dualbeat/core';
import { Value } from 'typebox/value';

/** The options of a case with the defaults of the schema. */
export function resolvedOptions(subject: {
  readonly component: Pick<Component<Kind>, 'options'>;
  readonly options: object;
}): Named<unknown> {
  return Value.Default(
    subject.component.options,
    structuredClone(subject.options),
  ) as Named<unknown>;
}
