/** @file Sends while runs go on, and never gives up before they do: the loop of the sender process. */
import { isCoded } from '@dualbeat/core';
import { MlflowError } from '@dualbeat/mlflow-js';
import { syncRuns } from './sync.ts';
import type { SyncOptions } from './sync.ts';

export type FollowOptions = SyncOptions & {
  /** False once nothing new will be written. */
  readonly alive: () => boolean;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Between two rounds, ms. */
  readonly pause: number;
  /** Longest wait after failures, ms. */
  readonly longestPause: number;
  /** Rounds that may fail after the run has ended; then the rest is left to `dualbeat track sync`. */
  readonly triesAfterEnd: number;
  readonly onFailure?: (error: Error, waitMs: number) => void;
};

/** True: all is sent. A failing server is asked again after 1, 2, 4, ... pauses; nothing of the run waits for it. */
export async function followRuns(options: FollowOptions): Promise<boolean> {
  let failures = 0;
  let triesLeft = options.triesAfterEnd;
  for (;;) {
    // Asked first: what was written before the end is then in this round.
    const alive = options.alive();
    try {
      await syncRuns(options);
      failures = 0;
      if (!alive) return true;
    } catch (error) {
      if (!mayPass(error)) throw error;
      failures += 1;
      if (!alive && triesLeft-- <= 0) return false;
      const wait = Math.min(options.pause * 2 ** Math.min(failures, 20), options.longestPause);
      options.onFailure?.(error as Error, wait);
      await options.sleep(wait);
      continue;
    }
    await options.sleep(options.pause);
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof MlflowError) return error.retryable || error.code === 'E_MLFLOW_AUTH';
  return isCoded(error) && error.code === 'E_TRACKING_BUSY';
}
