/** @file Checks of callbacks: memory, metrics and nothing else. */
import { hostRandom } from '@dualbeat/core';
import type { Callback, CallbackEvent, CallbackResult } from '@dualbeat/core';
import { defineCheck, ensure } from '../check.ts';
import type { CaseSubject } from '../check.ts';
import { deepFreeze } from '../deep-freeze.ts';
import { untouched } from './no-side-effects.ts';

export type CallbackOf = {
  /** The events of a stage, in order; `features` can be asked for again and again. */
  readonly events: () => readonly CallbackEvent[];
};
export type CallbackCase = CaseSubject<'callback', CallbackOf>;

/** Plays all events; `between` is what happens to memory from one to the next. */
async function play(
  { of }: CallbackCase,
  callback: () => Promise<Callback>,
  between: (memory: unknown) => unknown = (memory) => memory,
  seed = 1,
): Promise<CallbackResult[]> {
  const results: CallbackResult[] = [];
  let memory: unknown = null;
  for (const [i, event] of of.events().entries()) {
    const frozen = { ...event, metrics: deepFreeze({ ...event.metrics }) };
    const random = hostRandom(seed, `kit/callback/${i}`);
    const result = await (await callback()).on(frozen, memory, random);
    if (result.memory !== undefined) memory = between(result.memory);
    results.push(result);
  }
  return results;
}
const text = (results: readonly CallbackResult[]) => JSON.stringify(results);

export const callbackResults = defineCheck<CallbackCase>({
  name: 'callback-results',
  states:
    "Every event is answered with JSON memory, finite metrics named '<split>/<name>' and, to stop, a reason.",
  async run(subject) {
    const callback = await subject.make();
    for (const { memory, metrics, stop } of await play(subject, async () => callback)) {
      ensure(
        memory === undefined ||
          JSON.stringify(JSON.parse(JSON.stringify(memory))) === JSON.stringify(memory),
        'its memory is no JSON',
        'remember plain lists and numbers',
      );
      ensure(
        memory === undefined || sameThroughJson(memory),
        'its memory changes through JSON (typed arrays, NaN, undefined)',
        'remember plain lists and numbers',
      );
      for (const [name, value] of Object.entries(metrics ?? {})) {
        ensure(
          /^(train|val|test|all)\/[^\s/]+$/.test(name) && Number.isFinite(value),
          `it gives the metric ${JSON.stringify(name)} = ${value}`,
          "name metrics '<split>/<name>' and leave out what is undefined",
        );
      }
      ensure(
        stop === undefined || (typeof stop === 'string' && stop.trim() !== ''),
        `it stops because ${JSON.stringify(stop)}`,
        'give the reason as a sentence',
      );
    }
  },
});

function sameThroughJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(sameThroughJson);
  return (
    typeof value === 'object' &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.values(value).every(sameThroughJson)
  );
}

export const callbackMemory = defineCheck<CallbackCase>({
  name: 'callback-memory',
  states:
    'All it holds is its memory: a fresh one at each event, with memory from JSON, answers the same.',
  async run(subject) {
    const one = await subject.make();
    const whole = text(await play(subject, async () => one));
    const again = text(await play(subject, async () => one));
    ensure(
      again === whole,
      'a second stage gets other answers than the first',
      'keep what is remembered in `memory`',
    );
    const resumed = text(
      await play(
        subject,
        () => subject.make(),
        (memory) => deepFreeze(JSON.parse(JSON.stringify(memory))),
      ),
    );
    ensure(
      resumed === whole,
      'a fresh one with its memory from JSON gives other answers',
      'keep what is remembered in `memory`, and change no memory in place',
    );
  },
});

export const callbackTouchesNothing = defineCheck<CallbackCase>({
  name: 'callback-touches-nothing',
  states: '`on` uses no Math.random and no clock, writes nothing and opens no connection.',
  async run(subject) {
    const callback = await subject.make();
    await untouched('`on`', () => play(subject, async () => callback));
  },
});
