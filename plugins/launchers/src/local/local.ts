/** @file Jobs as processes on this machine. They outlive the process that submitted them, and any other can ask for them. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { defineComponent } from '@dualbeat/core';
import type { Launcher, LaunchJob, LaunchState } from '@dualbeat/core';
import { Type } from 'typebox';
import { exitState } from '../exit-file.ts';
import { groupMemory, processStart } from './processes.ts';

/** JSON of a handle. `started` tells a process from a later one of the same number. */
type Handle = {
  readonly pid: number;
  readonly started: string;
  readonly exit: string;
  readonly memoryBytes: number | null;
};

export const local = defineComponent({
  kind: 'launcher',
  id: 'local',
  options: Type.Object(
    {
      slots: Type.Integer({
        minimum: 0,
        default: 0,
        description: 'Jobs at once; 0: one per device, else one per `cpus` cores of this machine.',
      }),
      cpus: Type.Integer({ minimum: 1, default: 1, description: 'Cores of one job.' }),
      devices: Type.Array(Type.String({ minLength: 1 }), {
        default: [],
        description: 'CUDA devices to share out, one per job: ["0", "1"].',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ slots, cpus, devices }) => openLocal(slotsOf(slots, cpus, devices), cpus, devices),
});

function slotsOf(slots: number, cpus: number, devices: readonly string[]): number {
  if (slots > 0) return slots;
  return devices.length > 0
    ? devices.length
    : Math.max(1, Math.floor(availableParallelism() / cpus));
}

function openLocal(slots: number, cpus: number, devices: readonly string[]): Launcher {
  /** Device of a live handle. */
  const taken = new Map<string, string>();
  const killed = new Map<string, string>();

  return {
    slots,
    // eslint-disable-next-line typescript/require-await -- the contract is asynchronous
    async submit(jobs) {
      return jobs.map((job) => {
        const device = devices.find((one) => ![...taken.values()].includes(one));
        const handle = JSON.stringify(start(job, cpus, device));
        if (device !== undefined) taken.set(handle, device);
        return handle;
      });
    },
    // eslint-disable-next-line typescript/require-await -- the contract is asynchronous
    async poll(handles) {
      return Object.fromEntries(
        handles.map((handle) => {
          const known = parse(handle);
          if (known === undefined)
            return [handle, { state: 'lost', reason: 'it is no handle of this launcher' } as const];
          const state = stateOf(known, killed.get(handle));
          if (state.state === 'running') watchMemory(handle, known, killed);
          else taken.delete(handle);
          return [handle, state];
        }),
      );
    },
    // eslint-disable-next-line typescript/require-await -- the contract is asynchronous
    async cancel(handle) {
      const known = parse(handle);
      if (known !== undefined) signalGroup(known, 'SIGTERM');
    },
    close: () => Promise.resolve(),
  };
}

/** Undefined for what this launcher never gave: a handle of another one, say, after a change of `site.yaml`. */
function parse(handle: string): Handle | undefined {
  try {
    const known = JSON.parse(handle) as Handle | null;
    return typeof known?.pid === 'number' && typeof known.exit === 'string' ? known : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A shell leads the job's process group and writes the exit code to a file when the job ends: whoever asks later, knows. The
 * shell itself ignores the signals that the group is sent; Node restores them for itself.
 */
function start(job: LaunchJob, cpus: number, device: string | undefined): Handle {
  mkdirSync(dirname(job.log), { recursive: true });
  const exit = `${job.log}.exit`;
  rmSync(exit, { force: true });
  const fd = openSync(job.log, 'a');
  try {
    const script =
      'trap "" TERM INT HUP; exit=$1; shift; "$@"; echo $? > "$exit.new"; mv "$exit.new" "$exit"';
    const threads = String(job.resources.cpus || cpus);
    const child = spawn('/bin/sh', ['-c', script, 'sh', exit, ...job.command], {
      cwd: job.cwd,
      detached: true,
      stdio: ['ignore', fd, fd],
      env: {
        ...process.env,
        TF_NUM_INTRAOP_THREADS: threads,
        OMP_NUM_THREADS: threads,
        ...job.env,
        ...(device === undefined ? {} : { CUDA_VISIBLE_DEVICES: device }),
      },
    });
    child.on('error', () => {});
    child.unref();
    const pid = child.pid ?? 0;
    return {
      pid,
      started: processStart(pid) ?? '',
      exit,
      memoryBytes: job.resources.memoryBytes ?? null,
    };
  } finally {
    closeSync(fd);
  }
}

function stateOf(handle: Handle, why: string | undefined): LaunchState {
  const ended = exitState(handle.exit);
  if (ended !== null && why === undefined) return ended;
  if (ended === null && handle.pid > 0 && processStart(handle.pid) === handle.started)
    return { state: 'running' };
  if (why !== undefined) return { state: 'ended', exitCode: null, signal: 'SIGKILL', reason: why };
  return { state: 'lost', reason: 'its process is gone and left no exit code' };
}

/** A job that takes more than it may is ended whole. */
function watchMemory(handle: string, known: Handle, killed: Map<string, string>): void {
  const { pid, memoryBytes } = known;
  if (memoryBytes === null || killed.has(handle)) return;
  const used = groupMemory(pid);
  if (used <= memoryBytes) return;
  const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(2);
  killed.set(
    handle,
    `it took ${gib(used)} GiB of memory where ${gib(memoryBytes)} GiB are allowed`,
  );
  signalGroup(known, 'SIGKILL');
}

function signalGroup({ pid, started }: Handle, signal: NodeJS.Signals): void {
  if (pid <= 0 || processStart(pid) !== started) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // gone in between
  }
}
