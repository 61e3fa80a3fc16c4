/** @file A step whose loss or gradient was not finite: what it says, and what the policy does about it. */
import type { Named } from '@dualbeat/core';
import { notFinite, notFiniteText } from '../errors.ts';
import type { NotFiniteStep } from '../errors.ts';
import { groupOf } from '../gradient-norms.ts';
import type { TrainProgress } from '../progress.ts';
import { stageVariables } from '../stage-modules.ts';
import { freshState } from './starting-point.ts';
import type { Session } from './session.ts';
import type { StageRun } from './stage-run.ts';

const defaultPolicy = { policy: 'skip', steps: 20 } as const;

/** What of the report is not finite. */
export function describeStep(
  run: StageRun,
  progress: TrainProgress,
  report: Named<number>,
  ids: readonly string[],
): NotFiniteStep {
  const bad = Object.entries(report).filter(([, value]) => !Number.isFinite(value));
  const prefix = 'gradientNorm.';
  const named = bad
    .filter(([name]) => name.startsWith(prefix))
    .map(([name]) => name.slice(prefix.length));
  // With one module alone there is no norm of its own: the global one is its.
  const { params } = stageVariables(run.modules);
  const trained = Object.keys(params).filter((name) => !run.frozen.has(name));
  const only = [...new Set(trained.map(groupOf))];
  const global = bad.some(([name]) => name === 'gradientNorm');
  const groups = named.length > 0 || !global || only.length !== 1 ? named : only;
  const values = bad
    .filter(([name]) => !name.startsWith(prefix))
    .map(([name, value]) => `${name} ${value}`);
  return { step: progress.step, steps: progress.notFinite, ids, values, groups };
}

/**
 * Tells of the step and applies the policy: 'skip' has left it out already, 'rollback' puts back the weights of the last finished
 * epoch (or the initial ones) and goes on with the next batch. Error: E_NOT_FINITE where the policy ends the stage.
 */
export async function afterNotFinite(
  run: StageRun,
  session: Session,
  progress: TrainProgress,
  step: NotFiniteStep,
): Promise<TrainProgress> {
  const { policy, steps } = run.options.onNotFinite ?? defaultPolicy;
  const ended =
    policy === 'raise'
      ? notFinite(step)
      : policy === 'skip'
        ? progress.notFinite >= steps && notFinite(step)
        : progress.rollbacks >= steps && notFinite(step, progress.rollbacks);
  const what =
    ended !== false ? 'the stage ends' : policy === 'skip' ? 'left out' : 'back to earlier weights';
  run.emit({
    type: 'note',
    stage: run.name,
    level: 'warning',
    text: `step ${step.step} was not finite, ${what}: ${notFiniteText(step)}`,
    facts: { ...step, policy },
  });
  if (ended !== false) throw ended;
  if (policy !== 'rollback') return progress;
  const { anchor } = progress;
  session.restore(anchor === null ? freshState(run) : run.checkpoints.read(anchor));
  return { ...progress, rollbacks: progress.rollbacks + 1 };
}
