/** @file Checks of search strategies: points of the space, from the arguments alone. */
import { hostRandom } from '@dualbeat/core';
import type { Named, Search, SearchAxis, SearchTrial } from '@dualbeat/core';
import { defineCheck, ensure } from '../check.ts';
import type { CaseSubject } from '../check.ts';
import { deepFreeze } from '../deep-freeze.ts';

export type SearchOf = {
  /** Spaces beside those of the kit; `null` where only finite spaces are searched. */
  readonly continuous?: boolean;
  /** It may give a point of `done` again: repeated measurements. */
  readonly repeats?: boolean;
};
export type SearchCase = CaseSubject<'search', SearchOf>;

const finite: readonly SearchAxis[] = deepFreeze([
  { path: 'a.b', values: [1, 2, 3] },
  { path: 'c', values: ['x', 'y', null, { use: 'z' }] },
]);
const mixed: readonly SearchAxis[] = deepFreeze([
  { path: 'rate', min: 1e-5, max: 1e-1, scale: 'log', integer: false },
  { path: 'depth', min: 1, max: 4, scale: 'linear', integer: true },
  { path: 'drop', min: 0, max: 0.5, scale: 'linear', integer: false },
  { path: 'kind', values: ['x', 'y'] },
]);
const spacesOf = ({ of }: SearchCase) => (of.continuous === false ? [finite] : [finite, mixed]);

/** A smooth value with failures among them. */
const valueOf = (point: Named<unknown>, i: number): number | null =>
  i % 4 === 3 ? null : JSON.stringify(point).length / 10;

type Play = { readonly points: readonly Named<unknown>[]; readonly asked: readonly number[] };

function play(search: () => Search, axes: readonly SearchAxis[], rounds: number, seed = 1): Play {
  const done: SearchTrial[] = [];
  const asked: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const random = hostRandom(seed, `kit/search/${round}`);
    const given = deepFreeze(structuredClone(done));
    const next = search().next({ axes, done: given, mode: 'min', count: 3 }, random);
    asked.push(next.length);
    for (const point of next) done.push({ point, value: valueOf(point, done.length) });
    if (next.length === 0) break;
  }
  return { points: done.map(({ point }) => point), asked };
}

export const searchPoints = defineCheck<SearchCase>({
  name: 'search-points',
  states:
    'Points have every path and no other, lie in the space, and are no more than asked for, also after failed trials.',
  async run(subject) {
    const search = await subject.make();
    for (const axes of spacesOf(subject)) {
      const { points, asked } = play(() => search, axes, 6);
      ensure(
        asked.every((count) => count <= 3),
        `asked for 3 points it gives ${asked.join(', ')}`,
        'give at most `count`',
      );
      ensure(points.length > 0, 'it gives no point of a fresh space', 'give some');
      for (const point of points) {
        const paths = axes.map(({ path }) => path);
        ensure(
          Object.keys(point).sort().join() === [...paths].sort().join(),
          `a point has the paths ${Object.keys(point).join(', ')}, the space has ${paths.join(', ')}`,
          'give a value for each axis',
        );
        for (const axis of axes) {
          const value = point[axis.path];
          const inside =
            'values' in axis
              ? axis.values.some((one) => JSON.stringify(one) === JSON.stringify(value))
              : typeof value === 'number' &&
                value >= axis.min &&
                value <= axis.max &&
                (!axis.integer || Number.isInteger(value));
          ensure(
            inside,
            `${axis.path} = ${JSON.stringify(value)} is outside its axis`,
            'stay within the bounds, round integers, and take values as they are',
          );
        }
      }
    }
  },
});

export const searchUsedUp = defineCheck<SearchCase>({
  name: 'search-used-up',
  states: 'No point of a finite space is given twice; where all are done it gives none.',
  unfit: ({ of }) => (of.repeats === true ? 'it repeats points on purpose' : undefined),
  async run(subject) {
    const search = await subject.make();
    const { points, asked } = play(() => search, finite, 10);
    const paths = finite.map(({ path }) => path);
    const keys = points.map((point) => JSON.stringify(paths.map((path) => point[path])));
    ensure(
      new Set(keys).size === keys.length,
      `${keys.length - new Set(keys).size} of ${keys.length} points are there twice`,
      'leave out what is in `done`',
    );
    ensure(
      points.length === 12 && asked.at(-1) === 0,
      `of 12 points it gives ${points.length}, the last time ${asked.at(-1)}`,
      'go on until the space is used up, then give []',
    );
  },
});

export const searchPure = defineCheck<SearchCase>({
  name: 'search-pure',
  states:
    'The next points follow from the arguments alone: a fresh one at each call gives the same, and no argument is changed.',
  async run(subject) {
    for (const axes of spacesOf(subject)) {
      const one = await subject.make();
      const first = play(() => one, axes, 4);
      const many = await Promise.all(Array.from({ length: 4 }, () => subject.make()));
      const others = [...many];
      const fresh = play(() => others.shift() as Search, axes, 4);
      for (const [what, found] of [
        ['a second search with the same one', play(() => one, axes, 4)],
        ['a fresh one at each call', fresh],
      ] as const) {
        ensure(
          JSON.stringify(found.points) === JSON.stringify(first.points),
          `${what} gives other points`,
          'hold nothing between calls, and draw from `random` alone',
        );
      }
    }
  },
});
