/** @file The control without ES information: systole as it is expected from what end diastole shows. */
import { EXPECTED_SYSTOLE } from '../constants/expected-systole.ts';
import { geometryOf } from '../latents/geometry.ts';
import type { Geometry } from '../latents/geometry.ts';
import type { Latents } from '../latents/latents.ts';
import { meanMotion } from '../latents/segments.ts';

/**
 * Latents whose end-diastolic heart is that of `l` and whose systole is a function of diastolic volumes and wall thickness alone:
 * regressions over the population in place of ejection fraction and right stroke volume, means in place of the rest.
 */
export function systoleFromDiastole(l: Latents): { latents: Latents; geometry: Geometry } {
  const { lvef, rvef, shortening, laEf, raEf } = EXPECTED_SYSTOLE;
  const linear = (of: { constant: number; lvedv: number; rvedv: number; wall: number }) =>
    of.constant + of.lvedv * l.lvedv + of.rvedv * l.rvedv + of.wall * l.wall;
  const least = (volume: number, ef: number, mean: number) =>
    (volume * (1 - ef / 100)) / (1 - mean / 100);
  const latents = {
    ...l,
    lvef: linear(lvef),
    rvsv: (l.rvedv * linear(rvef)) / 100,
    shortening,
    // The atria's smallest volumes show at end diastole; their largest ones are those of a mean emptying.
    laMax: least(l.laMax, l.laEf, laEf),
    laEf,
    raMax: least(l.raMax, l.raEf, raEf),
    raEf,
  };
  // All walls move alike; how thick they get follows from their volume at end diastole.
  return { latents, geometry: geometryOf(latents, meanMotion()) };
}
