/**
 * @file A short-axis volume of one phase. Every boundary is a radius about the long axis, so a pixel's tissue shares follow from its distance to
 * them (partial volume in the plane); several positions through each slice are averaged (partial volume through it).
 */
import type { HostRandom } from '@dualbeat/core';
import { ANATOMY } from '../constants/anatomy.ts';
import { IMAGE } from '../constants/image.ts';
import type { HeartShape } from '../latents/geometry.ts';
import { rightCavity } from '../latents/geometry.ts';
import { addRician } from './add-rician.ts';
import type { Background } from './background.ts';
import { crossSection, newSection } from './cross-section.ts';
import type { Section } from './cross-section.ts';
import type { Pose } from './pose.ts';

export type CmrOptions = {
  readonly slices: number;
  readonly height: number;
  readonly width: number;
  readonly pixelMm: number;
  readonly sliceMm: number;
  readonly gapMm: number;
  /** Standard deviation of the noise, relative to blood. */
  readonly noise: number;
  /** Fall of the coil's sensitivity over the image, relative. */
  readonly bias: number;
};
/** What is in the image besides the heart's shape. */
export type Scene = {
  readonly pose: Pose;
  readonly background: Background;
  /** Left and right atrium in mL at this phase. */
  readonly atria: readonly [number, number];
  readonly blood: number;
  readonly gain: number;
  /** Direction of the coil in rad. */
  readonly coil: number;
};

const { angles } = ANATOMY;
const WALL = ANATOMY.rightVentricle.wallMm;

/**
 * Writes [slices, height, width] into `out` at `offset`; slice 0 is the most basal one. Without noise, bias and gain the values are tissue
 * shares times `IMAGE`'s intensities.
 */
export function renderVolume(
  shape: HeartShape,
  scene: Scene,
  options: CmrOptions,
  random: HostRandom,
  out: Float32Array,
  offset: number,
): void {
  const { slices, height, width, sliceMm, gapMm } = options;
  const rv = rightCavity(shape);
  const sections = Array.from({ length: IMAGE.through }, newSection);
  for (let slice = 0; slice < slices; slice++) {
    const middle = scene.pose.stack + (slice - (slices - 1) / 2) * (sliceMm + gapMm) - shape.base;
    sections.forEach((section, k) => {
      const z = middle + sliceMm * ((k + 0.5) / IMAGE.through - 0.5);
      crossSection(shape, rv, z, scene.atria, section);
    });
    const at = offset + slice * height * width;
    drawSlice(sections, middle + shape.base, scene, options, out, at);
    addRician(out, at, height * width, options.noise * scene.gain, random);
  }
}

/** Share of a pixel within a boundary `distance` pixels away (positive: inside). */
const inside = (distance: number) => (distance <= -0.5 ? 0 : distance >= 0.5 ? 1 : distance + 0.5);

function drawSlice(
  sections: readonly Section[],
  fromBase: number,
  scene: Scene,
  options: CmrOptions,
  out: Float32Array,
  offset: number,
): void {
  const { height, width, pixelMm, bias } = options;
  const { pose, background, gain, coil } = scene;
  const centreX = pose.x + pose.tiltX * (fromBase - pose.stack);
  const centreY = pose.y + pose.tiltY * (fromBase - pose.stack);
  let reach = 0;
  for (const section of sections) reach = Math.max(reach, section.reach);
  const limit = (reach + WALL + pixelMm) ** 2;
  const perBin = angles / (2 * Math.PI);
  const [gx, gy] = [
    (2 * bias * Math.cos(coil)) / (width * pixelMm),
    (2 * bias * Math.sin(coil)) / (height * pixelMm),
  ];
  for (let row = 0, at = offset; row < height; row++) {
    const y = ((height - 1) / 2 - row) * pixelMm;
    for (let column = 0; column < width; column++, at++) {
      const x = (column - (width - 1) / 2) * pixelMm;
      const [dx, dy] = [x - centreX, y - centreY];
      const square = dx * dx + dy * dy;
      let value = background.at(row, column, fromBase);
      if (square < limit) {
        const distance = Math.sqrt(square);
        // Bin centres are half a bin off, hence the half.
        let bin = (Math.atan2(dy, dx) - pose.rotation) * perBin - 0.5;
        bin -= angles * Math.floor(bin / angles);
        const low = Math.floor(bin);
        const share = bin - low;
        const high = low + 1 === angles ? 0 : low + 1;
        let sum = 0;
        for (let k = 0; k < sections.length; k++) {
          const section = sections[k] as Section;
          sum += tissue(section, distance, low, high, share, pixelMm, value, scene.blood);
        }
        value = sum / sections.length;
      }
      out[at] = gain * value * (1 + gx * x + gy * y);
    }
  }
}

/** Between two angles. A function of its own, not a closure: it is called per pixel. */
const between = (of: Float64Array, low: number, high: number, share: number) =>
  (1 - share) * (of[low] as number) + share * (of[high] as number);

function tissue(
  section: Section,
  distance: number,
  low: number,
  high: number,
  share: number,
  pixelMm: number,
  outside: number,
  blood: number,
): number {
  const endo = between(section.endo, low, high, share);
  const epi = between(section.epi, low, high, share);
  const rv = between(section.rv, low, high, share);
  const wall = rv + Math.min(section.wall, rv - epi);
  const inEndo = inside((endo - distance) / pixelMm);
  const inEpi = inside((epi - distance) / pixelMm);
  const inRv = inside((rv - distance) / pixelMm);
  const inWall = inside((wall - distance) / pixelMm);
  return (
    blood * (inEndo + inRv - inEpi) +
    IMAGE.myocardium * (inEpi - inEndo + inWall - inRv) +
    outside * (1 - inWall)
  );
}
