/** @file Check: the gradient is the slope of the value, along random directions at random points. */
import { hostRandom, normalFrom } from '@dualbeat/core';
import type { HostArray, Named } from '@dualbeat/core';
import { rows } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import type { Bench } from '../harness/bench.ts';
import { filledInputs, variablesOf } from '../harness/harness.ts';
import type { HostVars } from '../harness/harness.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';

const points = process.env['DUALBEAT_TEST_FULL'] === '1' ? 5 : 2;
/** A kink or rounding spoils some steps; a wrong gradient spoils all. */
const steps = [0.03, 0.01, 0.1];

export const finiteDifferences = defineCheck<ModuleSubject>({
  name: 'finite-differences',
  states: 'Gradients equal the slopes of the value along random directions at random points.',
  unfit: ({ kind, of }) =>
    kind === 'loss' || of.finiteDifferences === true
      ? undefined
      : 'asked for with `finiteDifferences: true`',
  async run(subject) {
    const bench = await benchOf(subject);
    for (let point = 0; point < points; point++) {
      const vars = variablesOf(bench.harness, 10 + point);
      const inputs = filledInputs(bench.harness, rows, 'random', 10 + point);
      const gradients = bench.gradients(vars, inputs, { mode: 'train' });
      for (const [of, all] of [
        ['params', gradients.params],
        ['inputs', gradients.inputs],
      ] as const) {
        for (const [name, gradient] of Object.entries(all)) {
          const random = hostRandom(point, `kit/direction/${of}/${name}`);
          const direction = directionOf(gradient.data, random);
          const told = dot(gradient.data, direction);
          const slopes = steps.map((h) =>
            slope((x) => valueAt(bench, vars, inputs, { of, name, direction, x }), h),
          );
          const allowed = (found: number) =>
            0.02 * Math.max(Math.abs(told), Math.abs(found)) +
            1e-4 * (0.01 + Math.abs(gradients.value));
          ensure(
            slopes.some((found) => Math.abs(found - told) <= allowed(found)),
            `along a random direction of ${of} "${name}" the gradient says ${told.toPrecision(4)} and differences give ${slopes.map((s) => s.toPrecision(4)).join(', ')}`,
            'correct the custom gradient, or exclude the check where a gradient is stopped on purpose',
          );
        }
      }
    }
  },
});

/** A unit vector, half random and half along the gradient, so that the slope is not lost in rounding. */
function directionOf(gradient: ArrayLike<number>, random: () => number): Float64Array {
  const unit = (v: Float64Array) => {
    const length = Math.sqrt(dot(v, v));
    return length > 0 ? v.map((x) => x / length) : v;
  };
  const along = unit(Float64Array.from(gradient));
  const drawn = unit(Float64Array.from(along, () => normalFrom(random)));
  return unit(along.map((x, i) => x + (drawn[i] as number)));
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
};

/** Central difference of fourth order. */
const slope = (f: (x: number) => number, h: number): number =>
  (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);

function valueAt(
  bench: Bench,
  vars: HostVars,
  inputs: Named<HostArray>,
  at: { of: 'params' | 'inputs'; name: string; direction: Float64Array; x: number },
): number {
  const moved = (named: Named<HostArray>): Named<HostArray> => {
    const { shape, data } = named[at.name] as HostArray;
    const next = Float32Array.from(data, (value, i) => value + at.x * (at.direction[i] as number));
    return { ...named, [at.name]: { shape, data: next } };
  };
  return at.of === 'params'
    ? bench.value({ ...vars, params: moved(vars.params) }, inputs, { mode: 'train' })
    : bench.value(vars, moved(inputs), { mode: 'train' });
}
