/** @file Standard scores of what body and heart are, for the couplings to the ECG and the hazards. */
import { FACTORS } from '../constants/couplings.ts';
import type { Geometry } from './geometry.ts';
import type { Latents } from './latents.ts';

/** Those of `FACTORS`, and latents that are standard scores themselves. */
export type Factors = { readonly [name in keyof typeof FACTORS]: number } & {
  readonly fibrosis: number;
  readonly hanging: number;
  readonly turn: number;
  readonly septum: number;
  readonly apex: number;
  readonly septumLateral: number;
  readonly apexBase: number;
};

export function factorsOf(l: Latents, { lvm }: Pick<Geometry, 'lvm'>): Factors {
  const z = (name: keyof typeof FACTORS, value: number) =>
    (value - FACTORS[name].mean) / FACTORS[name].std;
  const s = l.scores;
  return {
    male: z('male', Number(l.male)),
    age: z('age', l.age),
    bmi: z('bmi', l.bmi),
    mass: z('mass', lvm),
    wall: z('wall', l.wall),
    edv: z('edv', l.lvedv),
    rvedv: z('rvedv', l.rvedv),
    rvExcess: z('rvExcess', l.rvedv / l.lvedv),
    la: z('la', l.laMax),
    ra: z('ra', l.raMax),
    ef: z('ef', l.lvef),
    esv: z('esv', l.lvedv * (1 - l.lvef / 100)),
    rvEf: z('rvEf', (100 * l.rvsv) / l.rvedv),
    laEf: z('laEf', l.laEf),
    raEf: z('raEf', l.raEf),
    shortening: z('shortening', l.shortening),
    rate: z('rate', l.heartRate),
    scar: z('scar', l.scarSize),
    fibrosis: l.fibrosis,
    hanging: l.hanging,
    turn: s.turn,
    septum: s.septum,
    apex: s.apex,
    septumLateral: s.septumLateral,
    apexBase: s.apexBase,
  };
}
