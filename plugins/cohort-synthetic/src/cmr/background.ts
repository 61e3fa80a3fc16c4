/** @file What lies around the heart: lungs, liver, chest wall, and some structure in them. */
import type { HostRandom } from '@dualbeat/core';
import { normalFrom } from '@dualbeat/core';
import { IMAGE } from '../constants/image.ts';
import type { Latents } from '../latents/latents.ts';

/** Value at a pixel; `fromBase` in mm: the liver comes nearer towards the apex. */
export type Background = {
  at(row: number, column: number, fromBase: number): number;
};

const RADIANS = Math.PI / 180;
const soft = (distance: number) => Math.min(1, Math.max(0, distance / IMAGE.edge + 0.5));

/** Made once per volume; a pixel then costs one addition or two. */
export function makeBackground(
  l: Latents,
  grid: { readonly height: number; readonly width: number; readonly pixelMm: number },
  random: HostRandom,
): Background {
  const { height, width, pixelMm } = grid;
  const turn = IMAGE.hangingTurn * l.hanging;
  const towards = (degrees: number) => {
    const angle = RADIANS * (degrees + turn + 3 * normalFrom(random));
    return [Math.cos(angle), Math.sin(angle)] as const;
  };
  const [liver, wall] = [towards(IMAGE.liverAngle), towards(IMAGE.chestWallAngle)];
  const liverAt = IMAGE.liverAt + IMAGE.spread * normalFrom(random);
  const wallAt = IMAGE.chestWallAt + IMAGE.spread * normalFrom(random);
  const waves = Array.from({ length: 3 }, () => ({
    x: 0.15 * normalFrom(random),
    y: 0.15 * normalFrom(random),
    phase: 2 * Math.PI * random(),
  }));
  const texture = new Float32Array(height * width);
  const fromLiver = new Float32Array(height * width);
  const fromWall = new Float32Array(height * width);
  for (let row = 0, at = 0; row < height; row++) {
    const y = ((height - 1) / 2 - row) * pixelMm;
    for (let column = 0; column < width; column++, at++) {
      const x = (column - (width - 1) / 2) * pixelMm;
      let sum = 0;
      for (const wave of waves) sum += Math.sin(wave.x * x + wave.y * y + wave.phase);
      texture[at] = 1 + IMAGE.texture * sum;
      fromLiver[at] = liver[0] * x + liver[1] * y - liverAt;
      fromWall[at] = soft(wall[0] * x + wall[1] * y - wallAt);
    }
  }
  return {
    at(row, column, fromBase) {
      const at = row * width + column;
      const inLiver = soft((fromLiver[at] as number) + 0.15 * (fromBase - 44));
      const inside = IMAGE.lung + (IMAGE.liver - IMAGE.lung) * inLiver;
      const value = inside + (IMAGE.chestWall - inside) * (fromWall[at] as number);
      return value * (texture[at] as number);
    },
  };
}
