/** @file Where a stage starts: its own last checkpoint, else parameters from elsewhere, else fresh ones. */
import type { HostArray, Named, VariableSpec } from '@dualbeat/core';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { checkpointMismatch } from '../errors.ts';
import { initialise } from '../initialise.ts';
import { pickNamed } from '../named.ts';
import { freshProgress } from '../progress.ts';
import type { TrainProgress } from '../progress.ts';
import { stageVariables } from '../stage-modules.ts';
import { rawWeights } from './averaged.ts';
import type { HostState } from './session.ts';
import type { StageRun } from './stage-run.ts';

export type StartingPoint = {
  readonly state: HostState;
  readonly progress: TrainProgress;
  /** Name of the checkpoint; null: a fresh start. */
  readonly resumedFrom: string | null;
};

/** In this order: (1) the stage's own last checkpoint; (2) `run.initial`; (3) the initialisers. Errors: E_CHECKPOINT_... */
export async function startingPoint(run: StageRun): Promise<StartingPoint> {
  const variables = stageVariables(run.modules);
  const optimizer = optimizerVariables(run);
  const found = run.checkpoints.last();
  if (found !== null) {
    for (const { name, why } of found.skipped) {
      run.emit({
        type: 'note',
        stage: run.name,
        level: 'warning',
        text: `checkpoint ${name} is damaged: ${why}`,
      });
    }
    if (found.skipped.length > 0)
      await run.checkpoints.forget(found.skipped.map((one) => one.name));
    const { checkpoint } = found;
    const folder = `${run.checkpoints.folder}/${found.name}`;
    checkFit(folder, checkpoint.params, variables.params);
    checkFit(folder, checkpoint.state, variables.state);
    checkFit(folder, checkpoint.optimizer, optimizer);
    return { state: stateOf(checkpoint), progress: checkpoint.progress, resumedFrom: found.name };
  }
  const state = freshState(run);
  checkFit('init', state.params, variables.params);
  checkFit('init', state.state, variables.state);
  return { state, progress: freshProgress, resumedFrom: null };
}

/** The state before the first step: a pure function of the stage. */
export function freshState(run: StageRun): HostState {
  const variables = stageVariables(run.modules);
  const take = (specs: Named<VariableSpec>): Named<HostArray> => {
    const fresh = pickNamed(specs, (name) => !Object.hasOwn(run.initial, name));
    const given = pickNamed(run.initial, (name) => Object.hasOwn(specs, name));
    return { ...initialise(fresh, run.seed), ...given };
  };
  const params = take(variables.params);
  const raw = run.options.emaDecay === undefined ? {} : pickNamed(params, trains(run));
  return {
    params,
    state: take(variables.state),
    optimizer: {
      ...initialise(run.modules.optimizer.init(trainable(run)), run.seed),
      ...rawWeights(raw),
    },
  };
}

/** The optimiser's state covers parameters that train at some time; with a running mean, also their weights without it. */
function optimizerVariables(run: StageRun): Named<VariableSpec> {
  const specs = trainable(run);
  const raw = run.options.emaDecay === undefined ? {} : rawWeights(specs);
  return { ...run.modules.optimizer.init(specs), ...raw };
}

function trains(run: StageRun): (name: string) => boolean {
  return (name) => !run.frozen.has(name);
}

function trainable(run: StageRun): Named<VariableSpec> {
  return pickNamed(stageVariables(run.modules).params, trains(run));
}

/** Error: E_CHECKPOINT_MISMATCH: names that are missing, unknown, or of another shape. */
export function checkFit(
  where: string,
  arrays: Named<HostArray>,
  specs: Named<VariableSpec>,
): void {
  const problems: string[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const found = arrays[name];
    if (found === undefined) problems.push(`${name} is missing`);
    else if (found.shape.join() !== spec.shape.join()) {
      problems.push(
        `${name} is [${found.shape.join(', ')}], the stage wants [${spec.shape.join(', ')}]`,
      );
    }
  }
  for (const name of Object.keys(arrays)) {
    if (!Object.hasOwn(specs, name)) problems.push(`${name} is not in the stage`);
  }
  if (problems.length > 0) throw checkpointMismatch(where, problems);
}

function stateOf({ params, state, optimizer }: Checkpoint): HostState {
  return { params, state, optimizer };
}
