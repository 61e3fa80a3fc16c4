/** @file Training: the step, the loop, checkpoints and resume. The runtime is handed in. */
export { makeTrainStep } from './train-step.ts';
export type { StepRule } from './step-rule.ts';
export { makeEvalStep, type EvalStep, type Evaluated } from './eval-step.ts';
export { bindModel, type BindOptions, type BoundModel } from './bind-model.ts';
export { initialise } from './initialise.ts';
export { sliceRows, uploadBatch, type HostRows } from './host-batch.ts';
export {
  countValues,
  modulesByPrefix,
  stageVariables,
  type StageModules,
  type StageVariables,
} from './stage-modules.ts';
export {
  freezePhases,
  matcher,
  optimizerGroups,
  splitFrozen,
  type Factors,
  type FreezePhase,
} from './trainable.ts';
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
export { openSession, type HostState, type Session, type SessionOptions } from './loop/session.ts';
export type { Slicing } from './loop/open-steps.ts';
export {
  evaluateRows,
  evaluateScalars,
  meanOf,
  type EvaluatedBatch,
  type EvaluatePass,
} from './loop/evaluate-rows.ts';
export { batchTooLarge, emptySplit, leak } from './errors.ts';
export { openTracer, noTracer, type SpanName, type Tracer } from './loop/tracer.ts';
export type { During } from './loop/stage-run.ts';
export type { Ancestor } from './checkpoint/checkpoint.ts';
export { pooledViews } from './pooled-views.ts';
export { makeFrozenStep } from './frozen-step.ts';
export { readCheckpointAbout } from './checkpoint/read-checkpoint.ts';
export { freshProgress } from './progress.ts';
export {
  listCheckpointFolder,
  pruneCheckpointFolder,
  type ListedCheckpoint,
} from './checkpoint/checkpoint-folder.ts';
