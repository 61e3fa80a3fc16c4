/** @file The trial's report, made from the run folder alone: it can be made again at any time. */
import { readFileSync } from 'node:fs';
import { safeJoin, readJournal, writeAtomic } from '@dualbeat/runs';
import type { StageFolder, TrialFolder } from '@dualbeat/runs';
import { reportHtml } from '@dualbeat/report';
import type { EpochEntry } from '@dualbeat/report';
import type { Named } from '@dualbeat/core';
import type { RunPlan } from '../plan.ts';
import type { StageFacts } from '../messages.ts';
import type { StageResult } from './stage-journal.ts';

type Recorded = StageResult & {
  readonly trained: {
    readonly step: number;
    readonly epoch: number;
    readonly ended: string | null;
  };
  readonly facts: StageFacts & { readonly recordsPerSecond?: number; readonly waitShare?: number };
};

/** What a finished stage recorded. */
export function readResult(folder: StageFolder): Recorded {
  return folder.readStage()['result'] as Recorded;
}

export async function writeReport(
  plan: RunPlan,
  stage: { readonly name: string; readonly folder: StageFolder },
  trial: TrialFolder,
  settings: string,
): Promise<void> {
  const { resolved } = plan.spec;
  const result = readResult(stage.folder);
  const figures = result.figures.map(({ name, title }) => ({
    name,
    title,
    svg: readFileSync(safeJoin(stage.folder.figures, `${name}.svg`), 'utf8'),
  }));
  const html = reportHtml({
    title: `${resolved.name} / ${stage.name}`,
    status: 'finished',
    ...(resolved.description === undefined ? {} : { summary: resolved.description }),
    facts: factsOf(plan, stage.name, result),
    settings,
    metrics: result.metrics,
    better: { nmse: 'lower', loss: 'lower', correlation: 'higher' },
    epochs: epochsOf(stage.folder),
    figures,
    notes: [`Stage folder: ${stage.folder.path}`],
  });
  await writeAtomic(trial.report, html);
}

function factsOf(plan: RunPlan, stage: string, { trained, facts }: Recorded): Named<string> {
  const { resolved } = plan.spec;
  const planned = plan.stages.find(({ name }) => name === stage);
  const parameters = Object.values(planned?.parameters ?? {}).reduce((a, b) => a + b, 0);
  const first = facts.traces.find((trace) => trace.function === 'train-step');
  const { train, val, test } = plan.rows;
  return {
    runtime: `${facts.runtime} (${facts.device})`,
    seed: String(resolved.seed),
    cohort: `${resolved.cohort.use}: ${train} / ${val} / ${test} records (train / val / test)`,
    parameters: parameters.toLocaleString('en'),
    trained: `${trained.epoch} epochs, ${trained.step} steps (${trained.ended ?? 'unfinished'})`,
    ...(facts.recordsPerSecond === undefined
      ? {}
      : { speed: `${facts.recordsPerSecond.toFixed(1)} records/s` }),
    ...(facts.waitShare === undefined
      ? {}
      : { 'waiting for data': `${(100 * facts.waitShare).toFixed(1)} % of the training time` }),
    ...(first?.firstRunMs == null
      ? {}
      : { 'first step': `${((first.traceMs + first.firstRunMs) / 1000).toFixed(1)} s` }),
    'peak memory': `${(facts.peakBytes / 2 ** 30).toFixed(2)} GiB`,
    duration: `${facts.seconds.toFixed(0)} s`,
  };
}

/** The last word of the journal on each epoch: a resumed run may have told one twice. */
function epochsOf(folder: StageFolder): EpochEntry[] {
  const epochs = new Map<number, EpochEntry>();
  for (const entry of readJournal(folder.journal).entries) {
    if (entry.type !== 'epoch') continue;
    const epoch = entry['epoch'] as number;
    epochs.set(epoch, { epoch, metrics: entry['metrics'] as Named<number> });
  }
  return [...epochs.values()].sort((a, b) => a.epoch - b.epoch);
}
