/** @file Running experiments: plan, supervisor, worker, report. Importing this loads no tensor library. */
export {
  alwaysPlugins,
  exitCodeOfRun,
  runExperiment,
  type RunOptions,
  type RunResult,
  type RunUpdate,
} from './run-experiment.ts';
export { planRun, type PlannedStage, type PlanOptions, type RunPlan } from './plan.ts';
export {
  explainPlan,
  type ExplainedEdge,
  type ExplainedModule,
  type ExplainedStage,
  type PlanExplanation,
} from './explain/explain-plan.ts';
export { removeSmokeRuns, smokeRoot } from './smoke.ts';
export { resolveTargets, takeTargets, type ResolvedTargets } from './data/resolve-targets.ts';
export { buildStage, type BuiltStage } from './build-stage.ts';
export { openCohort, openSpecHost, openViews, type ExperimentSpec } from './data/open-data.ts';
export { exitCodes } from './supervisor/exit-code.ts';
export type { FromWorker, StageFacts } from './messages.ts';
