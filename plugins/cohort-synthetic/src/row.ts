/** @file What one row is made of; made when it is asked for, once per read. */
import { hostRandom } from '@dualbeat/core';
import { parametersOf } from './ecg/parameters.ts';
import type { SubjectParameters } from './ecg/parameters.ts';
import { ENDPOINT_NAMES, endpointsOf } from './latents/endpoints.ts';
import type { Endpoint } from './latents/endpoints.ts';
import { PHENOTYPES, phenotypesOf } from './latents/phenotypes.ts';
import { drawPerson } from './latents/subject.ts';
import type { Person } from './latents/subject.ts';
import type { SyntheticOptions } from './options.ts';

export type Row = {
  readonly seed: number;
  readonly subject: number;
  readonly visit: number;
  /** Whose CMR it is. */
  readonly person: () => Person;
  /** Whose phenotypes, endpoints and covariates. */
  readonly labelled: () => Person;
  readonly parameters: () => SubjectParameters;
  readonly phenotypes: () => Float64Array;
  readonly endpoints: () => readonly Endpoint[];
  readonly missing: () => Missing;
};
export type Missing = {
  readonly views: { readonly [view in 'ecg' | 'ed' | 'es' | 'covariates']: boolean };
  /** By phenotype and by endpoint. */
  readonly phenotypes: readonly boolean[];
  readonly endpoints: readonly boolean[];
};

/** Draws in a fixed order, so that one share does not move what another takes. */
function missingOf(
  seed: number,
  subject: number,
  visit: number,
  options: SyntheticOptions['missing'],
): Missing {
  const random = hostRandom(seed, 'cohort-synthetic/missing', subject, visit);
  const lacks = (share: number) => random() < share;
  const views = {
    ecg: lacks(options.ecg),
    ed: lacks(options.ed),
    es: lacks(options.es),
    covariates: lacks(options.covariates),
  };
  const [strains, aorta, endpoints] = [
    lacks(options.strains),
    lacks(options.aorta),
    lacks(options.endpoints),
  ];
  const named = (name: string) => lacks(options.named[name] ?? 0);
  return {
    views,
    phenotypes: PHENOTYPES.map(({ name, family }) => {
      const [single, byName] = [lacks(options.phenotypes), named(name)];
      return single || byName || (family === 'strain' && strains) || (family === 'aorta' && aorta);
    }),
    endpoints: ENDPOINT_NAMES.map((name) => named(name) || endpoints),
  };
}

/** Makes its value when first asked. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** A pure function of its arguments, lazily. */
export function rowOf(
  seed: number,
  subject: number,
  visit: number,
  options: Pick<SyntheticOptions, 'coupled' | 'targetsOf' | 'coupling' | 'missing'>,
): Row {
  const own = once(() => drawPerson(seed, subject, visit));
  const { coupled, targetsOf } = options;
  const seen = coupled ? own : once(() => drawPerson(seed, subject, visit, 'strangers'));
  const labelled = targetsOf === 'cmr' ? own : seen;
  const stream = labelled === own ? 'latents' : 'strangers';
  return {
    seed,
    subject,
    visit,
    person: own,
    labelled,
    parameters: once(() => parametersOf(seen(), seed, subject, options.coupling)),
    phenotypes: once(() => phenotypesOf(labelled().latents, labelled().geometry)),
    endpoints: once(() => {
      const first = visit === 0 ? labelled() : drawPerson(seed, subject, 0, stream);
      return endpointsOf(first, seed, subject, visit);
    }),
    missing: once(() => missingOf(seed, subject, visit, options.missing)),
  };
}
