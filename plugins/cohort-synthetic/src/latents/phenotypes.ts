/** @file The 82 phenotypes of UK Biobank (fields 24100-24181, paper.md 2.1), all following from the latents, and their named sets. */
import { ANATOMY } from '../constants/anatomy.ts';
import { POPULATION } from '../constants/population.ts';
import type { Geometry } from './geometry.ts';
import type { Aorta, Latents } from './latents.ts';

type Family = 'volume' | 'wall' | 'strain' | 'aorta';
export type Phenotype = {
  readonly field: number;
  readonly name: string;
  readonly unit: string;
  readonly group: 'structural' | 'functional' | 'vascular';
  readonly family: Family;
};

const one = (name: string, unit: string, group: Phenotype['group'], family: Family = 'volume') => ({
  name,
  unit,
  group,
  family,
});
const segments = (stem: string, count: number, unit: string, family: 'wall' | 'strain') => [
  ...Array.from({ length: count }, (_, k) =>
    one(`${stem}_${k + 1}`, unit, family === 'wall' ? 'structural' : 'functional', family),
  ),
  one(
    `${stem.split('_')[0]}_Global`,
    unit,
    family === 'wall' ? 'structural' : 'functional',
    family,
  ),
];

/** In the order of the fields 24100 to 24181. */
export const PHENOTYPES: readonly Phenotype[] = [
  one('LVEDV', 'mL', 'structural'),
  one('LVESV', 'mL', 'structural'),
  one('LVSV', 'mL', 'functional'),
  one('LVEF', '%', 'functional'),
  one('LVCO', 'L/min', 'functional'),
  one('LVM', 'g', 'structural'),
  one('RVEDV', 'mL', 'structural'),
  one('RVESV', 'mL', 'structural'),
  one('RVSV', 'mL', 'functional'),
  one('RVEF', '%', 'functional'),
  one('LAVmax', 'mL', 'structural'),
  one('LAVmin', 'mL', 'structural'),
  one('LASV', 'mL', 'functional'),
  one('LAEF', '%', 'functional'),
  one('RAVmax', 'mL', 'structural'),
  one('RAVmin', 'mL', 'structural'),
  one('RASV', 'mL', 'functional'),
  one('RAEF', '%', 'functional'),
  one('AAo_max_area', 'mm2', 'vascular', 'aorta'),
  one('AAo_min_area', 'mm2', 'vascular', 'aorta'),
  one('AAo_distensibility', '1e-3/mmHg', 'vascular', 'aorta'),
  one('DAo_max_area', 'mm2', 'vascular', 'aorta'),
  one('DAo_min_area', 'mm2', 'vascular', 'aorta'),
  one('DAo_distensibility', '1e-3/mmHg', 'vascular', 'aorta'),
  ...segments('WT_AHA', 16, 'mm', 'wall'),
  ...segments('Ecc_AHA', 16, '%', 'strain'),
  ...segments('Err_AHA', 16, '%', 'strain'),
  ...segments('Ell', 6, '%', 'strain'),
].map((phenotype, k) => ({ field: 24100 + k, ...phenotype }));

const byField = (...fields: readonly number[]) =>
  fields.map((field) => (PHENOTYPES[field - 24100] as Phenotype).name);
const names = (keep: (phenotype: Phenotype) => boolean) =>
  PHENOTYPES.filter(keep).map(({ name }) => name);

/** Named sets of paper.md 2.1, and the two groups. */
export const PHENOTYPE_SETS = {
  ed3: byField(24100, 24105, 24106),
  es5: byField(24101, 24102, 24104, 24107, 24108),
  'es5-eval': byField(24100, 24101, 24103, 24106, 24107),
  sax13: byField(
    24100,
    24101,
    24102,
    24103,
    24104,
    24105,
    24106,
    24107,
    24108,
    24109,
    24140,
    24157,
    24174,
  ),
  structural: names(({ group }) => group === 'structural'),
  functional: names(({ group }) => group === 'functional'),
  'no-aorta76': names(({ family }) => family !== 'aorta'),
  all82: names(() => true),
} as const;

const aorta = ({ minArea, distensibility }: Aorta) => [
  minArea * (1 + (distensibility / 1000) * POPULATION.aorta.pulsePressure),
  minArea,
  distensibility,
];
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;

/** Values in the order of `PHENOTYPES`. SV = EDV - ESV, EF = 100 SV / EDV, CO = SV x rate / 1000. */
export function phenotypesOf(l: Latents, g: Geometry): Float64Array {
  const lvsv = (l.lvedv * l.lvef) / 100;
  const lasv = (l.laMax * l.laEf) / 100;
  const rasv = (l.raMax * l.raEf) / 100;
  const longitudinal = ANATOMY.longitudinalPattern.map(
    (pattern, k) =>
      -100 * l.shortening * pattern +
      ANATOMY.longitudinalOwn * (l.scores.segmentLength[k] as number),
  );
  return Float64Array.from([
    l.lvedv,
    l.lvedv - lvsv,
    lvsv,
    l.lvef,
    (lvsv * l.heartRate) / 1000,
    g.lvm,
    l.rvedv,
    l.rvedv - l.rvsv,
    l.rvsv,
    (100 * l.rvsv) / l.rvedv,
    l.laMax,
    l.laMax - lasv,
    lasv,
    l.laEf,
    l.raMax,
    l.raMax - rasv,
    rasv,
    l.raEf,
    ...aorta(l.aao),
    ...aorta(l.dao),
    ...g.wallSegments,
    l.wall,
    ...g.circumferential,
    mean(g.circumferential),
    ...g.radial,
    mean(g.radial),
    ...longitudinal,
    mean(longitudinal),
  ]);
}
