import { describe, expect, test } from 'vitest';
import { IMAGE } from '../constants/image.ts';
import { geometryOf as geometryOfLatents } from '../latents/geometry.ts';
import type { HeartShape } from '../latents/geometry.ts';
import { drawPerson } from '../latents/subject.ts';
import type { Person } from '../latents/subject.ts';
import { addRician } from './add-rician.ts';
import { generateVolume } from './generate-volume.ts';
import { renderVolume } from './render-volume.ts';
import { hostRandom } from '@dualbeat/core';

const FINE = { slices: 30, height: 150, width: 165, pixelMm: 1.1, sliceMm: 4, gapMm: 0 };
const clean = { ...FINE, noise: 0, bias: 0 };
const cells = FINE.height * FINE.width;
const voxelMl = (FINE.pixelMm ** 2 * FINE.sliceMm) / 1000;
/** The heart alone: no background, atria, noise or coil. */
const scene = {
  pose: { x: 15, y: 0, rotation: 0.2, tiltX: 0, tiltY: 0, stack: 0 },
  background: { at: () => 0 },
  atria: [0, 0] as const,
  blood: 1,
  gain: 1,
  coil: 0,
};
function render(shape: HeartShape): Float32Array {
  const out = new Float32Array(FINE.slices * cells);
  // The first slice begins at the base: a threshold would round a slice that is cut by it up or down.
  const pose = { ...scene.pose, stack: shape.base + (FINE.slices * FINE.sliceMm) / 2 };
  renderVolume(shape, { ...scene, pose }, clean, () => 0, out, 0);
  return out;
}

/** Voxels above half-way between myocardium and blood that hang together with the middle of the left ventricle; and the others. */
function bloodPools(volume: Float32Array): { left: number; right: number } {
  const limit = (IMAGE.myocardium + IMAGE.blood) / 2;
  let [left, right] = [0, 0];
  const startColumn = Math.round((FINE.width - 1) / 2 + scene.pose.x / FINE.pixelMm);
  const startRow = Math.round((FINE.height - 1) / 2);
  for (let slice = 0; slice < FINE.slices; slice++) {
    const blood = volume.subarray(slice * cells, (slice + 1) * cells).map((v) => Number(v > limit));
    const stack = [startRow * FINE.width + startColumn];
    while (stack.length > 0) {
      const at = stack.pop() as number;
      if (blood[at] !== 1) continue;
      blood[at] = 2;
      stack.push(at - 1, at + 1, at - FINE.width, at + FINE.width);
    }
    left += blood.filter((v) => v === 2).length;
    right += blood.filter((v) => v === 1).length;
  }
  return { left: left * voxelMl, right: right * voxelMl };
}
const above = (volume: Float32Array, limit: number) =>
  volume.reduce((count, v) => count + Number(v > limit), 0) * voxelMl;

