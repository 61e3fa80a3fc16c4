/** @file For tests: a reader by id, with the defaults of its schema. */
import type { Component, Reader } from '@dualbeat/core';
import { Value } from 'typebox/value';

export async function openReader(
  readers: readonly Component<'reader'>[],
  id: string,
  options: object = {},
): Promise<Reader> {
  const component = readers.find((each) => each.id === id);
  if (component === undefined) throw new Error(`no reader ${id}`);
  return component.create(Value.Default(component.options, { ...options }) as never, null);
}
