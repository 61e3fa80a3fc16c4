/** @file Where the time of a stage goes, as a trace-event file that Perfetto and chrome://tracing open. */
import { writeAtomic } from '@dualbeat/runs';

/** 'step': upload, graph and reading the report; 'wait': for data; 'evaluate', 'checkpoint', 'callback'; 'graph' lies within 'step'. */
export type SpanName = 'step' | 'graph' | 'wait' | 'evaluate' | 'checkpoint' | 'callback';
export interface Tracer {
  /** Times `fn`, also where it gives a promise. */
  span<T>(name: SpanName, fn: () => T): T;
  /** A span that ends now and lasted `ms`. */
  past(name: SpanName, ms: number): void;
  /** Milliseconds and number by name so far. */
  totals(): { readonly [name in SpanName]?: { readonly ms: number; readonly count: number } };
  /** Writes what there is; the file is whole at any time. */
  save(): Promise<void>;
}

type TraceEvent = {
  readonly name: SpanName;
  readonly ph: 'X';
  /** Microseconds. */
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
};

/** Records until `steps` steps are there; later spans cost one comparison. */
export function openTracer(file: string, steps: number): Tracer {
  const events: TraceEvent[] = [];
  const start = performance.now();
  let left = steps;
  const add = (name: SpanName, from: number, to: number): void => {
    if (left <= 0) return;
    const [ts, dur] = [Math.round((from - start) * 1000), Math.round((to - from) * 1000)];
    events.push({ name, ph: 'X', ts, dur, pid: 1, tid: 1 });
    if (name === 'step') left--;
  };
  return {
    span(name, fn) {
      const from = performance.now();
      const done = (): void => add(name, from, performance.now());
      const result = fn();
      if (result instanceof Promise) return result.finally(done) as typeof result;
      done();
      return result;
    },
    past(name, ms) {
      const now = performance.now();
      add(name, now - ms, now);
    },
    totals() {
      const totals: { [name in SpanName]?: { ms: number; count: number } } = {};
      for (const { name, dur } of events) {
        const { ms, count } = totals[name] ?? { ms: 0, count: 0 };
        totals[name] = { ms: ms + dur / 1000, count: count + 1 };
      }
      return totals;
    },
    save: () =>
      writeAtomic(file, `${JSON.stringify({ traceEvents: events, displayTimeUnit: 'ms' })}\n`),
  };
}

/** Records nothing. */
export const noTracer: Tracer = {
  span: (_name, fn) => fn(),
  past: () => undefined,
  totals: () => ({}),
  save: () => Promise.resolve(),
};
