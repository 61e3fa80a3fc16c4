/** @file The heart cut at one height: radii of its boundaries by angle. */
import { ANATOMY } from '../constants/anatomy.ts';
import type { HeartShape } from '../latents/geometry.ts';

const { rings, angles } = ANATOMY;
const WALL = ANATOMY.rightVentricle.wallMm;

/** Radii in mm about the long axis; endo <= epi <= rv. `wall`: thickness of the right ventricle's wall. `reach`: largest radius. */
export type Section = {
  readonly endo: Float64Array;
  readonly epi: Float64Array;
  readonly rv: Float64Array;
  wall: number;
  reach: number;
};
export const newSection = (): Section => ({
  endo: new Float64Array(angles),
  epi: new Float64Array(angles),
  rv: new Float64Array(angles),
  wall: 0,
  reach: 0,
});

/** Distance from the origin to a circle's far side in direction `angle`; 0 if the ray misses it. */
function farSide(angle: number, x: number, y: number, radius: number): number {
  const along = x * Math.cos(angle) + y * Math.sin(angle);
  const across = x * Math.sin(angle) - y * Math.cos(angle);
  const half = radius * radius - across * across;
  return half <= 0 ? 0 : Math.max(0, along + Math.sqrt(half));
}

/** Radius of a ball of `mL` that lies `above` its lower side. */
function ballAt(mL: number, above: number, up: number): number {
  const radius = Math.cbrt((mL * 1000 * 3) / (4 * Math.PI));
  const off = above - up * radius;
  return Math.sqrt(Math.max(0, radius * radius - off * off));
}

/**
 * Fills `section` at `z` mm below the base of `shape` (negative: above it, the atria). Beyond the cavity the apex' cap; beyond
 * that nothing.
 */
export function crossSection(
  shape: HeartShape,
  rv: Float64Array,
  z: number,
  atria: readonly [number, number],
  section: Section,
): void {
  section.wall = 0;
  section.reach = 0;
  if (z < 0) {
    fillAtria(-z, atria, section);
    return;
  }
  if (z >= shape.length + shape.cap) {
    fill(section, 0, 0);
    return;
  }
  if (z >= shape.length) {
    const over = (z - shape.length) / shape.cap;
    const last = (rings - 1) * angles;
    const apical = (shape.epi[last] as number) - (shape.endo[last] as number);
    fill(section, 0, apical * Math.sqrt(1 - over * over));
    return;
  }
  const u = z / shape.length;
  // The grid holds ring middles; the cavity is an ellipsoid between them, so radii are scaled to the height.
  const ring = u * rings - 0.5;
  const low = Math.min(rings - 1, Math.max(0, Math.floor(ring)));
  const high = Math.min(rings - 1, low + 1);
  const share = Math.min(1, Math.max(0, ring - low));
  const here = Math.sqrt(1 - u * u);
  const height = (k: number) => Math.sqrt(1 - ((k + 0.5) / rings) ** 2);
  const [toLow, toHigh] = [here / height(low), here / height(high)];
  section.wall = WALL;
  for (let j = 0; j < angles; j++) {
    const [a, b] = [low * angles + j, high * angles + j];
    const [endoA, endoB] = [shape.endo[a] as number, shape.endo[b] as number];
    const [wallA, wallB] = [(shape.epi[a] as number) - endoA, (shape.epi[b] as number) - endoB];
    const endo = (1 - share) * endoA * toLow + share * endoB * toHigh;
    const epi = endo + (1 - share) * wallA + share * wallB;
    const heightA = (rv[a] as number) - (shape.epi[a] as number);
    const heightB = (rv[b] as number) - (shape.epi[b] as number);
    const outer = epi + (1 - share) * heightA + share * heightB;
    section.endo[j] = endo;
    section.epi[j] = epi;
    section.rv[j] = outer;
    if (outer > section.reach) section.reach = outer;
  }
}

function fill(section: Section, endo: number, epi: number): void {
  section.endo.fill(endo);
  section.epi.fill(epi);
  section.rv.fill(epi);
  section.reach = epi;
}

/** Both atria as balls above the base: blood, seen from the left ventricle's axis. */
function fillAtria(
  above: number,
  [left, right]: readonly [number, number],
  section: Section,
): void {
  const { left: at, right: to, up } = ANATOMY.atria;
  const leftRadius = ballAt(left, above, up);
  const rightRadius = ballAt(right, above, up);
  for (let j = 0; j < angles; j++) {
    const angle = ((j + 0.5) * 2 * Math.PI) / angles;
    const inner = farSide(angle, at[0], at[1], leftRadius);
    section.endo[j] = inner;
    section.epi[j] = inner;
    section.rv[j] = Math.max(inner, farSide(angle, to[0], to[1], rightRadius));
    section.reach = Math.max(section.reach, section.rv[j] as number);
  }
}
