/** @file Sweeps: plans, points, the scheduler, early stopping of trials. */
export { whyStop, type Curve } from './early-stop.ts';
export { jobsOf, type SweepJob } from './jobs.ts';
export { openSweepExperiment } from './open-sweep.ts';
export { planSweep, sweepOf, type PlannedTrial, type SweepPlan } from './plan-sweep.ts';
export { grid, pointsOf, type Point } from './points.ts';
export { runSweep, type SweepOptions } from './run-sweep.ts';
export type { FailurePolicy, SweepEnd, SweepState } from './scheduler.ts';
export { recordOf, sweepFolder, type JobRecord, type SweepRecord } from './sweep-folder.ts';
export { openLauncher, readSite, siteSchema, type Site } from './site.ts';
export { cancelSweep } from './cancel-sweep.ts';
