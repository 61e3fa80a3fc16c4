/** @file Wall thickness and motion of the 16 segments from scores and scar. */
import { ANATOMY } from '../constants/anatomy.ts';
import type { Latents } from './latents.ts';

/** Shares of each segment in the septum, the lateral wall; level -1 base, 0 middle, 1 apex. */
const SEPTUM = [0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0];
const LATERAL = [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1];
const level = (segment: number) => (segment < 6 ? -1 : segment < 12 ? 0 : 1);
/** A thick septum is thickest at the base. */
const basal = (segment: number) => (segment < 6 ? 1 : segment < 12 ? 0.6 : 0.2);

const scarShare = (l: Latents, segment: number) =>
  l.scarRegion === undefined
    ? 0
    : l.scarSize * (ANATOMY.scarSegments[l.scarRegion][segment] as number);

/** Relative thickness at end diastole, about 1. */
export function relativeWall(l: Latents): number[] {
  const { wallModes: m, scar, wallPattern } = ANATOMY;
  const s = l.scores;
  return wallPattern.map((pattern, k) => {
    const modes =
      m.septum * s.septum * (SEPTUM[k] as number) * basal(k) +
      m.apex * s.apex * Math.max(0, level(k)) +
      m.lateral * s.lateral * (LATERAL[k] as number) +
      m.own * (s.segmentWall[k] as number);
    return pattern * Math.exp(modes) * (1 - scar.wall * scarShare(l, k));
  });
}

/** Inward motion over the mean of the ventricle, about 0: 0.1 is a tenth more. */
export function relativeMotion(l: Latents): number[] {
  const { motionModes: m, apexMotion, scar } = ANATOMY;
  const s = l.scores;
  return wallIndex.map(
    (k) =>
      m.septumLateral * s.septumLateral * ((LATERAL[k] as number) - (SEPTUM[k] as number)) +
      (apexMotion + m.apexBase * s.apexBase) * level(k) +
      m.own * (s.segmentMotion[k] as number) -
      scar.motion * scarShare(l, k),
  );
}
/** That of a healthy heart. */
export const meanMotion = (): number[] => wallIndex.map((k) => ANATOMY.apexMotion * level(k));

const wallIndex = Array.from({ length: 16 }, (_, k) => k);
