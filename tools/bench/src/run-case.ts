/** @file One size: losses compared, then all sides timed in turns. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { caseOptions } from './case-options.ts';
import { checkedSteps, checkLosses } from './check-losses.ts';
import { exportCase } from './ours/export-case.ts';
import type { ExportedCase } from './ours/export-case.ts';
import type { ProfileRow } from './profile/profile-of.ts';
import { ourProgram, torchModes, torchProgram } from './programs.ts';
import type { TorchMode } from './programs.ts';
import { cases } from './cases.ts';
import type { BenchCase } from './cases.ts';
import type { Facts } from './side/messages.ts';
import { busyCores, busyLimit } from './report/busy-cores.ts';
import { openSide } from './side/open-side.ts';
import type { Side } from './side/open-side.ts';
import { median } from './statistics/median.ts';
import { maxStepsPerTurn, stepsPerTurn, turnOrder } from './turn-order.ts';

export type CaseRequest = {
  readonly case: BenchCase;
  readonly size: string;
  readonly pairs: number;
  readonly batch: number;
  readonly steps?: number;
  readonly profile: boolean;
  readonly python: string;
  readonly log: (line: string) => void;
};
export type SideResult = Facts & {
  readonly side: string;
  /** From the start of the process until it could step: imports, weights, optimiser. */
  readonly startSeconds: number;
  /** Tracing and compiling included. */
  readonly firstStepSeconds: number;
  /** Wall time of each step, by round. */
  readonly rounds: readonly (readonly number[])[];
  readonly losses: readonly number[];
};
export type CaseResult = {
  readonly size: string;
  readonly batch: number;
  readonly ours: SideResult;
  readonly peers: readonly SideResult[];
  /** Largest relative difference of the compared losses, by peer. */
  readonly lossDifferences: { readonly [side: string]: number };
  readonly profile: readonly ProfileRow[];
  /** Cores that other programs used: the larger of before and after. */
  readonly othersBusy: number;
};

const warmUpSteps = 3;
/** Thread pools spin for a while after their last work; a turn starts when they sleep. */
const pauseMs = 400;

/** Errors: E_BENCH_LOSS, E_BENCH_SIDE, and those of our side. */
export async function runCase(request: CaseRequest): Promise<CaseResult> {
  return inFolder(async (folder) => {
    const before = await othersBusy(request);
    const exported = await exportFor(request, folder);
    const programs = [ourProgram(caseOptions(request.case, request.size, request.batch))];
    for (const mode of torchModes) {
      const choice = await fasterChoice(request, exported, mode, folder);
      request.log(`pytorch ${mode}: ${cases[request.case].choice.option} ${choice} is faster`);
      const compileCache = join(folder, `compile-${mode}`);
      programs.push(
        torchProgram(request.python, exported, { case: request.case, mode, choice, compileCache }),
      );
    }
    const result = await withSides(programs, (sides) => timeSides(request, sides));
    return { ...result, othersBusy: Math.max(before, await othersBusy(request)) };
  });
}

async function othersBusy({ log }: CaseRequest): Promise<number> {
  const cores = await busyCores();
  if (cores > busyLimit)
    log(`warning: other programs keep ${cores.toFixed(1)} cores busy; the times will mislead`);
  return cores;
}

/** Compares the losses of the first steps alone. Errors: as `runCase`. */
export async function checkCase(request: CaseRequest): Promise<CaseResult['lossDifferences']> {
  return inFolder(async (folder) => {
    const exported = await exportFor(request, folder);
    const compileCache = join(folder, 'compile');
    const programs = [
      ourProgram(caseOptions(request.case, request.size, request.batch)),
      ...torchModes.map((mode) =>
        torchProgram(request.python, exported, {
          case: request.case,
          mode,
          choice: cases[request.case].choice.values[0],
          compileCache,
        }),
      ),
    ];
    return withSides(programs, async (sides) => {
      const { differences } = await firstSteps(request, sides);
      for (const side of sides) {
        const { peakBytes, notes } = await side.facts();
        request.log(
          `${side.name}: peak memory ${(peakBytes / 1e9).toFixed(2)} GB; ${notes.join('; ')}`,
        );
      }
      return differences;
    });
  });
}

