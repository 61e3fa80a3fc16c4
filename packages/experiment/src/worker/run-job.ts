/** @file The stages of a job, one after the other. */
import type { Runtime } from '@dualbeat/core';
import { openRuntime } from '@dualbeat/tensor';
import { openCohort, openSpecHost, openViews } from '../data/open-data.ts';
import type { FromWorker, Job } from '../messages.ts';
import { runStage } from './run-stage.ts';

export type StopFlag = { requested: boolean };
export type JobHooks = {
  readonly tell: (message: FromWorker) => void;
  readonly stop: StopFlag;
  /** A sign of progress that is no message. */
  readonly moved: () => void;
};

/** Runs all stages; gives the stage that a stop interrupted, or null. */
export async function runJob(job: Job, hooks: JobHooks): Promise<string | null> {
  const { resolved } = job.spec;
  const host = await openSpecHost(job.spec, {
    onDoing: (doing) => hooks.tell({ kind: 'doing', doing }),
  });
  const cohort = await openCohort(host, job.spec);
  const views = await openViews(host, resolved, cohort);
  const runtime = await openJobRuntime(job);
  hooks.tell({ kind: 'runtime', runtime: runtime.name, device: runtime.device });
  try {
    for (const stage of job.stages) {
      hooks.tell({ kind: 'stage', stage: stage.name });
      const finished = await runStage({ job, stage, host, cohort, views, runtime, hooks });
      if (!finished) return stage.name;
    }
    return null;
  } finally {
    runtime.close();
    host.close();
  }
}

function openJobRuntime({ spec, eager }: Job): Promise<Runtime> {
  const { use, device, options } = spec.resolved.runtime;
  const { threads } = options as { threads?: number };
  return openRuntime({ use, device, eager, ...(threads === undefined ? {} : { threads }) });
}
