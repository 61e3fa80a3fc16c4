/** @file The rows of docs/benchmarks.json. */
import { hostRandom } from '@dualbeat/core';
import type { ProfileRow } from '../profile/profile-of.ts';
import type { CaseResult, SideResult } from '../run-case.ts';
import { median } from '../statistics/median.ts';
import { pairedRatio } from '../statistics/paired-ratio.ts';
import type { Hardware } from './hardware.ts';

/** One side of one size. Ratios are those of our rows, over the faster PyTorch mode; null in PyTorch's rows. */
export type BenchRow = {
  readonly case: string;
  readonly size: string;
  /** 'tf', or 'pytorch eager', 'pytorch compile'. */
  readonly runtime: string;
  readonly device: string;
  readonly batch: number;
  readonly recordsPerSecond: number;
  readonly peakBytes: number;
  /** What it is compared with. */
  readonly peer: string | null;
  readonly ratio: number | null;
  readonly ratioLow: number | null;
  readonly ratioHigh: number | null;
  readonly memoryRatio: number | null;
  /** Tracing and compiling included, the start of the process not. */
  readonly firstStepSeconds: number;
  /** Until it could step: imports, weights, optimiser. */
  readonly startSeconds: number;
  /** Held to the project's targets: our compiled step. */
  readonly judged: boolean;
  readonly date: string;
  readonly hardware: Hardware;
  /** Cores that other programs used before or after. */
  readonly othersBusy: number;
  readonly versions: { readonly [name: string]: string };
  readonly command: string;
  readonly parameters: number;
  readonly notes: readonly string[];
  /** Wall time of every timed step by round, and all losses. */
  readonly raw: {
    readonly secondsByRound: readonly (readonly number[])[];
    readonly losses: readonly number[];
  };
  /** Largest relative difference to our losses over the compared steps. */
  readonly lossDifference: number | null;
  readonly profile?: readonly ProfileRow[];
};

export type RowFacts = {
  readonly case: string;
  readonly date: string;
  readonly hardware: Hardware;
  readonly command: string;
};

/** Seconds per step of each round. */
const byRound = ({ rounds }: SideResult): number[] =>
  rounds.map((turn) => turn.reduce((a, b) => a + b, 0) / turn.length);

/** Our row, then one per PyTorch mode. */
export function rowsOf(result: CaseResult, facts: RowFacts): readonly BenchRow[] {
  const { ours, peers, size, batch } = result;
  const faster = peers.reduce((a, b) => (median(byRound(b)) < median(byRound(a)) ? b : a));
  const random = hostRandom(0, `bench/${facts.case}/${size}`);
  const { ratio, low, high } = pairedRatio(byRound(ours), byRound(faster), random);
  const row = (side: SideResult): Omit<BenchRow, 'runtime' | 'judged'> => ({
    ...facts,
    size,
    device: 'cpu',
    batch,
    recordsPerSecond: batch / median(byRound(side)),
    peakBytes: side.peakBytes,
    peer: null,
    ratio: null,
    ratioLow: null,
    ratioHigh: null,
    memoryRatio: null,
    firstStepSeconds: side.firstStepSeconds,
    startSeconds: side.startSeconds,
    othersBusy: result.othersBusy,
    versions: side.versions,
    parameters: side.parameters,
    notes: side.notes,
    raw: { secondsByRound: side.rounds, losses: side.losses },
    lossDifference: result.lossDifferences[side.side] ?? null,
  });
  const own: BenchRow = {
    ...row(ours),
    runtime: 'tf',
    peer: faster.side,
    ratio,
    ratioLow: low,
    ratioHigh: high,
    memoryRatio: ours.peakBytes / faster.peakBytes,
    judged: true,
    ...(result.profile.length === 0 ? {} : { profile: result.profile }),
  };
  return [own, ...peers.map((peer) => ({ ...row(peer), runtime: peer.side, judged: false }))];
}

/** `fresh` in place of the earlier rows of the same case, size and device; what stays keeps its place. */
export function mergeRows(
  earlier: readonly BenchRow[],
  fresh: readonly BenchRow[],
): readonly BenchRow[] {
  const key = (row: BenchRow): string => `${row.case} ${row.size} ${row.device}`;
  const replaced = new Set(fresh.map(key));
  return [...earlier.filter((row) => !replaced.has(key(row))), ...fresh];
}
