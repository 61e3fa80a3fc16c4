/** @file The 82 cardiac MR phenotypes of UK Biobank, fields 24100 to 24181 (Bai et al. 2020), and their groups. */

export type PhenotypeGroup = 'structural' | 'functional' | 'vascular';
export type Phenotype = {
  readonly field: number;
  readonly name: string;
  readonly unit: string;
  readonly group: PhenotypeGroup;
};

type Row = readonly [name: string, unit: string, group: PhenotypeGroup];
/** Segments 1 to `count` (of the American Heart Association's model, or of the long axis), then the global value. */
const segments = (
  stem: string,
  count: number,
  unit: string,
  group: PhenotypeGroup,
): readonly Row[] => [
  ...Array.from({ length: count }, (_, i): Row => [`${stem}_${i + 1}`, unit, group]),
  [`${stem.split('_')[0] as string}_Global`, unit, group],
];

const rows: readonly Row[] = [
  ['LVEDV', 'mL', 'structural'],
  ['LVESV', 'mL', 'structural'],
  ['LVSV', 'mL', 'functional'],
  ['LVEF', '%', 'functional'],
  ['LVCO', 'L/min', 'functional'],
  ['LVM', 'g', 'structural'],
  ['RVEDV', 'mL', 'structural'],
  ['RVESV', 'mL', 'structural'],
  ['RVSV', 'mL', 'functional'],
  ['RVEF', '%', 'functional'],
  ['LAVmax', 'mL', 'structural'],
  ['LAVmin', 'mL', 'structural'],
  ['LASV', 'mL', 'functional'],
  ['LAEF', '%', 'functional'],
  ['RAVmax', 'mL', 'structural'],
  ['RAVmin', 'mL', 'structural'],
  ['RASV', 'mL', 'functional'],
  ['RAEF', '%', 'functional'],
  ['AAo_max_area', 'mm2', 'vascular'],
  ['AAo_min_area', 'mm2', 'vascular'],
  ['AAo_distensibility', '1e-3/mmHg', 'vascular'],
  ['DAo_max_area', 'mm2', 'vascular'],
  ['DAo_min_area', 'mm2', 'vascular'],
  ['DAo_distensibility', '1e-3/mmHg', 'vascular'],
  ...segments('WT_AHA', 16, 'mm', 'structural'),
  ...segments('Ecc_AHA', 16, '%', 'functional'),
  ...segments('Err_AHA', 16, '%', 'functional'),
  ...segments('Ell', 6, '%', 'functional'),
];

/** In the order of the fields. */
export const phenotypes: readonly Phenotype[] = rows.map(([name, unit, group], i) => ({
  field: 24100 + i,
  name,
  unit,
  group,
}));

const fields = (...wanted: readonly number[]): readonly Phenotype[] =>
  wanted.map((field) => phenotypes[field - 24100] as Phenotype);

/**
 * Named choices. `es5` is what the published label script picks, `es5-eval` what the published evaluation names;
 * `structural` and `functional` are the abstract's two kinds: volumes, mass, thickness against stroke volumes, ejection
 * fractions, output, strains.
 */
export const phenotypeSets = {
  ed3: fields(24100, 24105, 24106),
  es5: fields(24101, 24102, 24104, 24107, 24108),
  'es5-eval': fields(24100, 24101, 24103, 24106, 24107),
  sax13: [...phenotypes.slice(0, 10), ...fields(24140, 24157, 24174)],
  'no-aorta76': phenotypes.filter(({ group }) => group !== 'vascular'),
  all82: phenotypes,
  structural: phenotypes.filter(({ group }) => group === 'structural'),
  functional: phenotypes.filter(({ group }) => group === 'functional'),
} as const;
