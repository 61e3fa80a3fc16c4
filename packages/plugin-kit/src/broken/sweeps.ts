/** @file Broken launchers, search strategies and trackers. */
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DualbeatError } from '@dualbeat/core';
import type { Launcher, LaunchJob, LaunchState, Named, Search, TrackedLine } from '@dualbeat/core';
import { launcherSuite, searchSuite, trackerSuite } from '../suites/host.ts';
import { inMemory } from './mutant.ts';
import type { Family } from './mutant.ts';

/** Runs jobs through a shell that writes down how they end: any launcher can poll them by the folder in the handle. */
function shellLauncher(of: { readonly stderr?: boolean; readonly signal?: string } = {}): Launcher {
  const { stderr = true, signal = 'TERM' } = of;
  const pidOf = (handle: string): number => Number(readFileSync(join(handle, 'pid'), 'utf8'));
  const script = `"$@" >"$LOG" ${stderr ? '2>&1' : '2>/dev/null'} & echo $! >"$HOME_OF_JOB/pid"; wait $!; code=$?
    while kill -0 $! 2>/dev/null; do wait $!; code=$?; done; echo $code >"$HOME_OF_JOB/code"`;
  const homes: string[] = [];
  async function start(job: LaunchJob): Promise<string> {
    const home = mkdtempSync(join(tmpdir(), 'dualbeat-job-'));
    homes.push(home);
    const env = { ...process.env, ...job.env, LOG: job.log, HOME_OF_JOB: home };
    const child = spawn('/bin/sh', ['-c', script, 'sh', ...job.command], {
      cwd: job.cwd,
      env,
      detached: true,
      stdio: 'ignore',
    });
    child.unref();
    while (!existsSync(join(home, 'pid'))) await new Promise((done) => setTimeout(done, 5));
    return home;
  }
  return {
    slots: 2,
    submit: (jobs) => Promise.all(jobs.map(start)),
    async poll(handles) {
      return Object.fromEntries(handles.map((handle) => [handle, stateOf(handle)]));
    },
    async cancel(handle) {
      if (stateOf(handle).state !== 'running') return;
      try {
        process.kill(pidOf(handle), `SIG${signal}`);
      } catch {
        // it is gone
      }
    },
    async close() {
      for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
    },
  };
}

function stateOf(handle: string): LaunchState {
  if (!existsSync(join(handle, 'pid'))) return { state: 'lost', reason: 'there is no such job' };
  const file = join(handle, 'code');
  const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (text === '') return { state: 'running' };
  const code = Number(text);
  // a shell tells 128 + signal; 143 may also be the job's own code, which is kept
  return code === 137
    ? { state: 'ended', exitCode: null, signal: 'SIGKILL' }
    : { state: 'ended', exitCode: code };
}

const launchers = (make: () => Launcher = () => shellLauncher()) =>
  launcherSuite(inMemory('launcher', make), {
    id: 'kit/broken',
    seconds: 15,
    cases: [{ from: { resolve: (path) => path } }],
  });
/** Other states than the true ones. */
const telling = (tell: (state: LaunchState) => LaunchState) => (): Launcher => {
  const inner = shellLauncher();
  return {
    ...inner,
    async poll(handles) {
      const states = await inner.poll(handles);
      return Object.fromEntries(Object.entries(states).map(([name, one]) => [name, tell(one)]));
    },
  };
};

export const launcherFamily: Family = {
  healthy: launchers(),
  mutants: [
    {
      check: 'launcher-runs',
      what: 'loses stderr',
      suite: launchers(() => shellLauncher({ stderr: false })),
    },
    {
      check: 'launcher-signals',
      what: 'tells a signal as success',
      suite: launchers(
        telling((state) =>
          state.state === 'ended' && state.exitCode === null
            ? { state: 'ended', exitCode: 0 }
            : state,
        ),
      ),
    },
    {
      check: 'launcher-cancels',
      what: 'kills at once',
      suite: launchers(() => shellLauncher({ signal: 'KILL' })),
    },
    {
      check: 'launcher-handles',
      what: 'remembers jobs in memory',
      suite: launchers(() => {
        const inner = shellLauncher();
        const own = new Set<string>();
        return {
          ...inner,
          async submit(jobs) {
            const handles = await inner.submit(jobs);
            for (const handle of handles) own.add(handle);
            return handles;
          },
          async poll(handles) {
            const states = await inner.poll(handles);
            const lost: LaunchState = { state: 'lost', reason: 'not one of mine' };
            return Object.fromEntries(
              Object.entries(states).map(([name, state]) => [name, own.has(name) ? state : lost]),
            );
          },
        };
      }),
    },
    {
      check: 'launcher-errors',
      what: 'tells a command that is not there as success',
      suite: launchers(
        telling((state) =>
          state.state === 'ended' && state.exitCode === 127
            ? { state: 'ended', exitCode: 0 }
            : state,
        ),
      ),
    },
  ],
};