describe('phenotypes measured in the volumes agree with the declared ones', () => {
  const subjects = [0, 1, 2, 3];
  test.each(subjects)('volumes and ejection fraction of subject %d', (subject) => {
    const { latents: l, geometry } = drawPerson(3, subject);
    const ed = bloodPools(render(geometry.ed));
    const es = bloodPools(render(geometry.es));
    // Thresholds on voxels of 1.1 x 1.1 x 4 mm: 2 % and 1 mL for the left, 3 % and 1 mL for the crescent.
    const near = (got: number, want: number, share: number) =>
      expect(Math.abs(got - want)).toBeLessThan(share * want + 1);
    near(ed.left, l.lvedv, 0.02);
    near(es.left, l.lvedv * (1 - l.lvef / 100), 0.02);
    near(ed.right, l.rvedv, 0.03);
    near(es.right, l.rvedv - l.rvsv, 0.03);
    expect(Math.abs(100 * (1 - es.left / ed.left) - l.lvef)).toBeLessThan(1.5);
    expect(Math.abs(100 * (1 - es.right / ed.right) - (100 * l.rvsv) / l.rvedv)).toBeLessThan(2);
  });

  test.each(subjects)('mass of subject %d, the same in both phases', (subject) => {
    const { geometry } = drawPerson(3, subject);
    // Without the right ventricle, whose wall is myocardium too. The limits lie half-way at each surface.
    for (const shape of [geometry.ed, geometry.es]) {
      const volume = render({ ...shape, rightMl: 0 });
      const grams = 1.05 * (above(volume, IMAGE.myocardium / 2) - bloodPools(volume).left);
      expect(Math.abs(grams / geometry.lvm - 1)).toBeLessThan(0.04);
    }
  });

  test('wall thickness along rays, segment by segment', () => {
    const { geometry } = drawPerson(3, 0);
    const shape = { ...geometry.ed, rightMl: 0 };
    const volume = render(shape);
    // Rays from the middle in the slice at half length: blood above one limit, wall above the other.
    const slice = Math.floor(shape.length / 2 / FINE.sliceMm);
    const at = (r: number, angle: number) => {
      const x = (FINE.width - 1) / 2 + (scene.pose.x + r * Math.cos(angle)) / FINE.pixelMm;
      const y = (FINE.height - 1) / 2 - (r * Math.sin(angle)) / FINE.pixelMm;
      const [c, w] = [Math.floor(x), Math.floor(y)];
      const value = (row: number, column: number) =>
        volume[slice * cells + row * FINE.width + column] as number;
      const [fx, fy] = [x - c, y - w];
      const upper = value(w, c) * (1 - fx) + value(w, c + 1) * fx;
      return upper * (1 - fy) + (value(w + 1, c) * (1 - fx) + value(w + 1, c + 1) * fx) * fy;
    };
    const thickness = (degrees: number) => {
      const angle = (degrees * Math.PI) / 180 + scene.pose.rotation;
      const steps = Array.from({ length: 1200 }, (_, k) => k * 0.05);
      const out = (limit: number) => steps.findLast((r) => at(r, angle) > limit) as number;
      return out(IMAGE.myocardium / 2) - out((IMAGE.myocardium + IMAGE.blood) / 2);
    };
    // Segments 7 to 12: centres at 90, 150, 210, 270, 330 and 30 degrees.
    [90, 150, 210, 270, 330, 30].forEach((centre, k) => {
      const rays = Array.from({ length: 13 }, (_, i) => thickness(centre - 27 + 4.5 * i));
      const got = rays.reduce((a, b) => a + b) / rays.length;
      expect(Math.abs(got - geometry.wallSegments[6 + k]!), `segment ${7 + k}`).toBeLessThan(0.35);
    });
  });

  test('thickening and motion are seen: the wall is thicker and the cavity smaller at end systole', () => {
    for (const subject of subjects) {
      const { geometry } = drawPerson(3, subject);
      const mid = 9 * 48;
      const wall = (s: HeartShape) => s.epi[mid]! - s.endo[mid]!;
      expect(wall(geometry.es)).toBeGreaterThan(1.15 * wall(geometry.ed));
      expect(geometry.es.endo[mid]!).toBeLessThan(0.9 * geometry.ed.endo[mid]!);
      expect(geometry.es.base).toBeGreaterThan(5);
    }
  });
});

