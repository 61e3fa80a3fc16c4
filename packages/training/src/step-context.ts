/** @file The context of one traced step. */
import { makeRng } from '@dualbeat/nn';
import type { RngCalls } from '@dualbeat/nn';
import type { Context, Runtime, Tensor } from '@dualbeat/core';

export type StepInputs = {
  /** int32 [2]: the two key words of the seed. */
  readonly key: Tensor;
  /** int32 scalar: the step in training, 0 in evaluation. */
  readonly step: Tensor;
  /** int32 scalar: number of the first row within the step's whole batch, so that a row draws the same in any slice. */
  readonly firstRow: Tensor;
  /** float32 scalar, 0 to 1 over the stage. */
  readonly progress: Tensor;
};

export function stepContext(
  runtime: Runtime,
  inputs: StepInputs,
  options: {
    /** Names the random streams, so that two stages of one experiment draw different masks. */
    readonly stage: string;
    readonly mode: Context['mode'];
    readonly frozen: (param: string) => boolean;
    /** Goes on drawing where another trace of the same step stood. */
    readonly draws?: RngCalls | undefined;
  },
): Context {
  const { tf } = runtime;
  return {
    tf,
    rng: makeRng(tf, inputs, `${options.stage}/${options.mode}`, options.draws),
    progress: inputs.progress,
    mode: options.mode,
    frozen: options.frozen,
  };
}
