/** @file What the worker says that it does: named when it dies, ended when code of a plugin takes too long. */
import type { Doing } from '@dualbeat/core';
import type { FromWorker } from '../messages.ts';

/** The worker's own limit comes first; it cannot keep it while native code holds its thread. */
const graceMs = 10_000;

export interface Activity {
  hear(message: FromWorker): void;
  /** 'making the loss "acme/x" of the plugin @acme/x 1.2.3 (stages.mae.loss)', 'in the stage mae'. */
  now(): string | undefined;
  close(): void;
}

export function openActivity(late: (doing: string, seconds: number) => void): Activity {
  let stage: string | undefined;
  let doing: Doing | null = null;
  let timer: NodeJS.Timeout | undefined;
  const now = (): string | undefined => {
    if (doing !== null) return textOf(doing);
    return stage === undefined ? undefined : `in the stage ${stage}`;
  };
  return {
    now,
    hear(message) {
      if (message.kind === 'stage') stage = message.stage;
      if (message.kind !== 'doing') return;
      clearTimeout(timer);
      doing = message.doing;
      if (doing === null) return;
      const limitMs = doing.limitMs + graceMs;
      timer = setTimeout(() => late(now() ?? '', Math.round(limitMs / 1000)), limitMs);
    },
    close: () => clearTimeout(timer),
  };
}

function textOf({ plugin, what, where }: Doing): string {
  const path = where === undefined ? '' : ` (${where})`;
  return what.startsWith('being ')
    ? `with the plugin ${plugin} ${what}${path}`
    : `${what} of the plugin ${plugin}${path}`;
}
