/** @file Contracts of sweeps and tracking: launchers, search strategies, trackers. No tensors. */
import type { Named } from './tensor.ts';

/** One process to run: a command that is already complete, in its own folder. */
export type LaunchJob = {
  /** Unique within the sweep; letters, digits, '-' and '_'. */
  readonly id: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Named<string>;
  /** stdout and stderr go here. */
  readonly log: string;
  readonly resources: {
    readonly cpus: number;
    readonly memoryBytes?: number;
    readonly devices?: number;
    readonly timeS?: number;
  };
};
/** `exitCode` as the process gave it; a signal is told by name. 'lost': the scheduler knows no more of it. */
export type LaunchState =
  | { readonly state: 'queued' | 'running' }
  | {
      readonly state: 'ended';
      readonly exitCode: number | null;
      readonly signal?: string;
      readonly reason?: string;
    }
  | { readonly state: 'lost'; readonly reason: string };
export interface Launcher {
  /** Hands over, where it can as one array; gives a handle for each, in order, that any other process can poll later. */
  submit(jobs: readonly LaunchJob[]): Promise<readonly string[]>;
  poll(handles: readonly string[]): Promise<Named<LaunchState>>;
  /** Asks the job to save and end (SIGTERM); a job that is gone is no error. */
  cancel(handle: string): Promise<void>;
  /** Jobs that may run at once; Infinity: the scheduler decides. */
  readonly slots: number;
  close(): Promise<void>;
}

/** One axis of a search space: path of the experiment file and what it may be. */
export type SearchAxis = { readonly path: string } & (
  | { readonly values: readonly unknown[] }
  | {
      readonly min: number;
      readonly max: number;
      readonly scale: 'linear' | 'log';
      readonly integer: boolean;
    }
);
export type SearchTrial = {
  readonly point: Named<unknown>;
  /** Of the watched metric; null: failed or not done. */
  readonly value: number | null;
};
export interface Search {
  /** The next points (fewer than asked: the space is used up). A pure function of its arguments. */
  next(
    from: {
      readonly axes: readonly SearchAxis[];
      readonly done: readonly SearchTrial[];
      readonly mode: 'min' | 'max';
      readonly count: number;
    },
    random: () => number,
  ): readonly Named<unknown>[];
}

/** A line of a stage's journal, as `packages/runs` reads it back. */
export type TrackedLine = {
  readonly seq: number;
  readonly time: string;
  readonly type: string;
  readonly [key: string]: unknown;
};
export interface Tracker {
  /** Makes everything up to and with `lines` visible. Called again with the same lines it changes nothing. */
  send(
    run: { readonly experiment: string; readonly stage: string; readonly id: string },
    lines: readonly TrackedLine[],
  ): Promise<void>;
  close(): Promise<void>;
}
