/** @file What a plugin's own tests share: runtimes, contexts and compiled evaluation. */
import type { Context, HostArray, Named, Runtime } from '@dualbeat/core';
import { makeRng } from '@dualbeat/nn';
import { openRuntime } from '@dualbeat/tensor';
import { dtypeOf } from './arrays.ts';

export const open = (name: string): Promise<Runtime> => openRuntime({ use: name });

/** A context for code inside `run`. */
export function contextOf(
  { tf }: Pick<Runtime, 'tf'>,
  of: Partial<Pick<Context, 'mode' | 'frozen'>> & {
    readonly step?: number;
    readonly firstRow?: number;
    readonly seed?: number;
  } = {},
): Context {
  const at = {
    key: tf.tensor([of.seed ?? 7, 0], [2], 'int32'),
    step: tf.scalar(of.step ?? 1, 'int32'),
    firstRow: tf.scalar(of.firstRow ?? 0, 'int32'),
  };
  return {
    tf,
    rng: makeRng(tf, at, 'test'),
    progress: tf.scalar(0),
    mode: of.mode ?? 'eval',
    frozen: of.frozen ?? (() => false),
  };
}

/** Uploads by the type of each array; the caller disposes them. */
export function upload(runtime: Runtime, arrays: Named<HostArray>): Named {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, one]) => [name, runtime.tensor(one, dtypeOf(one))]),
  );
}

/** Values by name of what `fn` makes, compiled; every tensor is freed again. */
export function run(
  runtime: Runtime,
  inputs: Named<HostArray>,
  fn: (inputs: Named) => Named,
): Named<number[]> {
  const live = runtime.liveTensors();
  const tensors = upload(runtime, inputs);
  const results = runtime.compile('test', fn)(tensors);
  const read = Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [name, [...runtime.read(tensor)]]),
  );
  runtime.dispose(results);
  runtime.dispose(tensors);
  if (runtime.liveTensors() !== live)
    throw new Error(`tensors leak: ${live} before, ${runtime.liveTensors()} after`);
  return read;
}
