/** @file The ED or ES volume of a subject's visit. */
import { hostRandom, normalFrom } from '@dualbeat/core';
import { IMAGE } from '../constants/image.ts';
import type { Person } from '../latents/subject.ts';
import { makeBackground } from './background.ts';
import { drawPose } from './pose.ts';
import type { CmrOptions } from './render-volume.ts';
import { renderVolume } from './render-volume.ts';
import { systoleFromDiastole } from './systole-from-diastole.ts';

export type Phase = 'ed' | 'es';

/**
 * Writes [slices, height, width, 1] of subject and visit into `out` at `offset`. Position and surroundings are shared by both phases,
 * noise is not. With `esInformation` false the ES volume shows what is expected of the heart that ED shows. A pure function
 * of its arguments.
 */
export function generateVolume(
  person: Person,
  phase: Phase,
  at: { readonly seed: number; readonly subject: number; readonly visit: number },
  options: CmrOptions & { readonly esInformation: boolean },
  out: Float32Array,
  offset: number,
): void {
  const { seed, subject, visit } = at;
  const place = hostRandom(seed, 'cohort-synthetic/place', subject, visit);
  const expected = phase === 'es' && !options.esInformation;
  const { latents, geometry } = expected ? systoleFromDiastole(person.latents) : person;
  // Drawn in one order for both phases: they lie alike.
  const pose = drawPose(person.latents, place);
  const blood = IMAGE.blood * Math.exp(IMAGE.bloodStd * normalFrom(place));
  const gain = Math.exp(IMAGE.gainStd * normalFrom(place));
  const coil = 2 * Math.PI * place();
  const background = makeBackground(person.latents, options, place);
  const left = phase === 'es' ? latents.laMax : latents.laMax * (1 - latents.laEf / 100);
  const right = phase === 'es' ? latents.raMax : latents.raMax * (1 - latents.raEf / 100);
  const scene = { pose, background, atria: [left, right] as const, blood, gain, coil };
  const noise = hostRandom(seed, `cohort-synthetic/noise-${phase}`, subject, visit);
  renderVolume(geometry[phase], scene, options, noise, out, offset);
}
