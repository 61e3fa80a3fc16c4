/** @file From the `train` part of a stage to the options of the training loop. */
import { at } from '@dualbeat/core';
import type { ResolvedExperiment } from '@dualbeat/core';
import type { TrainOptions } from '@dualbeat/training';

export function watchOf(resolved: ResolvedExperiment, stage: string): TrainOptions['watch'] {
  const { earlyStop } = at(resolved.stages, stage, 'stage').train;
  return { metric: earlyStop?.metric ?? 'val/loss', mode: earlyStop?.mode ?? 'min' };
}

export function trainOptions(resolved: ResolvedExperiment, stage: string): TrainOptions {
  const { train } = at(resolved.stages, stage, 'stage');
  const { epochs, batchSize, evaluateEvery, microBatchNorm, accumulate, onNotFinite } = train;
  return {
    epochs,
    batchSize,
    evaluateEvery,
    microBatchNorm,
    accumulate,
    onNotFinite,
    updateNorms: train.updateNorms,
    watch: watchOf(resolved, stage),
    ...given('microBatch', train.microBatch),
    ...given('maxSteps', train.maxSteps),
    ...given('maxHours', train.maxTime),
    ...given('clipNorm', train.clipNorm),
    ...given('patience', train.earlyStop?.patience),
    ...given('emaDecay', train.ema?.decay),
    ...given('checkpointEvery', train.checkpointEvery),
    ...given('keepEvery', train.keepEvery),
    ...given('overfitBatches', train.overfitBatches),
  };
}

/** The entry, or none where there is no value. */
function given<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]: V });
}
