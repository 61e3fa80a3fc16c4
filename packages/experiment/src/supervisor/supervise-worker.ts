/** @file One worker from its start to its end: its messages into journals, signals to it, the state of what it left. */
import { resolve } from 'node:path';
import { at } from '@dualbeat/core';
import type { Named } from '@dualbeat/core';
import type { StageStatus, TrialFolder } from '@dualbeat/runs';
import { toldError } from '../errors.ts';
import type { FromWorker } from '../messages.ts';
import type { PlannedStage, RunPlan } from '../plan.ts';
import { exitCodes } from './exit-code.ts';
import { listenToSignals } from './signals.ts';
import type { StageJournal } from './stage-journal.ts';
import { defaultLimits, startWorker } from './worker-process.ts';
import type { WatchLimits } from './worker-process.ts';

export type SuperviseOptions = {
  readonly runsRoot: string;
  readonly command: string;
  readonly eager?: boolean;
  readonly allowLeak?: boolean;
  readonly limits?: Partial<WatchLimits>;
  readonly on?: (update: FromWorker) => void;
};

/** Starts the worker and hears it to its end; the journals say how it ended. */
export async function superviseWorker(
  plan: RunPlan,
  todo: readonly PlannedStage[],
  journals: Named<StageJournal>,
  trial: TrialFolder,
  options: SuperviseOptions,
): Promise<'finished' | 'SIGINT' | 'SIGTERM'> {
  const log = resolve(trial.path, 'worker.log');
  const worker = startWorker({
    job: {
      spec: plan.spec,
      stages: todo.map(({ name, id }) => ({ name, id })),
      ids: Object.fromEntries(plan.stages.map(({ name, id }) => [name, id])),
      runsRoot: options.runsRoot,
      eager: options.eager ?? false,
      allowLeak: options.allowLeak ?? false,
      command: options.command,
    },
    log,
    command: options.command,
    limits: { ...defaultLimits, ...options.limits },
    onMessage: (message) => {
      const stage = stageOfMessage(message);
      if (stage !== null && message.kind !== 'stage') at(journals, stage).hear(message);
      if (message.kind === 'stage-finished') at(journals, message.stage).close('finished');
      options.on?.(message);
    },
  });
  for (const { name } of todo) at(journals, name).note('worker', { pid: worker.pid });
  const closeAll = (status: StageStatus, why: Named<unknown>): void => {
    for (const { name } of todo) {
      const journal = at(journals, name);
      if (journal.folder.readStage().status === 'finished') continue;
      journal.note(status, why);
      journal.close(status);
    }
  };
  const signals = listenToSignals({
    first: () => worker.stop(),
    second: (signal) => {
      worker.kill();
      closeAll('interrupted', { signal, saved: false });
      process.exit(exitCodes[signal]);
    },
  });
  try {
    const message = await worker.ended;
    if (message.kind === 'failed') throw toldError(message.error, log);
    if (message.kind === 'done') return 'finished';
    const signal = signals.heard() ?? 'SIGTERM';
    closeAll('interrupted', { signal, saved: true });
    return signal;
  } catch (error) {
    const { code = 'E_INTERNAL', message } = error as { code?: string; message: string };
    closeAll('failed', { code, message });
    throw error;
  } finally {
    signals.close();
  }
}

function stageOfMessage(message: FromWorker): string | null {
  if (message.kind === 'train') return message.event.stage;
  return 'stage' in message ? message.stage : null;
}
