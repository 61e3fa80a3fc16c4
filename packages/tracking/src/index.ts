/** @file Journals to MLflow: the sender, syncing by hand, and a local server. */
export { openTracker, trackerOf } from './address.ts';
export { followRuns } from './follow.ts';
export type { FollowOptions } from './follow.ts';
export { ensureMlflow, startMlflow } from './local-server.ts';
export type { LocalServer } from './local-server.ts';
export { publishModel } from './publish-model.ts';
export { publishModels } from './publish-models.ts';
export type { PublishAllOptions, PublishedModel } from './publish-models.ts';
export type { PublishOptions } from './publish-model.ts';
export { readRunTree } from './run-tree.ts';
export type { ExperimentEntry, StageEntry, SweepEntry, TrialEntry } from './run-tree.ts';
export { startSender } from './start-sender.ts';
export { trackStatus } from './status.ts';
export type { TrackStatus } from './status.ts';
export { syncRuns } from './sync.ts';
export type { SyncOptions, SyncResult } from './sync.ts';
