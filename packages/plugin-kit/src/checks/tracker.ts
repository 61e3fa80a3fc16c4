/** @file Checks of trackers: lines arrive once, in order, and a tracker that is down hurts nothing. */
import type { Kinds, TrackedLine } from '@dualbeat/core';
import { isCoded } from '@dualbeat/core';
import { defineCheck, ensure } from '../check.ts';
import type { CaseSubject, ComponentSubject } from '../check.ts';

/** A place to track to, and what can be seen there. */
export type TrackerPlace = {
  readonly options?: object;
  readonly from: Kinds['tracker']['from'];
  /** All that is visible there, as plain data without times. */
  visible(): Promise<unknown>;
  close?(): Promise<void>;
};
export type TrackerOf = {
  readonly open: () => Promise<TrackerPlace>;
  /** Options under which nothing answers; without it that check is left out. */
  readonly down?: () => Promise<Pick<TrackerPlace, 'options' | 'from'>>;
  /** Lines of a journal; without it those of a small training stage. */
  readonly lines?: readonly TrackedLine[];
};
export type TrackerCase = CaseSubject<'tracker', TrackerOf>;

const run = { experiment: 'kit', stage: 'probe', id: 'probe-0123456789ab' };
const time = (seq: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString();
const small: readonly TrackedLine[] = [
  { seq: 0, time: time(0), type: 'start', stage: 'probe', step: 0, epoch: 0, epochs: 2, steps: 4 },
  ...[1, 2].map((epoch) => ({
    seq: epoch,
    time: time(epoch),
    type: 'epoch',
    stage: 'probe',
    epoch,
    step: 2 * epoch,
    metrics: { 'train/loss': 1 / epoch, 'val/loss': 2 / epoch },
  })),
  { seq: 3, time: time(3), type: 'end', stage: 'probe', status: 'finished' },
];
const linesOf = ({ of }: TrackerCase) => of.lines ?? small;

async function withPlace(
  subject: TrackerCase,
  use: (place: TrackerPlace, make: () => Promise<Kinds['tracker']['makes']>) => Promise<void>,
): Promise<void> {
  const place = await subject.of.open();
  try {
    await use(place, () => made(subject, place));
  } finally {
    await place.close?.();
  }
}
const made = (
  { plugin, id }: ComponentSubject<'tracker'>,
  { options = {}, from }: Pick<TrackerPlace, 'options' | 'from'>,
) => plugin.host.create('tracker', { use: id, options }, from);

/** What is visible after these calls, with a fresh tracker for each. */
async function after(
  subject: TrackerCase,
  calls: readonly (readonly TrackedLine[])[],
): Promise<string> {
  let seen = '';
  await withPlace(subject, async (place, make) => {
    for (const lines of calls) {
      const tracker = await make();
      await tracker.send(run, lines);
      await tracker.close();
    }
    seen = JSON.stringify(await place.visible());
  });
  return seen;
}

export const trackerSends = defineCheck<TrackerCase>({
  name: 'tracker-sends',
  states: 'What was sent is visible when `send` resolves, and more lines make more visible.',
  async run(subject) {
    const lines = linesOf(subject);
    await withPlace(subject, async (place, make) => {
      const tracker = await make();
      const empty = JSON.stringify(await place.visible());
      await tracker.send(run, lines.slice(0, -2));
      const some = JSON.stringify(await place.visible());
      await tracker.send(run, lines);
      const all = JSON.stringify(await place.visible());
      ensure(
        some !== empty && all !== some,
        `nothing new is visible after ${some === empty ? 'the first' : 'more'} lines`,
        'resolve when the lines can be seen',
      );
      await tracker.close();
      await tracker.close();
    });
  },
});

export const trackerIdempotent = defineCheck<TrackerCase>({
  name: 'tracker-idempotent',
  states:
    'The same lines again, in pieces, overlapping, and from another process after a crash leave the same visible as once.',
  async run(subject) {
    const lines = linesOf(subject);
    const once = await after(subject, [lines]);
    const half = Math.ceil(lines.length / 2);
    for (const [what, calls] of [
      ['sent twice', [lines, lines]],
      ['sent line by line', lines.map((_, i) => lines.slice(0, i + 1))],
      ['sent in overlapping pieces', [lines.slice(0, half + 1), lines.slice(half - 1)]],
    ] as const) {
      const seen = await after(subject, calls);
      ensure(
        seen === once,
        `${what}, ${first(seen, once)}`,
        'find out what is there already (by `seq`), and send the rest',
      );
    }
  },
});
const first = (a: string, b: string): string => {
  const at = [...a].findIndex((char, i) => char !== b[i]);
  const from = Math.max(0, (at < 0 ? Math.min(a.length, b.length) : at) - 20);
  return `...${a.slice(from, from + 60)}... is visible where once it is ...${b.slice(from, from + 60)}...`;
};

export const trackerDown = defineCheck<TrackerCase>({
  name: 'tracker-down',
  states: 'Where nothing answers, `send` fails with a coded error within 30 s, and `close` works.',
  unfit: ({ of }) => (of.down === undefined ? 'no `down` is given' : undefined),
  async run(subject) {
    const place = await (subject.of.down as () => Promise<TrackerPlace>)();
    const start = performance.now();
    let error: unknown = 'no error';
    try {
      const tracker = await made(subject, place);
      try {
        await tracker.send(run, linesOf(subject));
      } finally {
        await tracker.close();
      }
    } catch (thrown) {
      error = thrown;
    }
    const took = (performance.now() - start) / 1000;
    ensure(
      isCoded(error),
      `it gives ${String(error)}`,
      'throw a coded error, so that the caller can try again later',
    );
    ensure(took < 30, `it takes ${took.toFixed(0)} s to fail`, 'give up earlier');
  },
});
