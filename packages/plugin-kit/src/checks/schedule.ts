/** @file Checks of schedules: rates at every place of a stage, memory and nothing else. */
import type { Named, Schedule, SchedulePosition } from '@dualbeat/core';
import { defineCheck, ensure } from '../check.ts';
import type { CaseSubject } from '../check.ts';
import { deepFreeze } from '../deep-freeze.ts';

export type ScheduleOf = {
  /** Positions without metrics, and the rate there. */
  readonly expected?: readonly (SchedulePosition & { readonly rate: number })[];
};
export type ScheduleCase = CaseSubject<'schedule', ScheduleOf>;

const stages = [
  { stepsPerEpoch: 1, epochs: 1 },
  { stepsPerEpoch: 4, epochs: 1 },
  { stepsPerEpoch: 1, epochs: 5 },
  { stepsPerEpoch: 7, epochs: 3 },
];
/** Losses that fall, stall and rise. */
const metricsOf = (epoch: number): Named<number> => {
  const loss = [1, 0.5, 0.5, 0.5, 0.7][epoch % 5] as number;
  return { 'train/loss': loss, 'val/loss': loss };
};

/** Rates of a whole stage, memory through JSON between epochs as a resumed run has it, or handed on. */
function play(
  schedule: Schedule,
  { stepsPerEpoch, epochs }: (typeof stages)[number],
  between: (memory: unknown) => unknown = (memory) => memory,
): number[] {
  const rates: number[] = [];
  let memory: unknown = null;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = 0; i < stepsPerEpoch; i++) {
      const step = epoch * stepsPerEpoch + i;
      rates.push(schedule.at({ step, stepsPerEpoch, epochs }, memory));
    }
    memory = between(schedule.observe(metricsOf(epoch), memory));
  }
  rates.push(schedule.at({ step: stepsPerEpoch * epochs, stepsPerEpoch, epochs }, memory));
  return rates;
}

export const scheduleRates = defineCheck<ScheduleCase>({
  name: 'schedule-rates',
  states:
    'At every step of short and long stages, and at their end, the rate is finite and not negative.',
  async run({ make }) {
    for (const stage of stages) {
      const rates: readonly unknown[] = play(await make(), stage);
      const at = rates.findIndex(
        (rate) => !(typeof rate === 'number' && rate >= 0 && rate < Infinity),
      );
      ensure(
        at < 0,
        `the rate at step ${at} of ${stage.epochs} epochs of ${stage.stepsPerEpoch} steps is ${String(rates[at])}`,
        'guard divisions by lengths that may be 0',
      );
    }
  },
});

export const scheduleMemory = defineCheck<ScheduleCase>({
  name: 'schedule-memory',
  states:
    'What it remembers is JSON in `memory` and nowhere else: a second stage, a resumed one and two at a time get the same rates.',
  async run({ make }) {
    for (const stage of stages) {
      const alone = play(await make(), stage);
      const used = await make();
      play(used, { stepsPerEpoch: 3, epochs: 4 });
      const json = (memory: unknown): unknown =>
        memory === undefined ? undefined : deepFreeze(JSON.parse(JSON.stringify(memory)));
      for (const [what, rates] of [
        ['after another stage', play(used, stage)],
        ['with a fresh one and its memory from JSON', play(await make(), stage, json)],
      ] as const) {
        const at = rates.findIndex((rate, i) => rate !== alone[i]);
        ensure(
          at < 0,
          `${what} the rate at step ${at} is ${rates[at]}, not ${alone[at]}`,
          'keep everything in `memory`, as JSON, and change no memory in place',
        );
      }
    }
  },
});

export const scheduleExpected = defineCheck<ScheduleCase>({
  name: 'schedule-expected',
  states: 'The rates are those that the author names.',
  unfit: ({ of }) => (of.expected === undefined ? 'no `expected` is given' : undefined),
  async run({ make, of }) {
    const schedule = await make();
    for (const { rate, ...position } of of.expected ?? []) {
      const found = schedule.at(position, null);
      ensure(
        Math.abs(found - rate) <= 1e-9 * Math.max(1, Math.abs(rate)),
        `the rate at step ${position.step} of ${position.epochs} epochs of ${position.stepsPerEpoch} is ${found}, expected is ${rate}`,
        'correct the one that is wrong',
      );
    }
  },
});