describe('a subject’s volumes', () => {
  const small = {
    slices: 6,
    height: 48,
    width: 52,
    pixelMm: 3.2,
    sliceMm: 8,
    gapMm: 2,
    noise: 0.04,
    bias: 0.2,
    esInformation: true,
  };
  const size = 6 * 48 * 52;
  const volume = (person: Person, phase: 'ed' | 'es', options: Partial<typeof small> = {}) => {
    const out = new Float32Array(size);
    const at = { seed: 0, subject: 5, visit: 0 };
    generateVolume(person, phase, at, { ...small, ...options }, out, 0);
    return out;
  };
  const person = drawPerson(0, 5);
  const changed = (a: Float32Array, b: Float32Array, slices = [0, 1, 2, 3, 4, 5]) =>
    slices.some((s) => {
      const cut = (v: Float32Array) => v.subarray((s * size) / 6, ((s + 1) * size) / 6);
      return cut(a).some((v, i) => Math.abs(v - cut(b)[i]!) > 1e-6);
    });

  test('finite, positive, bright blood; noise differs between phases, the place does not', () => {
    const [ed, es] = [volume(person, 'ed'), volume(person, 'es')];
    for (const v of [...ed, ...es]) expect(v >= 0 && v < 4).toBe(true);
    const background = (v: Float32Array) =>
      volume(person, 'ed', { noise: 0 })[size - 1]! - v[size - 1]!;
    expect(background(volume(person, 'es', { noise: 0 }))).toBeCloseTo(0, 6);
    expect(background(es)).not.toBeCloseTo(0, 6);
  });

  test('noise is Rician of the level asked for', () => {
    const flat = new Float32Array(20000).fill(1);
    addRician(flat, 0, flat.length, 0.1, hostRandom(0, 'test'));
    const mean = flat.reduce((a, b) => a + b) / flat.length;
    const spread = Math.sqrt(flat.reduce((s, v) => s + (v - mean) ** 2, 0) / flat.length);
    // Far above the noise: mean sqrt(1 + sigma^2) nearly, spread sigma; without signal Rayleigh: sigma sqrt(pi / 2).
    expect(mean).toBeCloseTo(1.005, 2);
    expect(spread).toBeCloseTo(0.1, 2);
    const empty = new Float32Array(20000);
    addRician(empty, 0, empty.length, 0.1, hostRandom(1, 'test'));
    expect(empty.reduce((a, b) => a + b) / empty.length).toBeCloseTo(0.1253, 2);
  });

  test('what each phase shows', () => {
    const l = person.latents;
    const other = (change: Partial<typeof l.scores>) => {
      const latents = { ...l, scores: { ...l.scores, ...change } };
      return latents;
    };
    const seen = (latents: typeof l, phase: 'ed' | 'es') => {
      const options = { noise: 0 };
      const geometry = geometryOfLatents(latents);
      return changed(
        volume(person, phase, options),
        volume({ ...person, latents, geometry }, phase, options),
      );
    };
    // Ejection, motion, shortening, right stroke volume: in ES only.
    for (const latents of [
      { ...l, lvef: l.lvef - 8 },
      { ...l, shortening: l.shortening * 0.8 },
      { ...l, rvsv: l.rvsv * 0.8 },
      other({ septumLateral: 2 }),
      other({ apexBase: 2 }),
    ]) {
      expect(seen(latents, 'ed')).toBe(false);
      expect(seen(latents, 'es')).toBe(true);
    }
    // A flat septum in diastole, an oval cavity: in ED (and in ES no more than its wall's volume tells).
    expect(seen(other({ flattening: 3 }), 'ed')).toBe(true);
    // In neither: the rate, the aorta, the strain of long-axis segments.
    for (const latents of [
      { ...l, heartRate: 90 },
      { ...l, aao: { ...l.aao, minArea: 2000 } },
      other({ segmentLength: [3, 3, 3, 3, 3, 3] }),
    ]) {
      expect(seen(latents, 'ed')).toBe(false);
      expect(seen(latents, 'es')).toBe(false);
    }
  });

  test('the thickness of the apex is not seen above half the length', () => {
    const l = person.latents;
    // The base is held, so the mean wall grows. What is left in the upper slice is the right ventricle, which keeps its volume about a thicker apex.
    const at = (of: typeof l) => geometryOfLatents(of).wallSegments[0]!;
    const l3 = { ...l, scores: { ...l.scores, apex: 3 } };
    const latents = { ...l3, wall: (l.wall * at(l)) / at(l3) };
    const geometry = geometryOfLatents(latents);
    expect(geometry.wallSegments[13]! / person.geometry.wallSegments[13]!).toBeGreaterThan(1.12);
    const [a, b] = [person, { ...person, latents, geometry }].map((p) =>
      volume(p, 'ed', { noise: 0 }),
    ) as [Float32Array, Float32Array];
    const largest = (slice: number) => {
      const cut = (v: Float32Array) => v.subarray((slice * size) / 6, ((slice + 1) * size) / 6);
      return cut(a).reduce((most, v, i) => Math.max(most, Math.abs(v - cut(b)[i]!)), 0);
    };
    expect(largest(5)).toBeGreaterThan(0.1);
    // Slice 1 lies at about 29 mm of 90.
    expect(largest(1)).toBeLessThan(0.03);
  });

  test('without ES information the es volume is a function of what ED shows', () => {
    const l = person.latents;
    const control = { esInformation: false };
    const base = volume(person, 'es', control);
    for (const latents of [
      { ...l, lvef: l.lvef - 12 },
      { ...l, shortening: l.shortening * 0.7 },
      { ...l, rvsv: l.rvsv * 0.7 },
      { ...l, scores: { ...l.scores, septumLateral: 3, apexBase: -2 } },
      { ...l, fibrosis: 3, heartRate: 90 },
    ]) {
      const geometry = geometryOfLatents(latents);
      expect(changed(base, volume({ ...person, latents, geometry }, 'es', control))).toBe(false);
    }
    // ED and the size of the heart stay.
    expect(changed(volume(person, 'ed'), volume(person, 'ed', control))).toBe(false);
    const larger = { ...l, lvedv: l.lvedv * 1.3 };
    const grown = { ...person, latents: larger, geometry: geometryOfLatents(larger) };
    expect(changed(base, volume(grown, 'es', control))).toBe(true);
    expect(changed(base, volume(person, 'es'))).toBe(true);
  });
});
