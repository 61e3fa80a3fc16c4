/** @file Run folders: safe paths, atomic writes, the journal, stage and trial folders with their locks. */
export { safeJoin } from './safe-join.ts';
export { removeTempFiles, writeAtomic, writeAtomicSync } from './write-atomic.ts';
export {
  openJournal,
  readJournal,
  type Journal,
  type JournalContent,
  type JournalEntry,
  type JournalOptions,
} from './journal.ts';
export {
  inspectStageFolder,
  openStageFolder,
  stageFolderAt,
  type OpenStageFolder,
  type OpenStageOptions,
  type StageFolder,
  type StageFolderState,
  type StageName,
  type StageRecord,
  type StageStatus,
} from './stage-folder.ts';
export {
  openTrialFolder,
  pointLatest,
  readLatest,
  type TrialFolder,
  type TrialName,
} from './trial-folder.ts';
export { acquireLock, lockHolder, type Lock, type LockHolder } from './lock.ts';
