/**
 * @file The ventricles as surfaces: radii about the long axis on a grid of rings (base to apex) and angles, at end diastole and end
 * systole. Volumes are exact in the midpoint sum over the grid. The myocardium keeps its volume cell by cell, so thickening follows from
 * cavity and length: what a wall that moves less does not do, its thickness shows.
 */
import { ANATOMY } from '../constants/anatomy.ts';
import type { Latents } from './latents.ts';
import { angleAt, CELLS, onGrid, ringAt, segmentTable } from './segment-grid.ts';
import { relativeMotion, relativeWall } from './segments.ts';

const { rings, angles } = ANATOMY;
const STEP = (2 * Math.PI) / angles;

/** One phase. Radii in mm, [rings, angles]; `base`: how far the base has come down from its place at end diastole. */
export type HeartShape = {
  readonly base: number;
  readonly length: number;
  /** Height of the apex beyond the cavity. */
  readonly cap: number;
  readonly endo: Float64Array;
  readonly epi: Float64Array;
  /** Volume of the right cavity in mL; `rightCavity` gives its surface. */
  readonly rightMl: number;
};
export type Geometry = {
  readonly ed: HeartShape;
  readonly es: HeartShape;
  /** g */
  readonly lvm: number;
  /** By AHA segment: mm; %; %. */
  readonly wallSegments: readonly number[];
  readonly circumferential: readonly number[];
  readonly radial: readonly number[];
};

/** Half ellipsoid: radius over that of the base. */
const profile = Float64Array.from({ length: rings }, (_, i) => Math.sqrt(1 - ringAt(i) ** 2));
const byAngle = (f: (radians: number) => number) =>
  Float64Array.from({ length: angles }, (_, j) => f((angleAt(j) * Math.PI) / 180));
/** Shapes of ovality and of a flat septum. */
const double = byAngle((a) => Math.cos(2 * a));
const septal = byAngle((a) => Math.max(0, -Math.cos(a)) ** 2);

/** Height of the crescent over the septum, before scaling. */
const crescent = Float64Array.from({ length: CELLS }, (_, cell) => {
  const { halfWidth, reach } = ANATOMY.rightVentricle;
  const u = ringAt(Math.floor(cell / angles));
  const off = Math.abs(angleAt(cell % angles) - 180) / (halfWidth * (1 - 0.25 * u));
  if (u >= reach || off >= 1) return 0;
  return Math.sqrt(1 - (u / reach) ** 2) * Math.cos((Math.PI / 2) * off);
});

/** Scales `shape` so that it encloses `mL` over `length`. */
function toVolume(shape: Float64Array, length: number, mL: number): void {
  let sum = 0;
  for (let k = 0; k < CELLS; k++) sum += (shape[k] as number) * (shape[k] as number);
  const scale = Math.sqrt((mL * 1000) / (0.5 * sum * STEP * (length / rings)));
  for (let k = 0; k < CELLS; k++) shape[k] = (shape[k] as number) * scale;
}

/** Outer limit of the right cavity, the left epicardium where there is none: its height solves a quadratic equation. */
export function rightCavity({ epi, length, rightMl }: HeartShape): Float64Array {
  let linear = 0;
  let square = 0;
  for (let k = 0; k < CELLS; k++) {
    const h = crescent[k] as number;
    linear += (epi[k] as number) * h;
    square += 0.5 * h * h;
  }
  const want = (rightMl * 1000) / (STEP * (length / rings));
  const height = (Math.sqrt(linear * linear + 4 * square * want) - linear) / (2 * square);
  const rv = new Float64Array(CELLS);
  for (let k = 0; k < CELLS; k++) rv[k] = (epi[k] as number) + height * (crescent[k] as number);
  return rv;
}

