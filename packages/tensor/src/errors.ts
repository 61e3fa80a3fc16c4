/** @file Failures of the tensor runtimes, each with a code, a cause and a fix. */
import { DualbeatError } from '@dualbeat/core';

export const runtimeUnknown = (use: string, known: readonly string[]) =>
  new DualbeatError({
    code: 'E_RUNTIME_UNKNOWN',
    cause: `there is no runtime "${use}"; there is: ${known.join(', ')}.`,
    fix: 'set `runtime: { use: ... }` to one of these.',
  });

export const runtimeMissing = (detail: string) =>
  new DualbeatError({
    code: 'E_RUNTIME_MISSING',
    cause: `the native tensor runtime is not installed (${detail}).`,
    fix: 'run `npx dualbeat runtime install --device cpu`, or use `runtime: { use: js }`.',
  });

export const runtimeLoad = (path: string, error: unknown) =>
  new DualbeatError({
    code: 'E_RUNTIME_LOAD',
    where: path,
    cause: `the library cannot be loaded (${messageOf(error)}).`,
    fix: 'run `npx dualbeat runtime doctor`; if the file is damaged, remove its folder and install again.',
    error,
  });

export const tensorOp = (op: string, shapes: readonly string[], message: string) =>
  new DualbeatError({
    code: 'E_TENSOR_OP',
    cause: `${op}(${shapes.join(', ')}) failed: ${message}.`,
    fix: 'check the shapes and dtypes; `--eager` runs uncompiled, so that the stack points into the calling code.',
  });

export const outOfMemory = (op: string, shapes: readonly string[], message: string) =>
  new DualbeatError({
    code: 'E_TENSOR_MEMORY',
    cause: `${op}(${shapes.join(', ')}) ran out of memory: ${message}.`,
    fix: 'lower train.batchSize or set train.microBatch.',
  });

export const traceRead = (op: string) =>
  new DualbeatError({
    code: 'E_TRACE_READ',
    cause: `a traced value (the result of ${op}) was read inside a compiled function, where it has no value yet.`,
    fix: 'compute with ops instead of reading, return the value, or run with --eager.',
  });

export const traceEscaped = () =>
  new DualbeatError({
    code: 'E_TRACE_ESCAPED',
    cause: 'a tensor made inside a compiled function was used after its trace ended.',
    fix: 'return the tensor from the function instead of storing it outside.',
  });

export const traceOp = (op: string, why: string) =>
  new DualbeatError({
    code: 'E_TRACE_OP',
    cause: `${op} cannot be used in a compiled function: ${why}.`,
    fix: 'use the ops of ctx.tf with static shapes, and ctx.rng for random numbers.',
  });

export const secondTfjs = (paths: readonly string[]) =>
  new DualbeatError({
    code: 'E_TFJS_TWICE',
    cause: `two copies of @tensorflow/tfjs-core are loaded (${paths.join(', ')}).`,
    fix: 'remove the second copy: a plugin takes its ops from ctx.tf and must not depend on tfjs.',
  });

export const inputDtype = (fn: string, at: string, detail: string) =>
  new DualbeatError({
    code: 'E_COMPILE_INPUT',
    cause: `${fn} was called with a wrong input at ${at}: ${detail}.`,
    fix: 'pass live tensors (or records of them) made by the same runtime.',
  });

export const messageOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).trim().replace(/\.$/, '');
