/**
 * @file What the electrodes see of a dipole at the heart: Dower's lead field (Dower, Machado and Osborne 1980). Frank's axes:
 * x left, y down, z backward.
 */
export type Vector = readonly [x: number, y: number, z: number];

export const LEADS = [
  'I',
  'II',
  'III',
  'aVR',
  'aVL',
  'aVF',
  'V1',
  'V2',
  'V3',
  'V4',
  'V5',
  'V6',
] as const;
export type Lead = (typeof LEADS)[number];
/** The eight leads that are measured; the other four follow from I and II. */
export const INDEPENDENT = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;

const DOWER: { readonly [lead in (typeof INDEPENDENT)[number]]: Vector } = {
  I: [0.632, -0.235, 0.059],
  II: [0.235, 1.066, -0.132],
  V1: [-0.515, 0.157, -0.917],
  V2: [0.044, 0.164, -1.387],
  V3: [0.882, 0.098, -1.277],
  V4: [1.213, 0.127, -0.601],
  V5: [1.125, 0.127, -0.086],
  V6: [0.831, 0.076, 0.23],
};

/** Rows in the order of `INDEPENDENT`; chest electrodes are off their place by `displace()` (standard normal) times 0.05. */
export function leadField(displace: () => number): Vector[] {
  return INDEPENDENT.map((lead) => {
    const [x, y, z] = DOWER[lead];
    if (lead === 'I' || lead === 'II') return [x, y, z];
    return [x + 0.05 * displace(), y + 0.05 * displace(), z + 0.05 * displace()];
  });
}

/**
 * The unit vector that leads I and aVF see at `axis` degrees, with `backward` as its z before scaling. The electrical axis is
 * atan2(2 aVF / sqrt 3, I), since augmented leads are weaker by that factor; Dower's leads are not orthogonal, hence the solve.
 */
export function frontalDirection(axis: number, backward: number): Vector {
  const [ix, iy, iz] = DOWER.I;
  const [fx, fy, fz] = DOWER.II.map((v, k) => v - (DOWER.I[k] as number) / 2) as unknown as Vector;
  const angle = (axis * Math.PI) / 180;
  const i = Math.cos(angle) - iz * backward;
  const f = (Math.sqrt(3) / 2) * Math.sin(angle) - fz * backward;
  const determinant = ix * fy - iy * fx;
  const x = (i * fy - iy * f) / determinant;
  const y = (ix * f - i * fx) / determinant;
  const length = Math.hypot(x, y, backward);
  return [x / length, y / length, backward / length];
}