/** Cavity at end diastole: an ellipsoid, a little oval, with a flat septum. */
function diastole(l: Latents): Float64Array {
  const flat = Math.max(0, ANATOMY.flattening.mean + ANATOMY.flattening.std * l.scores.flattening);
  const oval = ANATOMY.ovality * l.scores.ovality;
  const endo = new Float64Array(CELLS);
  for (let i = 0, k = 0; i < rings; i++) {
    for (let j = 0; j < angles; j++, k++) {
      const bend = oval * (double[j] as number) - flat * (septal[j] as number);
      endo[k] = (profile[i] as number) * (1 + bend);
    }
  }
  toVolume(endo, l.length, l.lvedv);
  return endo;
}

/** Cavity at end systole: smaller where the wall moves more. */
function systole(l: Latents, length: number, motion: readonly number[]): Float64Array {
  const endo = onGrid(motion);
  for (let i = 0, k = 0; i < rings; i++) {
    for (let j = 0; j < angles; j++, k++) {
      endo[k] = (profile[i] as number) * (1 - ANATOMY.motionRadius * (endo[k] as number));
    }
  }
  toVolume(endo, length, l.lvedv * (1 - l.lvef / 100));
  return endo;
}

/** A pure function of the latents and of the segments' inward motion, which is the latents' own if none is given. */
export function geometryOf(l: Latents, motion: readonly number[] = relativeMotion(l)): Geometry {
  const esLength = l.length * (1 - l.shortening);
  const ed = diastole(l);
  const es = systole(l, esLength, motion);
  const wall = onGrid(relativeWall(l));
  const { segment, cells } = segmentTable();
  const perSegment = (field: Float64Array) => {
    const sums = new Float64Array(16);
    for (let k = 0; k < CELLS; k++) {
      const s = segment[k] as number;
      sums[s] = (sums[s] as number) + (field[k] as number);
    }
    return sums.map((sum, s) => sum / (cells[s] as number));
  };
  const relative = perSegment(wall);
  const scale = l.wall / (relative.reduce((a, b) => a + b) / 16);

  const [edEpi, esEpi] = [new Float64Array(CELLS), new Float64Array(CELLS)];
  const [circumferential, radial] = [new Float64Array(16), new Float64Array(16)];
  const depth = ANATOMY.strainDepth;
  const stretch = l.length / esLength;
  let areas = 0;
  for (let k = 0; k < CELLS; k++) {
    const [r, w, rs] = [ed[k] as number, (wall[k] as number) * scale, es[k] as number];
    const twice = w * (2 * r + w);
    const outer = Math.sqrt(rs * rs + twice * stretch);
    areas += twice;
    edEpi[k] = r + w;
    esEpi[k] = outer;
    const s = segment[k] as number;
    const round = (rs + depth * (outer - rs)) / (r + depth * w) - 1;
    circumferential[s] = (circumferential[s] as number) + round;
    radial[s] = (radial[s] as number) + (outer - rs) / w - 1;
  }
  let apical = 0;
  for (let k = CELLS - angles; k < CELLS; k++) apical += ((wall[k] as number) * scale) / angles;
  const cap = ANATOMY.apexCap * apical;
  // The cap: half an ellipsoid, as wide as the wall is thick.
  const mm3 = 0.5 * areas * STEP * (l.length / rings) + (2 / 3) * Math.PI * apical ** 2 * cap;
  const percent = (sums: Float64Array, factor: number) =>
    Array.from(sums, (sum, s) => (100 * factor * sum) / (cells[s] as number));
  return {
    ed: { base: 0, length: l.length, cap, endo: ed, epi: edEpi, rightMl: l.rvedv },
    es: {
      base: l.length - esLength,
      length: esLength,
      cap,
      endo: es,
      epi: esEpi,
      rightMl: l.rvedv - l.rvsv,
    },
    lvm: (ANATOMY.myocardiumDensity * mm3) / 1000,
    wallSegments: Array.from(relative, (value) => value * scale),
    circumferential: percent(circumferential, 1),
    radial: percent(radial, ANATOMY.radialSeen),
  };
}
