/** @file Jobs as indexes of Kubernetes Indexed Jobs, through kubectl. Tested by the manifest's schema only: no cluster was at hand. */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineComponent } from '@dualbeat/core';
import type { Launcher, LaunchJob, LaunchState, Named } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { exitState } from '../exit-file.ts';
import { runCommand } from '../run-command.ts';
import { writeScript } from '../write-script.ts';
import { jobScript } from '../shell.ts';
import { folderOf, jobManifest } from './manifest.ts';

const options = Type.Object(
  {
    image: Type.String({ minLength: 1, description: 'Container image with Node and dualbeat.' }),
    claim: Type.String({
      minLength: 1,
      description: 'PersistentVolumeClaim that holds experiments and runs, shared by all pods.',
    }),
    mountPath: Type.String({
      pattern: '^/',
      description: 'Where it is mounted in the pods: the same path as on this machine.',
    }),
    namespace: Type.String({
      minLength: 1,
      default: 'default',
      description: 'Namespace of the jobs.',
    }),
    gpuResource: Type.String({
      minLength: 1,
      default: 'nvidia.com/gpu',
      description: 'Resource that stands for one accelerator.',
    }),
    atOnce: Type.Integer({ minimum: 0, default: 0, description: 'Pods at once; 0: all.' }),
    retries: Type.Integer({
      minimum: 0,
      default: 3,
      description: 'Times that an index is tried again by the cluster.',
    }),
    context: Type.Optional(Type.String({ minLength: 1, description: 'kubectl --context.' })),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;
type Handle = { readonly job: string; readonly index: number; readonly exit: string };

export const kubernetes = defineComponent({
  kind: 'launcher',
  id: 'kubernetes',
  options,
  create: (of): Launcher => {
    const kubectl = (args: readonly string[], input?: string): Promise<string> => {
      const context = of.context === undefined ? [] : ['--context', of.context];
      const all = [...args, '--namespace', of.namespace, ...context];
      return runCommand('kubectl', all, {
        launcher: 'kubernetes',
        ...(input === undefined ? {} : { input }),
      });
    };
    return {
      slots: Infinity,
      submit: (jobs) => submit(jobs, of, kubectl),
      poll: (handles) => poll(handles, kubectl),
      async cancel(handle) {
        const { job, index } = JSON.parse(handle) as Handle;
        const selector = `job-name=${job},batch.kubernetes.io/job-completion-index=${index}`;
        await kubectl(['delete', 'pods', '--selector', selector, '--wait=false']);
      },
      close: () => Promise.resolve(),
    };
  },
});

type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

async function submit(
  jobs: readonly LaunchJob[],
  of: Options,
  kubectl: Kubectl,
): Promise<readonly string[]> {
  const handles: string[] = [];
  const groups = new Map<string, { readonly job: LaunchJob; readonly i: number }[]>();
  jobs.forEach((job, i) => {
    const demand = JSON.stringify(job.resources);
    groups.set(demand, [...(groups.get(demand) ?? []), { job, i }]);
  });
  for (const group of groups.values()) {
    const own = group.map(({ job }) => job);
    const hash = createHash('sha256')
      .update(own.map(({ id, log }) => `${id} ${log}`).join())
      .digest('hex');
    const name = `dualbeat-${hash.slice(0, 10)}-${Math.floor(performance.timeOrigin).toString(36)}`;
    const folder = folderOf(own[0] as LaunchJob, name);
    mkdirSync(folder, { recursive: true });
    own.forEach((job, index) => writeScript(join(folder, `${index}.sh`), withLog(job)));
    await kubectl(['apply', '--filename=-'], JSON.stringify(jobManifest(own, { ...of, name })));
    group.forEach(({ job, i }, index) => {
      handles[i] = JSON.stringify({ job: name, index, exit: `${job.log}.exit` } satisfies Handle);
    });
  }
  return handles;
}

function withLog(job: LaunchJob): string {
  const [first, ...rest] = jobScript(job).split('\n');
  return [first, `exec >>'${job.log.replaceAll("'", `'\\''`)}' 2>&1`, ...rest].join('\n');
}

type JobStatus = {
  readonly completedIndexes?: string;
  readonly failedIndexes?: string;
  readonly active?: number;
};

async function poll(handles: readonly string[], kubectl: Kubectl): Promise<Named<LaunchState>> {
  const found = new Map<string, JobStatus | null>();
  const states: { [handle: string]: LaunchState } = {};
  for (const handle of handles) {
    const { job, index, exit } = JSON.parse(handle) as Handle;
    if (!found.has(job)) found.set(job, await statusOf(job, kubectl));
    const status = found.get(job) ?? null;
    if (status === null)
      states[handle] = exitState(exit) ?? {
        state: 'lost',
        reason: `the cluster knows job ${job} no more`,
      };
    else if (holds(status.completedIndexes, index) || holds(status.failedIndexes, index)) {
      states[handle] = exitState(exit) ?? { state: 'lost', reason: 'its pod left no exit code' };
    } else states[handle] = { state: (status.active ?? 0) > 0 ? 'running' : 'queued' };
  }
  return states;
}

async function statusOf(job: string, kubectl: Kubectl): Promise<JobStatus | null> {
  const text = await kubectl(['get', 'job', job, '--output=json', '--ignore-not-found']);
  return text.trim() === '' ? null : (JSON.parse(text) as { status: JobStatus }).status;
}

/** '1,3-5,7' holds 4. */
export function holds(indexes: string | undefined, index: number): boolean {
  return (indexes ?? '')
    .split(',')
    .filter((part) => part !== '')
    .some((part) => {
      const [from, to = from] = part.split('-').map(Number);
      return index >= (from as number) && index <= (to as number);
    });
}