/** Random points; of a finite space those that are left. */
const random: Search = {
  next({ axes, done, count }, draw) {
    const finite = axes.every((axis) => 'values' in axis);
    const key = (point: Named<unknown>) => JSON.stringify(axes.map(({ path }) => point[path]));
    const seen = new Set(done.map(({ point }) => key(point)));
    const points: Named<unknown>[] = [];
    if (finite) {
      let all: Named<unknown>[] = [{}];
      for (const axis of axes)
        if ('values' in axis)
          all = all.flatMap((point) =>
            axis.values.map((value) => ({ ...point, [axis.path]: value })),
          );
      const left = all.filter((point) => !seen.has(key(point)));
      while (points.length < count && left.length > 0)
        points.push(...left.splice(Math.floor(draw() * left.length), 1));
      return points;
    }
    while (points.length < count) {
      points.push(
        Object.fromEntries(
          axes.map((axis) => {
            if ('values' in axis)
              return [axis.path, axis.values[Math.floor(draw() * axis.values.length)]];
            const { min, max, scale, integer } = axis;
            if (integer) return [axis.path, min + Math.floor(draw() * (max - min + 1))];
            const value =
              scale === 'log' ? min * (max / min) ** draw() : min + (max - min) * draw();
            return [axis.path, value];
          }),
        ),
      );
    }
    return points;
  },
};
const searches = (make: () => Search = () => random) =>
  searchSuite(inMemory('search', make), { id: 'kit/broken' });

export const searchFamily: Family = {
  healthy: searches(),
  mutants: [
    {
      check: 'search-points',
      what: 'does not round integers',
      suite: searches(() => ({
        next: (from, draw) =>
          random
            .next(from, draw)
            .map((point) => ('depth' in point ? { ...point, depth: 1 + 3 * draw() } : point)),
      })),
    },
    {
      check: 'search-used-up',
      what: 'repeats points',
      suite: searches(() => ({ next: (from, draw) => random.next({ ...from, done: [] }, draw) })),
    },
    {
      check: 'search-pure',
      what: 'counts its calls',
      suite: searches(() => {
        let calls = 0;
        return {
          next: (from, draw) => {
            for (let i = 0; i < calls; i++) draw();
            calls++;
            return random.next(from, draw);
          },
        };
      }),
    },
  ],
};

const nobody = () =>
  new DualbeatError({ code: 'E_TRACKER_DOWN', cause: 'nobody answers.', fix: 'start it.' });

/** Appends lines to a file, beginning after the last `seq` that is there. */
function trackers(
  of: { readonly late?: boolean; readonly blind?: boolean; readonly refuse?: () => Error } = {},
) {
  const { late = false, blind = false, refuse = nobody } = of;
  const plugin = inMemory('tracker', ({ resolve }) => {
    const file = resolve('lines');
    const waiting: TrackedLine[] = [];
    const read = (): TrackedLine[] =>
      existsSync(file)
        ? readFileSync(file, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line) as TrackedLine)
        : [];
    const write = (lines: readonly TrackedLine[]): void => {
      const last = blind ? -1 : (read().at(-1)?.seq ?? -1);
      const handle = openSync(file, 'a');
      for (const line of lines) if (line.seq > last) writeSync(handle, `${JSON.stringify(line)}\n`);
      closeSync(handle);
    };
    return {
      async send(_run, lines) {
        if (file.startsWith('/no/')) throw refuse();
        if (late) waiting.push(...lines);
        else write(lines);
      },
      async close() {
        if (waiting.length > 0) write(waiting.splice(0).sort((a, b) => a.seq - b.seq));
      },
    };
  });
  return trackerSuite(plugin, {
    id: 'kit/broken',
    cases: [
      {
        async open() {
          const folder = mkdtempSync(join(tmpdir(), 'dualbeat-tracker-'));
          const file = join(folder, 'lines');
          return {
            from: { resolve: (path) => join(folder, path) },
            visible: async () => (existsSync(file) ? readFileSync(file, 'utf8') : ''),
            close: async () => rmSync(folder, { recursive: true }),
          };
        },
        down: async () => ({ from: { resolve: () => '/no/such/place' } }),
      },
    ],
  });
}

export const trackerFamily: Family = {
  healthy: trackers(),
  mutants: [
    { check: 'tracker-sends', what: 'sends when it is closed', suite: trackers({ late: true }) },
    { check: 'tracker-idempotent', what: 'sends all again', suite: trackers({ blind: true }) },
    {
      check: 'tracker-down',
      what: 'throws an error without a code',
      suite: trackers({ refuse: () => new Error('ECONNREFUSED') }),
    },
  ],
};
