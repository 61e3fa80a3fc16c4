/** @file Opening a runtime by its name in the experiment file. One is active in a process at a time. */
import type { Runtime } from '@dualbeat/core';
import { runtimeUnknown } from './errors.ts';

export type RuntimeOptions = {
  readonly use: string;
  readonly device?: string;
  /** Threads within one op; 0 or absent: one per core. */
  readonly threads?: number;
  /** Runs functions uncompiled, so that values can be read and stack traces point into the caller. */
  readonly eager?: boolean;
};
type Opener = (options: RuntimeOptions) => Promise<Runtime>;

const openers: Record<string, Opener> = {
  js: async () => (await import('./js/js-runtime.ts')).openJsRuntime(),
  tf: async (options) => (await import('./tf/tf-runtime.ts')).openTfRuntime(options),
};

/** Errors: E_RUNTIME_UNKNOWN, E_RUNTIME_MISSING (not installed), E_RUNTIME_LOAD. */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const open = Object.hasOwn(openers, options.use) ? openers[options.use] : undefined;
  if (open === undefined) throw runtimeUnknown(options.use, Object.keys(openers));
  return open(options);
}

/** Looks for the runtime without loading it. Errors: E_RUNTIME_UNKNOWN, E_RUNTIME_MISSING. */
export async function requireRuntime({
  use,
  device = 'cpu',
}: Pick<RuntimeOptions, 'use' | 'device'>): Promise<void> {
  if (!Object.hasOwn(openers, use)) throw runtimeUnknown(use, Object.keys(openers));
  if (use !== 'tf') return; // the others need nothing that is not here
  const { findLibraries } = await import('./tf/find-libraries.ts');
  findLibraries(device === 'cpu' ? 'cpu' : 'cuda');
}

/** The runtimes that can be opened on this machine, `js` first. */
export async function availableRuntimes(): Promise<string[]> {
  const { findLibraries } = await import('./tf/find-libraries.ts');
  try {
    findLibraries('cpu');
    return ['js', 'tf'];
  } catch {
    return ['js'];
  }
}
