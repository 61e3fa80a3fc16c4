/** @file Noticing that a loader thread answers no more: a loop without end, a disk that hangs. */
import type { LoaderStall, StallLimits } from './batch-source.ts';
import { BEAT, POSITION } from './worker-messages.ts';

export type Watched = {
  readonly life: Int32Array;
  /** The read that it is at, if any. */
  rows(): Int32Array | undefined;
};
export type Watch = { stop(): void };

/**
 * `notice` is called once per read (or once while the source is made) that goes on for `noticeMs` without a sign of life or
 * progress; `hung` when the thread did not even turn its event loop for `hangMs`. Time is counted in ticks of this process: a
 * machine that slept is no thread that hung.
 */
export function watchThread(
  thread: Watched,
  limits: Required<StallLimits>,
  notice: (stall: LoaderStall) => void,
  hung: (stall: LoaderStall) => void,
): Watch {
  const tickMs = tickOf(limits);
  let read: Int32Array | undefined;
  let noticed = false;
  let [beat, position] = [-1, -1];
  let [silentMs, stuckMs] = [0, 0];
  const tick = () => {
    const rows = thread.rows();
    const [nowBeat, nowPosition] = [
      Atomics.load(thread.life, BEAT),
      Atomics.load(thread.life, POSITION),
    ];
    silentMs = nowBeat === beat ? silentMs + tickMs : 0;
    const moved = rows !== read || nowPosition !== position || rows === undefined;
    stuckMs = moved ? 0 : stuckMs + tickMs;
    if (rows !== read) noticed = false;
    [beat, position, read] = [nowBeat, nowPosition, rows];
    const stall = { rows, position: nowPosition < 0 ? undefined : nowPosition };
    const ms = Math.max(silentMs, stuckMs);
    // Before its first beat a thread loads this package: on a busy machine that takes its time.
    const patience = nowBeat === 0 ? 10 : 1;
    if (ms >= limits.noticeMs * patience && !noticed) {
      noticed = true;
      notice({ ...stall, ms, responsive: silentMs < limits.noticeMs });
    }
    if (silentMs >= limits.hangMs * patience) {
      clearInterval(timer);
      hung({ ...stall, ms: silentMs, responsive: false });
    }
  };
  const timer = setInterval(tick, tickMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

const tickOf = ({ noticeMs, hangMs }: Required<StallLimits>): number =>
  Math.max(10, Math.min(1000, noticeMs / 4, hangMs / 4));
/** So often that every tick finds a new beat. */
export const beatMsOf = (limits: Required<StallLimits>): number => tickOf(limits) / 3;