async function timeSides(
  request: CaseRequest,
  sides: readonly Side[],
): Promise<Omit<CaseResult, 'othersBusy'>> {
  const { size, batch, pairs, log } = request;
  const { first, differences } = await firstSteps(request, sides);
  const losses = new Map(sides.map((side, i) => [side, [...(first[i]?.losses ?? [])]]));
  const rounds = new Map(sides.map((side) => [side, [] as (readonly number[])[]]));
  let slowest = 0;
  for (const side of sides) {
    const turn = await takeTurn(side, warmUpSteps);
    losses.get(side)?.push(...turn.losses);
    slowest = Math.max(slowest, median(turn.seconds));
  }
  const steps = request.steps ?? stepsPerTurn(slowest);
  log(`${size}: ${pairs} rounds of ${steps} steps of ${sides.map((side) => side.name).join(', ')}`);
  for (let round = 0; round < pairs; round++) {
    for (const side of turnOrder(sides, round)) {
      const turn = await takeTurn(side, steps);
      losses.get(side)?.push(...turn.losses);
      rounds.get(side)?.push(turn.seconds);
    }
    const said = sides.map(
      (side) => `${side.name} ${median(rounds.get(side)?.at(-1) ?? []).toFixed(3)} s`,
    );
    log(`${size}: round ${round + 1} of ${pairs}: ${said.join(', ')} per step`);
  }
  const results: SideResult[] = [];
  for (const [i, side] of sides.entries()) {
    results.push({
      side: side.name,
      startSeconds: side.startSeconds,
      firstStepSeconds: first[i]?.seconds[0] as number,
      rounds: rounds.get(side) ?? [],
      losses: losses.get(side) ?? [],
      ...(await side.facts()), // the peak before profiling, which takes memory of its own
    });
  }
  const [ours, ...peers] = results as [SideResult, ...SideResult[]];
  const profile = request.profile ? await (sides[0] as Side).profile() : [];
  return { size, batch, ours, peers, lossDifferences: differences, profile };
}

/** The first steps of each side, the first of all timed apart; throws where the losses differ. */
async function firstSteps({ size, log }: CaseRequest, sides: readonly Side[]) {
  const first = [];
  for (const side of sides) {
    first.push(await takeTurn(side, checkedSteps));
    log(`${size}: ${side.name}: first step ${first.at(-1)?.seconds[0]?.toFixed(1)} s`);
  }
  const ours = first[0]?.losses ?? [];
  const differences: { [side: string]: number } = {};
  for (const [i, side] of sides.entries()) {
    if (i > 0) differences[side.name] = checkLosses(side.name, ours, first[i]?.losses ?? []);
  }
  log(`${size}: the losses ${ours.map((loss) => loss.toFixed(6)).join(', ')} agree`);
  return { first, differences };
}

async function takeTurn(side: Side, steps: number) {
  await sleep(pauseMs);
  return side.step(steps);
}

/** Tries both, in turns, in processes of their own. */
async function fasterChoice(
  { case: name, python }: CaseRequest,
  exported: ExportedCase,
  mode: TorchMode,
  folder: string,
): Promise<string> {
  const compileCache = join(folder, `probe-${mode}`);
  const { values } = cases[name].choice;
  const programs = values.map((choice) =>
    torchProgram(python, exported, { case: name, mode, choice, compileCache }),
  );
  return withSides(programs, async (sides) => {
    for (const side of sides) await takeTurn(side, 2);
    const seconds = sides.map((): number[] => []);
    for (let round = 0; round < 4; round++) {
      for (const side of turnOrder(sides, round))
        seconds[sides.indexOf(side)]?.push(...(await takeTurn(side, 2)).seconds);
    }
    const [first, second] = seconds.map(median) as [number, number];
    return first <= second ? values[0] : values[1];
  });
}

async function withSides<T>(
  programs: readonly Parameters<typeof openSide>[0][],
  work: (sides: readonly Side[]) => Promise<T>,
): Promise<T> {
  const sides: Side[] = [];
  try {
    for (const program of programs) sides.push(await openSide(program));
    return await work(sides);
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
}

function exportFor(request: CaseRequest, folder: string) {
  const { size, batch, pairs, steps } = request;
  const all = checkedSteps + warmUpSteps + pairs * (steps ?? maxStepsPerTurn);
  return exportCase(caseOptions(request.case, size, batch), all, folder);
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'dualbeat-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
