/** @file Checks of launchers, with real tiny processes. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCoded } from '@dualbeat/core';
import type { Launcher, LaunchJob, LaunchState } from '@dualbeat/core';
import { defineCheck, ensure } from '../check.ts';
import type { CaseSubject } from '../check.ts';

export type LauncherOf = {
  /** Longest time from `submit` to the end of a process that does nothing. Without it 20 s. */
  readonly seconds?: number;
};
export type LauncherCase = CaseSubject<'launcher', LauncherOf>;

type Bench = {
  readonly launcher: Launcher;
  readonly folder: string;
  job(id: string, script: string, more?: Partial<LaunchJob>): LaunchJob;
  /** Hands one job over. */
  submit(job: LaunchJob): Promise<string>;
  log(id: string): string;
  /** Polls until `wanted` holds. */
  until(
    handle: string,
    wanted: (state: LaunchState) => boolean,
    launcher?: Launcher,
  ): Promise<LaunchState>;
};

async function withLauncher(
  { make, of }: LauncherCase,
  use: (bench: Bench) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dualbeat-launch-'));
  const work = join(folder, 'work');
  mkdirSync(work);
  const launcher = await make();
  const seconds = of.seconds ?? 20;
  try {
    await use({
      launcher,
      folder: work,
      async submit(job) {
        const [handle] = await launcher.submit([job]);
        ensure(
          typeof handle === 'string',
          `a job has the handle ${JSON.stringify(handle)}`,
          'give a string for each job',
        );
        return handle;
      },
      job: (id, script, more = {}) => ({
        id,
        command: [process.execPath, '-e', script],
        cwd: work,
        env: { KIT_JOB: id },
        log: join(folder, `${id}.log`),
        resources: { cpus: 1 },
        ...more,
      }),
      log: (id) => {
        const path = join(folder, `${id}.log`);
        return existsSync(path) ? readFileSync(path, 'utf8') : '';
      },
      async until(handle, wanted, by = launcher) {
        const end = performance.now() + seconds * 1000;
        for (;;) {
          const state = (await by.poll([handle]))[handle];
          ensure(
            state !== undefined,
            'poll does not answer for a handle that it was asked about',
            'answer for every handle, "lost" where nothing is known of it',
          );
          if (wanted(state)) return state;
          ensure(
            performance.now() < end,
            `after ${seconds} s the job is ${JSON.stringify(state)}`,
            'tell the end of a job as soon as it is known',
          );
          await new Promise((resolve) => setTimeout(resolve, 25));
        }
      },
    });
  } finally {
    await launcher.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
const over = ({ state }: LaunchState): boolean => state === 'ended' || state === 'lost';
const said = (state: LaunchState): string => JSON.stringify(state);

export const launcherRuns = defineCheck<LauncherCase>({
  name: 'launcher-runs',
  states:
    'A job runs its command in its folder with its environment; stdout and stderr are in its log; the exit code is told as it was.',
  async run(subject) {
    await withLauncher(subject, async ({ submit, job, until, log, folder }) => {
      const script =
        "console.log('out', process.env.KIT_JOB, process.cwd()); console.error('err'); process.exit(7)";
      const handle = await submit(job('runs', script));
      const state = await until(handle, over);
      ensure(
        state.state === 'ended' && state.exitCode === 7,
        `a process that exits with 7 is told as ${said(state)}`,
        'tell the exit code as the process gave it',
      );
      const text = log('runs');
      for (const part of ['out runs', folder, 'err']) {
        ensure(
          text.includes(part),
          `the log lacks ${JSON.stringify(part === folder ? 'its folder' : part)}: ${JSON.stringify(text.slice(0, 200))}`,
          'run in `cwd` with `env`, and send stdout and stderr to `log`',
        );
      }
      const fine = await until(await submit(job('fine', '')), over);
      ensure(
        fine.state === 'ended' && fine.exitCode === 0,
        `a process that ends well is told as ${said(fine)}`,
        'tell exit code 0',
      );
    });
  },
});

export const launcherSignals = defineCheck<LauncherCase>({
  name: 'launcher-signals',
  states: 'A process that a signal ends is told with that signal by name.',
  async run(subject) {
    await withLauncher(subject, async ({ submit, job, until }) => {
      const handle = await submit(job('killed', "process.kill(process.pid, 'SIGKILL')"));
      const state = await until(handle, over);
      ensure(
        state.state === 'ended' &&
          ((state.exitCode === null && state.signal === 'SIGKILL') || state.exitCode === 137),
        `a process that SIGKILL ended is told as ${said(state)}`,
        "tell { exitCode: null, signal: 'SIGKILL' }",
      );
    });
  },
});

export const launcherCancels = defineCheck<LauncherCase>({
  name: 'launcher-cancels',
  states:
    'cancel sends SIGTERM, so that a job can save and end with its own code; cancelling again, or one that is over, is no error.',
  async run(subject) {
    await withLauncher(subject, async ({ launcher, submit, job, until, log }) => {
      const script =
        "process.on('SIGTERM', () => { console.log('saved'); process.exit(143); }); console.log('up'); setInterval(() => {}, 1000)";
      const handle = await submit(job('cancelled', script));
      const running = await until(
        handle,
        (state) => over(state) || log('cancelled').includes('up'),
      );
      ensure(
        running.state === 'running',
        `a running job is told as ${said(running)}`,
        'tell "running"',
      );
      await launcher.cancel(handle);
      await launcher.cancel(handle);
      const state = await until(handle, over);
      ensure(
        state.state === 'ended' && state.exitCode === 143 && log('cancelled').includes('saved'),
        `a cancelled job that saves and exits with 143 is told as ${said(state)}`,
        'send SIGTERM and wait: the job decides when it is done',
      );
      await launcher.cancel(handle);
    });
  },
});

export const launcherHandles = defineCheck<LauncherCase>({
  name: 'launcher-handles',
  states:
    'Handles are distinct strings that another launcher of the same options can poll; one that is unknown is lost, with a reason.',
  async run(subject) {
    await withLauncher(subject, async ({ launcher, job, until }) => {
      const wait = (code: number) => `setTimeout(() => process.exit(${code}), 300)`;
      const handles = await launcher.submit([job('one', wait(3)), job('two', wait(4))]);
      ensure(
        handles.length === 2 &&
          handles[0] !== handles[1] &&
          handles.every((handle) => typeof handle === 'string'),
        `two jobs have the handles ${handles.map((handle) => JSON.stringify(handle)).join(' and ')}`,
        'make handles that name one job, as strings',
      );
      ensure(
        (await launcher.submit([])).length === 0,
        'no jobs have a handle',
        'give a handle for each job',
      );
      const other = await subject.make();
      try {
        for (const [i, handle] of handles.entries()) {
          const state = await until(handle, over, other);
          ensure(
            state.state === 'ended' && state.exitCode === 3 + i,
            `another launcher is told ${said(state)} of a job that exits with ${3 + i}`,
            'keep what `poll` needs in the handle and on disk, and give handles in the order of the jobs',
          );
        }
        const unknown = (await other.poll(['no-such-handle']))['no-such-handle'];
        ensure(
          unknown?.state === 'lost' && unknown.reason !== '',
          `an unknown handle is told as ${JSON.stringify(unknown)}`,
          'tell { state: "lost", reason }',
        );
        await other.cancel('no-such-handle');
        const both = await other.poll(handles);
        ensure(
          handles.every((handle) => Object.hasOwn(both, handle)),
          'poll of two handles does not answer for both',
          'answer for every handle',
        );
      } finally {
        await other.close();
      }
    });
  },
});

export const launcherErrors = defineCheck<LauncherCase>({
  name: 'launcher-errors',
  states:
    'A command that is not there is a coded error or an ended job that is no success; after close nothing of it runs on by accident.',
  async run(subject) {
    await withLauncher(subject, async ({ launcher, submit, job, until }) => {
      ensure(
        launcher.slots >= 1,
        `it has ${launcher.slots} slots`,
        'give 1 or more, Infinity where a scheduler decides',
      );
      const missing = job('missing', '', { command: ['/no/such/program'] });
      let handle: string | undefined;
      try {
        handle = await submit(missing);
      } catch (error) {
        ensure(
          isCoded(error),
          `a command that is not there gives ${String(error)} without a code`,
          'throw a coded error that names the command',
        );
      }
      if (handle === undefined) return;
      const state = await until(handle, over);
      ensure(
        state.state === 'lost' || (state.state === 'ended' && state.exitCode !== 0),
        `a command that is not there is told as ${said(state)}`,
        'tell that it did not run',
      );
    });
  },
});
