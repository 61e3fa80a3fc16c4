/** @file The attainable (oracle) R2 of each phenotype from the ECG alone. */
import { POPULATION } from '../constants/population.ts';
import { PARAMETER_NAMES, parametersOf } from '../ecg/parameters.ts';
import type { Coupling, SubjectParameters } from '../ecg/parameters.ts';
import { PHENOTYPES, phenotypesOf } from '../latents/phenotypes.ts';
import { drawPerson } from '../latents/subject.ts';
import { heldOutR2 } from './held-out-r2.ts';

export type OracleOptions = {
  readonly seed: number;
  /** Drawn for the estimate; 60 % are fitted on, 15 % choose the ridge, the rest is predicted. */
  readonly subjects: number;
  readonly coupling: Coupling;
  /** false: the ECG is a stranger's. */
  readonly coupled: boolean;
};
export type AttainableR2 = {
  /** By phenotype. */
  readonly targets: { readonly [name: string]: number };
  /** Mean over the phenotypes of the group. */
  readonly groups: { readonly [group: string]: number };
};

/** The numbers that make a subject's ECG, apart from rhythm and noise. */
export function ecgNumbers(p: SubjectParameters): Float64Array {
  return Float64Array.from([
    ...PARAMETER_NAMES.map((name) => p[name]),
    ...POPULATION.scar.regions.map((region) => (p.scar?.region === region ? p.scar.size : 0)),
  ]);
}

/**
 * Held-out R2 of a quadratic regression of each phenotype on the true parameters of its subject's ECG. The ECG depends on the
 * heart through these parameters only, and noise, rhythm and electrodes come on top: no predictor that sees the ECG can do better
 * than the best function of the parameters, and that function is nearly quadratic here (docs/synthetic-cohort.md has the
 * checks). So this estimates an upper bound; what it lacks is what a quadratic function cannot say and the loss of fitting it (about 0.01 at 20,000 subjects).
 * @example attainableR2({ seed: 0, subjects: 20000, coupling: { all: 1, structural: 1, functional: 1 }, coupled: true }).targets.LVEF
 */
export function attainableR2(options: OracleOptions): AttainableR2 {
  const { seed, subjects, coupling, coupled } = options;
  const sample = Array.from({ length: subjects }, (_, subject) => {
    const person = drawPerson(seed, subject);
    const seen = coupled ? person : drawPerson(seed, subject, 0, 'strangers');
    return {
      features: ecgNumbers(parametersOf(seen, seed, subject, coupling)),
      outputs: phenotypesOf(person.latents, person.geometry),
    };
  });
  const r2 = heldOutR2(sample, true);
  const targets = Object.fromEntries(PHENOTYPES.map(({ name }, k) => [name, r2[k] as number]));
  const groups: { [group: string]: number } = {};
  for (const group of new Set(PHENOTYPES.map((p) => p.group))) {
    const of = PHENOTYPES.filter((p) => p.group === group);
    groups[group] = of.reduce((sum, p) => sum + (targets[p.name] as number), 0) / of.length;
  }
  return { targets, groups };
}
