/** @file Which frames are end-diastole (ED) and end-systole (ES). */
import type { CineVolume, Volume } from './cine-volume.ts';
import { frameOf } from './cine-volume.ts';
import * as errors from './errors.ts';
import { volumeOf } from './phenotypes/label-volume.ts';

/** Numbers in the heart cycle, from 0. */
export type Phases = { readonly ed: number; readonly es: number };
export type PhaseRule =
  | ({ readonly by: 'declared' } & Phases)
  | { readonly by: 'volume'; readonly labels: CineVolume; readonly cavity?: number }
  | { readonly by: 'reference' };

/**
 * `declared`: as told. `volume`: the frames of the largest and smallest left ventricle of a segmentation (the first of equals), among
 * those that have one. `reference`: frame 0 and frame T/2, which the published code takes (paper.md 1.3; its ES is off by several
 * frames, defect D19). Errors: E_CMR_LABELS, E_CMR_FRAME.
 */
export function selectPhases(cine: CineVolume, rule: PhaseRule, where: string): Phases {
  const phases = phasesOf(cine, rule, where);
  for (const frame of [phases.ed, phases.es]) placeOf(cine, frame, where);
  return phases;
}

function phasesOf(cine: CineVolume, rule: PhaseRule, where: string): Phases {
  if (rule.by === 'declared') return { ed: rule.ed, es: rule.es };
  if (rule.by === 'reference') return { ed: 0, es: Math.floor(cine.cycle / 2) };
  const { labels, cavity = 3 } = rule;
  const shape = (of: CineVolume) => `${of.frames} x ${of.slices} x ${of.rows} x ${of.columns}`;
  if (shape(labels) !== shape(cine)) throw errors.labelsDiffer(where, shape(labels), shape(cine));
  const volumes = Array.from({ length: labels.frames }, (_, frame) =>
    volumeOf(frameOf(labels, frame), cavity),
  );
  const there = volumes.filter((volume) => volume > 0);
  if (there.length === 0) throw errors.noCavity(where, cavity);
  const number = (volume: number) => cine.frameNumbers[volumes.indexOf(volume)] as number;
  return { ed: number(Math.max(...there)), es: number(Math.min(...there)) };
}

/** The frame of this number in the cycle. Error: E_CMR_FRAME. */
export function phaseOf(cine: CineVolume, frame: number, where: string): Volume {
  return frameOf(cine, placeOf(cine, frame, where));
}

function placeOf(cine: CineVolume, frame: number, where: string): number {
  const place = cine.frameNumbers.indexOf(frame);
  if (place < 0) throw errors.frameMissing(where, frame, cine.frameNumbers);
  return place;
}
