/** @file `dualbeat track sync | status` and `dualbeat ui`. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from '@dualbeat/tensor';
import {
  ensureMlflow,
  followRuns,
  openTracker,
  publishModels,
  startMlflow,
  syncRuns,
  trackStatus,
} from '@dualbeat/tracking';
import { say, sayJson } from '../say.ts';

export type TrackFlags = {
  readonly uri?: string;
  readonly runsRoot: string;
  readonly json?: boolean;
};
export type SyncFlags = TrackFlags & {
  readonly experiment?: string;
  readonly models?: boolean;
  readonly register?: string;
  readonly alias?: string;
};
export type UiFlags = {
  readonly runsRoot: string;
  readonly folder?: string;
  readonly port: string;
  readonly once?: boolean;
};

export async function sync(flags: SyncFlags): Promise<number> {
  const client = openTracker(process.env, flags.uri);
  const runsRoot = resolve(flags.runsRoot);
  const only = flags.experiment === undefined ? {} : { experiment: flags.experiment };
  const result = await syncRuns({ client, runsRoot, ...only });
  const models =
    flags.models === true
      ? await publishModels({
          client,
          runsRoot,
          ...only,
          ...(flags.register === undefined ? {} : { register: flags.register }),
          ...(flags.alias === undefined ? {} : { alias: flags.alias }),
        })
      : [];
  if (flags.json === true) sayJson({ ...result, models });
  else {
    say(`${result.runs} runs of ${result.experiments} experiments are at ${client.uri}.`);
    for (const model of models)
      say(
        `model ${model.id} of ${model.stage}${model.version === null ? '' : `, version ${model.version}`}`,
      );
  }
  return 0;
}

// eslint-disable-next-line typescript/require-await -- commands are asynchronous
export async function status(flags: TrackFlags): Promise<number> {
  const client = openTracker(process.env, flags.uri);
  const stages = trackStatus(resolve(flags.runsRoot), client.uri);
  if (flags.json === true) sayJson(stages);
  else if (stages.length === 0) say('There are no runs here.');
  for (const { experiment, stage, status: state, sentBytes, journalBytes } of flags.json === true
    ? []
    : stages) {
    const share = journalBytes === 0 ? 100 : Math.floor((100 * sentBytes) / journalBytes);
    say(`${experiment}/${stage}  ${state}  ${share} % sent`);
  }
  return 0;
}

/** Stays until Ctrl-C; new runs are sent as they come. */
export async function ui(flags: UiFlags): Promise<number> {
  const runsRoot = resolve(flags.runsRoot);
  const python = await ensureMlflow({
    cache: cacheFolder(process.env),
    on: (step) => say(`${step} ...`),
  });
  const server = await startMlflow({
    python,
    folder: resolve(flags.folder ?? `${runsRoot}/.mlflow`),
    port: Number(flags.port),
  });
  let alive = flags.once !== true;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      alive = false;
      stop.abort();
    });
  }
  try {
    say(`MLflow is at ${server.uri} (Ctrl-C ends it; what was sent stays).`);
    if (!existsSync(runsRoot)) say(`No runs yet in ${flags.runsRoot}.`);
    else
      await followRuns({
        client: openTracker({}, server.uri),
        runsRoot,
        alive: () => alive,
        sleep: async (ms) => void (await sleep(ms, null, { signal: stop.signal }).catch(() => {})),
        pause: 2000,
        longestPause: 10_000,
        triesAfterEnd: 0,
      });
    return 0;
  } finally {
    await server.close();
  }
}
