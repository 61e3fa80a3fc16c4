/** @file What a run shows while it runs: a bar on a terminal, plain lines elsewhere. */
import { SingleBar } from 'cli-progress';
import type { Named } from '@dualbeat/core';
import type { RunUpdate } from '@dualbeat/experiment';
import { clock, openPace } from './pace.ts';

export type Progress = { hear(update: RunUpdate): void; close(): void };
type Out = NodeJS.WritableStream & { readonly isTTY?: boolean };
type TrainEvent = (RunUpdate & { kind: 'train' })['event'];

/** Between two plain lines of one epoch. */
const lineEveryMs = 10_000;

export function openProgress(options: { readonly quiet: boolean; readonly out: Out }): Progress {
  const { quiet, out } = options;
  if (quiet) return { hear: () => undefined, close: () => undefined };
  let bar: SingleBar | null = null;
  let pace = openPace();
  let steps = 0;
  let epochs = 0;
  let lineAt = performance.now();

  const close = (): void => {
    bar?.stop();
    bar = null;
  };
  const line = (text: string): void => {
    close(); // a line goes above, the next step draws the bar anew
    out.write(`${text}\n`);
  };
  const draw = (step: number, payload: Named<string>): void => {
    if (bar === null) {
      bar = new SingleBar({
        format:
          '{stage} epoch {epoch} [{bar}] loss {loss} lr {lr} {rate} records/s wait {wait} ETA {eta_}',
        stream: out,
        hideCursor: true,
        fps: 5,
        barsize: 20,
        linewrap: null,
        gracefulExit: false, // signals are the supervisor's
        clearOnComplete: true,
      });
      bar.start(steps, step, payload);
    } else bar.update(step, payload);
  };

  function train(event: TrainEvent): void {
    if (event.type === 'start') {
      ({ steps, epochs } = event);
      pace = openPace();
      const from = event.resumedFrom === null ? '' : `, resumed at step ${event.step}`;
      const { trainRows, valRows, params } = event;
      line(
        `${event.stage}: ${params.toLocaleString('en')} parameters, ${trainRows} records to train on, ${valRows} to validate on, ${steps} steps in ${epochs} epochs${from}`,
      );
    } else if (event.type === 'step') {
      pace.add(event);
      const { recordsPerSecond, waitShare, msPerStep } = pace.pace();
      const shown = {
        stage: event.stage,
        epoch: `${event.epoch + 1}/${epochs}`,
        loss: short(event.report['loss'] ?? Number.NaN),
        lr: short(event.learningRate),
        rate: recordsPerSecond.toFixed(1),
        wait: `${(100 * waitShare).toFixed(0)}%`,
        eta_: clock((steps - event.step) * msPerStep),
      };
      if (out.isTTY === true) return draw(event.step, shown);
      const now = performance.now();
      if (event.step !== 1 && now - lineAt < lineEveryMs) return;
      lineAt = now;
      line(
        `${shown.stage}: step ${event.step}/${steps}, epoch ${shown.epoch}, loss ${shown.loss}, lr ${shown.lr}, ${shown.rate} records/s, wait ${shown.wait}, ETA ${shown.eta_}`,
      );
    } else if (event.type === 'epoch') {
      lineAt = performance.now();
      const losses = Object.entries(event.metrics).filter(([name]) => name.endsWith('/loss'));
      const told = losses.map(([name, value]) => `${name} ${short(value)}`).join(', ');
      const speed = `${event.recordsPerSecond.toFixed(1)} records/s, wait ${(100 * event.waitShare).toFixed(0)}%`;
      line(
        `${event.stage}: epoch ${event.epoch}/${epochs}, ${told}, ${speed}${event.best ? ', best' : ''}`,
      );
    } else if (event.type === 'note')
      line(`${event.stage}: ${event.level === 'warning' ? 'warning: ' : ''}${event.text}`);
  }

  return {
    close,
    hear(update) {
      if (update.kind === 'train') train(update.event);
      else if (update.kind === 'planned') {
        const { stages, rows } = update.plan;
        const names = stages.map(({ name }) => name).join(' -> ');
        line(
          `${update.plan.spec.resolved.name}: ${names}; ${rows.train} / ${rows.val} / ${rows.test} records (train / val / test)`,
        );
        line(`folder: ${update.trial.path}`);
      } else if (update.kind === 'runtime') line(`runtime: ${update.runtime} (${update.device})`);
      else if (update.kind === 'evaluating' && update.done === update.rows) {
        line(`${update.stage}: evaluated ${update.rows} records of ${update.split}`);
      } else if (update.kind === 'figure') line(`${update.stage}: figure ${update.name}`);
    },
  };
}

function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}
