/** @file Phenotypes from labels of ED and ES. */
import type { Volume } from '../cine-volume.ts';
import { countBySlice, volumeOf } from './label-volume.ts';

/** Label numbers; the defaults of callers are ACDC's: 1 right ventricle, 2 myocardium, 3 left ventricle. */
export type LabelNumbers = {
  readonly rv: number;
  readonly myocardium: number;
  readonly lv: number;
};
export const acdcLabels: LabelNumbers = { rv: 1, myocardium: 2, lv: 3 };

/** Volumes in mL, fractions in %, mass in g, thickness in mm, output in L/min; null: cannot be told from these labels. */
export type Phenotypes = {
  readonly LVEDV: number | null;
  readonly LVESV: number | null;
  readonly LVSV: number | null;
  readonly LVEF: number | null;
  readonly LVCO: number | null;
  readonly LVM: number | null;
  readonly RVEDV: number | null;
  readonly RVESV: number | null;
  readonly RVSV: number | null;
  readonly RVEF: number | null;
  readonly wallThickness: number | null;
};

/** g/mL of myocardium, as UK Biobank's and most other work has it. */
export const MYOCARDIAL_DENSITY = 1.05;

/**
 * SV = EDV - ESV, EF = 100 SV / EDV, CO = SV x heart rate / 1000 (paper.md 2.1), mass = 1.05 g/mL x myocardial volume at ED.
 * A structure without a voxel at ED gives null, not 0.
 */
export function phenotypesOf(
  ed: Volume,
  es: Volume,
  { labels = acdcLabels, heartRate = null }: PhenotypeOptions = {},
): Phenotypes {
  const lv = ventricle(ed, es, labels.lv);
  const rv = ventricle(ed, es, labels.rv);
  const myocardium = volumeOf(ed, labels.myocardium);
  return {
    LVEDV: lv?.edv ?? null,
    LVESV: lv?.esv ?? null,
    LVSV: lv?.sv ?? null,
    LVEF: lv?.ef ?? null,
    LVCO: lv === null || heartRate === null ? null : (lv.sv * heartRate) / 1000,
    LVM: myocardium > 0 ? myocardium * MYOCARDIAL_DENSITY : null,
    RVEDV: rv?.edv ?? null,
    RVESV: rv?.esv ?? null,
    RVSV: rv?.sv ?? null,
    RVEF: rv?.ef ?? null,
    wallThickness: wallThicknessOf(ed, labels),
  };
}
export type PhenotypeOptions = {
  readonly labels?: LabelNumbers;
  /** Beats a minute. */
  readonly heartRate?: number | null;
};

function ventricle(ed: Volume, es: Volume, label: number) {
  const [edv, esv] = [volumeOf(ed, label), volumeOf(es, label)];
  if (!(edv > 0)) return null;
  return { edv, esv, sv: edv - esv, ef: (100 * (edv - esv)) / edv };
}

/**
 * Mean over the slices that have cavity and a wall all around it, in mm, of the wall of a ring with the areas of cavity and wall:
 * sqrt((A_wall + A_cavity) / pi) - sqrt(A_cavity / pi). A global figure: no segments, no local extremes.
 */
export function wallThicknessOf(volume: Volume, labels: LabelNumbers = acdcLabels): number | null {
  const area = volume.spacing.row * volume.spacing.column;
  const [cavity, wall] = [countBySlice(volume, labels.lv), countBySlice(volume, labels.myocardium)];
  const rings = cavity.flatMap((count, slice) =>
    count > 0 && (wall[slice] as number) > 0 && isClosed(volume, slice, labels)
      ? [
          Math.sqrt((((wall[slice] as number) + count) * area) / Math.PI) -
            Math.sqrt((count * area) / Math.PI),
        ]
      : [],
  );
  return rings.length === 0 ? null : rings.reduce((a, b) => a + b, 0) / rings.length;
}

/** Every neighbour (of four) of a cavity voxel is cavity or wall. */
function isClosed(volume: Volume, slice: number, { lv, myocardium }: LabelNumbers): boolean {
  const { rows, columns, values } = volume;
  const start = slice * rows * columns;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = start + row * columns + column;
      if (values[i] !== lv) continue;
      if (row === 0 || column === 0 || row === rows - 1 || column === columns - 1) return false;
      for (const near of [i - 1, i + 1, i - columns, i + columns])
        if (values[near] !== lv && values[near] !== myocardium) return false;
    }
  }
  return true;
}
