/** @file Speed, waiting share and time left, from the last steps. */

type Step = { readonly rows: number; readonly stepMs: number; readonly waitMs: number };

/** Steps that count. */
const window = 30;

export type Pace = {
  readonly recordsPerSecond: number;
  /** 0 to 1. */
  readonly waitShare: number;
  readonly msPerStep: number;
};

/** Feed it each step; the first one, which compiles, is left out as soon as there is another. */
export function openPace(): { add(step: Step): void; pace(): Pace } {
  let steps: Step[] = [];
  let count = 0;
  return {
    add(step) {
      steps = count === 1 ? [step] : [...steps, step].slice(-window);
      count++;
    },
    pace() {
      const sum = (of: (step: Step) => number): number =>
        steps.reduce((n, step) => n + of(step), 0);
      const ms = sum((step) => step.stepMs);
      return {
        recordsPerSecond: ms > 0 ? (sum((step) => step.rows) / ms) * 1000 : 0,
        waitShare: ms > 0 ? sum((step) => step.waitMs) / ms : 0,
        msPerStep: steps.length > 0 ? ms / steps.length : 0,
      };
    },
  };
}

/** '4:05', '1:02:03'. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
