/** @file Where a stage starts: its own last checkpoint, else parameters from elsewhere, else fresh ones. */
import type { HostArray, Named, VariableSpec } from '@dualbeat/core';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { checkpointMismatch } from '../errors.ts';
import { initialise } from '../initialise.ts';
import { freshProgress } from '../progress.ts';
import type { TrainProgress } from '../progress.ts';
import { stageVariables } from '../stage-modules.ts';
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
  const take = (specs: Named<VariableSpec>): Named<HostArray> => {
    const fresh = Object.entries(specs).filter(([name]) => !Object.hasOwn(run.initial, name));
    const given = Object.keys(specs).filter((name) => Object.hasOwn(run.initial, name));
    const taken = given.map((name) => [name, run.initial[name] as HostArray] as const);
    return { ...initialise(Object.fromEntries(fresh), run.seed), ...Object.fromEntries(taken) };
  };
  const state = {
    params: take(variables.params),
    state: take(variables.state),
    optimizer: initialise(optimizer, run.seed),
  };
  checkFit('init', state.params, variables.params);
  checkFit('init', state.state, variables.state);
  return { state, progress: freshProgress, resumedFrom: null };
}

/** The optimiser's state covers trainable parameters only. */
function optimizerVariables(run: StageRun): Named<VariableSpec> {
  const { params } = stageVariables(run.modules);
  const trainable = Object.entries(params).filter(([name]) => !run.frozen.has(name));
  return run.modules.optimizer.init(Object.fromEntries(trainable));
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
