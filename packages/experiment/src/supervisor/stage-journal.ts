/** @file The supervisor's record of one stage: journal and stage.json, from the worker's messages. One writer. */
import type { MetricValue, Named } from '@dualbeat/core';
import { openJournal } from '@dualbeat/runs';
import type { Journal, OpenStageFolder, StageStatus } from '@dualbeat/runs';
import type { FromWorker } from '../messages.ts';

/** Every so many steps one goes into the journal; the bar shows them all. */
const stepEvery = 10;

export type FigureRecord = { readonly name: string; readonly title: string };
export type StageResult = {
  readonly metrics: Named<MetricValue>;
  readonly figures: readonly FigureRecord[];
};

export interface StageJournal {
  readonly folder: OpenStageFolder;
  hear(message: FromWorker): void;
  note(type: string, fields: Named<unknown>): void;
  /** Writes the state and gives the folder free; a second call does nothing. */
  close(status: StageStatus): void;
}

export function openStageJournal(folder: OpenStageFolder, begin: Named<unknown>): StageJournal {
  const journal: Journal = openJournal(folder.journal);
  journal.append('run', { how: folder.how, ...begin });
  let metrics: Named<MetricValue> = {};
  const figures: FigureRecord[] = [];
  let rates: Named<number> = {};
  let finished = false;
  let open = true;

  function train(event: (FromWorker & { kind: 'train' })['event']): void {
    const { type, stage: _stage, ...fields } = event;
    if (type === 'step' && event.step !== 1 && event.step % stepEvery !== 0) return;
    journal.append(type, fields);
    if (type === 'epoch') {
      const { recordsPerSecond, waitShare } = event;
      rates = { recordsPerSecond, waitShare };
    }
    if (type === 'epoch' || type === 'checkpoint') journal.sync();
  }

  return {
    folder,
    hear(message) {
      if (message.kind === 'train') train(message.event);
      else if (message.kind === 'metrics') {
        metrics = message.metrics;
        journal.append('metrics', { checkpoint: message.checkpoint, metrics });
      } else if (message.kind === 'figure') {
        const figure = { name: message.name, title: message.title };
        figures.push(figure);
        journal.append('figure', figure);
      } else if (message.kind === 'stage-finished') {
        const { progress, facts } = message;
        const { step, epoch, ended, earlyStop } = progress;
        const trained = { step, epoch, ended, earlyStop };
        journal.append('finished', { trained, facts });
        folder.writeStage({ result: { metrics, figures, trained, facts: { ...facts, ...rates } } });
        finished = true;
      }
    },
    note: (type, fields) => journal.append(type, fields),
    close(status) {
      if (!open) return;
      open = false;
      journal.close();
      folder.writeStage({ status: finished ? 'finished' : status });
      folder.close();
    },
  };
}
