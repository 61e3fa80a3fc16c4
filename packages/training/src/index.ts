/** @file Training: the step, the loop, checkpoints and resume. The runtime is handed in. */
export { makeTrainStep, type TrainStepOptions } from './train-step.ts';
export { makeEvalStep, type EvalStep } from './eval-step.ts';
export { bindModel, type BoundModel } from './bind-model.ts';
export { initialise } from './initialise.ts';
export { uploadBatch, type HostRows } from './host-batch.ts';
export {
  countValues,
  modulesByPrefix,
  stageVariables,
  type StageModules,
  type StageVariables,
} from './stage-modules.ts';
export { matcher, optimizerGroups, splitFrozen } from './trainable.ts';
export type { TrainProgress } from './progress.ts';
export type { Checkpoint, CheckpointAbout } from './checkpoint/checkpoint.ts';
export {
  openCheckpointStore,
  type CheckpointStore,
  type FoundCheckpoint,
} from './checkpoint/checkpoint-store.ts';
export { readCheckpoint } from './checkpoint/read-checkpoint.ts';
export { trainStage, type TrainResult } from './loop/train-stage.ts';
export { checkFit } from './loop/starting-point.ts';
export type { StageRun, TrainOptions } from './loop/stage-run.ts';
export type { TrainEvent } from './loop/train-event.ts';
export { openSession, type HostState, type Session } from './loop/session.ts';
export {
  evaluateRows,
  evaluateScalars,
  meanOf,
  type EvaluatedBatch,
  type EvaluatePass,
} from './loop/evaluate-rows.ts';
export { batchTooLarge, emptySplit } from './errors.ts';
