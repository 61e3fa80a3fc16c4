/** @file What the tests of the generic components share; most of it is in the kit. */
import type { Context, Host, Runtime } from '@dualbeat/core';
import * as kit from '@dualbeat/plugin-kit';

export { bools, numbers, open, optionTable, run, runtimeNames } from '@dualbeat/plugin-kit';
export const floats = kit.array;
export const openPlugin = (): Promise<Host> => kit.openPlugin(import.meta.url);
/** A context for code inside `run`. */
export const contextOf = (runtime: Runtime, mode: 'train' | 'eval' = 'train'): Context =>
  kit.contextOf(runtime, { mode });
