/** @file The passes over a trace, in order. */
import type { Tf } from '../tf-library.ts';
import type { FunctionHandle } from '../to-function.ts';
import type { Trace } from '../trace.ts';

export function optimise(trace: Trace, _tf: Tf, _library: Map<string, FunctionHandle>): Trace {
  return trace;
}
