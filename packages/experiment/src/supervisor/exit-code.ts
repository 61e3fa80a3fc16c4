/** @file Exit codes: 0 done, 1 failed, 42 the experiment must be changed, 75 try again, 130 and 143 interrupted and saved. */
import { isCoded } from '@dualbeat/core';

export const exitCodes = {
  ok: 0,
  failure: 1,
  configuration: 42,
  temporary: 75,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

/** Nothing is wrong with the experiment: another process, the disk or the machine is in the way now. */
const temporary = new Set([
  'E_RUN_LOCKED',
  'E_WRITE_NO_SPACE',
  'E_WORKER_DIED',
  'E_WORKER_SILENT',
  'E_WORKER_STALLED',
]);
/** Found while running, but the experiment or the installation must be changed first. */
const configuration = new Set([
  'E_RUNTIME_UNKNOWN',
  'E_RUNTIME_MISSING',
  'E_CHECKPOINT_NONE',
  'E_INIT_PREFIX',
  'E_METRIC_UNKNOWN',
  'E_CHECKPOINT_NONE',
  'E_CHECKPOINT_MISMATCH',
  'E_LEAK',
  'E_MICRO_BATCH_NORM',
  'E_BALANCE',
]);

/** Exit code of an error; `begun`: the worker was running already. */
export function exitCodeOf(error: unknown, begun: boolean): number {
  if (!isCoded(error) || error.code === 'E_INTERNAL') return exitCodes.failure;
  if (temporary.has(error.code)) return exitCodes.temporary;
  if (!begun || configuration.has(error.code)) return exitCodes.configuration;
  return exitCodes.failure;
}
