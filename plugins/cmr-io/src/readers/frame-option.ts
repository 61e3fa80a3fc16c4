/** @file The options of both readers that choose a frame. */
import { Type } from 'typebox';
import type { CineVolume } from '../cine-volume.ts';
import { selectPhases } from '../phases.ts';

export const phaseOption = Type.Enum(['ed', 'es', 'all'], {
  default: 'ed',
  description:
    'Which frame: ed is frame 0, es the middle one as in the published code, all gives an axis `frame` more.',
});
export const frameOption = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 4095,
    description: 'Number of the frame in the heart cycle, from 0; takes the place of `phase`.',
  }),
);

export function frameOfOptions(
  cine: CineVolume,
  { phase, frame }: { readonly phase: string; readonly frame?: number },
  where: string,
): number | 'all' {
  if (frame !== undefined) return frame;
  if (phase === 'all') return 'all';
  // A file of one frame has it already.
  if (cine.frames === 1) return cine.frameNumbers[0] as number;
  const { ed, es } = selectPhases(cine, { by: 'reference' }, where);
  return phase === 'ed' ? ed : es;
}
