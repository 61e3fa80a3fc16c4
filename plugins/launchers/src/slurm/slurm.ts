/** @file Jobs as tasks of SLURM job arrays. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineComponent } from '@dualbeat/core';
import type { Launcher, LaunchJob, LaunchState, Named } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { answerUnreadable } from '../errors.ts';
import { exitState } from '../exit-file.ts';
import { runCommand } from '../run-command.ts';
import { writeScript } from '../write-script.ts';
import { jobScript, quoted } from '../shell.ts';

const options = Type.Object(
  {
    partition: Type.Optional(Type.String({ minLength: 1, description: 'sbatch --partition.' })),
    account: Type.Optional(Type.String({ minLength: 1, description: 'sbatch --account.' })),
    qos: Type.Optional(Type.String({ minLength: 1, description: 'sbatch --qos.' })),
    constraint: Type.Optional(Type.String({ minLength: 1, description: 'sbatch --constraint.' })),
    gres: Type.String({
      minLength: 1,
      default: 'gpu',
      description: 'Resource that stands for one accelerator, as in --gres=gpu:2.',
    }),
    atOnce: Type.Integer({
      minimum: 0,
      default: 0,
      description: 'Tasks of one array that may run at once; 0: as many as the cluster allows.',
    }),
    secondsToSave: Type.Integer({
      minimum: 1,
      default: 120,
      description:
        'So long before its time is up a job is told to save (SIGTERM) and is queued again.',
    }),
    extra: Type.Array(Type.String({ pattern: '^--[a-z]' }), {
      default: [],
      description: "Further sbatch options: ['--nice=100'].",
    }),
  },
  { additionalProperties: false },
);
type SlurmOptions = Static<typeof options>;

/** `id`: '<array>_<task>'. */
type Handle = { readonly id: string; readonly exit: string };

export const slurm = defineComponent({
  kind: 'launcher',
  id: 'slurm',
  options,
  create: (of): Launcher => ({
    slots: Infinity,
    submit: (jobs) => submit(jobs, of),
    poll,
    async cancel(handle) {
      const { id } = JSON.parse(handle) as Handle;
      // What waits leaves the queue; what runs is told to save, and its script leaves the exit code.
      const gone = { ...at, silentFailure: true };
      await runCommand('scancel', ['--quiet', '--state=PENDING', id], gone);
      await runCommand('scancel', ['--quiet', '--batch', '--signal=TERM', id], gone);
    },
    close: () => Promise.resolve(),
  }),
});

const at = { launcher: 'slurm' };

async function submit(jobs: readonly LaunchJob[], of: SlurmOptions): Promise<readonly string[]> {
  const scripts = jobs.map((job) => {
    mkdirSync(dirname(job.log), { recursive: true });
    const script = `${job.log}.sh`;
    writeScript(script, jobScript(job));
    return script;
  });
  // One array per demand: its tasks share their resources.
  const demands = new Map<string, number[]>();
  jobs.forEach((job, i) => {
    const demand = JSON.stringify(job.resources);
    demands.set(demand, [...(demands.get(demand) ?? []), i]);
  });
  const handles: string[] = [];
  for (const group of demands.values()) {
    const first = jobs[group[0] as number] as LaunchJob;
    const cases = group.map(
      (job, task) =>
        `${task}) exec >>${quoted((jobs[job] as LaunchJob).log)} 2>&1; exec ${quoted(scripts[job] as string)};;`,
    );
    const script = ['#!/bin/sh', 'case $SLURM_ARRAY_TASK_ID in', ...cases, 'esac', ''].join('\n');
    const args = sbatchArguments(first, group.length, of);
    const answer = await runCommand('sbatch', args, { ...at, input: script });
    const array = /^(\d+)/.exec(answer.trim())?.[1];
    if (array === undefined) throw answerUnreadable('slurm', 'sbatch', answer);
    group.forEach((job, task) => {
      const exit = `${(jobs[job] as LaunchJob).log}.exit`;
      handles[job] = JSON.stringify({ id: `${array}_${task}`, exit } satisfies Handle);
    });
  }
  return handles;
}

function sbatchArguments(job: LaunchJob, tasks: number, of: SlurmOptions): string[] {
  const { cpus, memoryBytes, devices, timeS } = job.resources;
  const named = {
    partition: of.partition,
    account: of.account,
    qos: of.qos,
    constraint: of.constraint,
  };
  return [
    '--parsable',
    `--job-name=dualbeat-${job.id}`.slice(0, 64),
    `--array=0-${tasks - 1}${of.atOnce > 0 ? `%${of.atOnce}` : ''}`,
    '--requeue',
    '--open-mode=append',
    `--output=${join(dirname(job.log), 'slurm-%A_%a.log')}`,
    `--cpus-per-task=${cpus}`,
    ...(memoryBytes === undefined ? [] : [`--mem=${Math.ceil(memoryBytes / 2 ** 20)}M`]),
    ...(devices === undefined ? [] : [`--gres=${of.gres}:${devices}`]),
    ...(timeS === undefined
      ? []
      : [`--time=${Math.ceil(timeS / 60)}`, `--signal=B:TERM@${of.secondsToSave}`]),
    ...Object.entries(named).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}=${value}`],
    ),
    ...of.extra,
  ];
}

async function poll(handles: readonly string[]): Promise<Named<LaunchState>> {
  if (handles.length === 0) return {};
  const live = await queue();
  const states: { [handle: string]: LaunchState } = {};
  for (const handle of handles) {
    const { id, exit } = JSON.parse(handle) as Handle;
    const state = live.get(id);
    if (state !== undefined) states[handle] = { state: waiting.has(state) ? 'queued' : 'running' };
    else states[handle] = exitState(exit) ?? (await whyGone(id));
  }
  return states;
}

const waiting = new Set(['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_HOLD', 'SUSPENDED']);
/** Words of squeue for what runs no more, though it is listed for a while. */
const over =
  /^(COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL|OUT_OF_MEMORY|BOOT_FAIL|DEADLINE|PREEMPTED)/;

/** State by '<array>_<task>', of this user's jobs. */
async function queue(): Promise<Map<string, string>> {
  const args = ['--noheader', '--array', '--me', '--format=%i|%T'];
  const lines = (await runCommand('squeue', args, at)).trim().split('\n');
  const states = lines.map((line) => line.trim().split('|') as [string, string]);
  return new Map(states.filter(([id, state]) => id !== '' && !over.test(state)));
}

/** A job that left no exit code: killed, out of memory, or its node is gone. */
async function whyGone(id: string): Promise<LaunchState> {
  let facts = '';
  try {
    facts = await runCommand('scontrol', ['show', 'job', id, '--oneliner'], at);
  } catch {
    return { state: 'lost', reason: `SLURM knows job ${id} no more` };
  }
  const state = /JobState=(\S+)/.exec(facts)?.[1] ?? 'UNKNOWN';
  const reason = /Reason=(\S+)/.exec(facts)?.[1] ?? 'None';
  if (state === 'OUT_OF_MEMORY') {
    return { state: 'ended', exitCode: null, signal: 'SIGKILL', reason: 'SLURM: out of memory' };
  }
  if (state === 'COMPLETED' || state === 'RUNNING') return { state: 'running' }; // its exit code is on the way
  return {
    state: 'lost',
    reason: `SLURM job ${id}: ${state}${reason === 'None' ? '' : `, ${reason}`}`,
  };
}
