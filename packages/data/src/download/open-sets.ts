/** @file Open data sets that can be fetched without an account, with a list of SHA-256 sums beside their files. */
import type { Named } from '@dualbeat/core';

export type OpenSet = {
  readonly title: string;
  /** Folder of the files; ends in '/'. */
  readonly url: string;
  /** List of sums in it: lines of a SHA-256 and a path. */
  readonly sums: string;
  /** SHA-256 of the list itself, where it is known. */
  readonly sumsSha256?: string;
  readonly licence: string;
  readonly cite: string;
};

const physionet = (path: string, rest: Omit<OpenSet, 'url' | 'sums'>): OpenSet => ({
  url: `https://physionet.org/files/${path}/`,
  sums: 'SHA256SUMS.txt',
  ...rest,
});

/** Versions are fixed: a set never changes under a name. */
export const openSets: Named<OpenSet> = {
  ludb: physionet('ludb/1.0.1', {
    title: 'Lobachevsky University Electrocardiography Database: 200 ECGs with delineations',
    licence: 'ODC-By 1.0',
    cite: 'Kalyakulina 2020, doi:10.1109/ACCESS.2020.3029211',
  }),
  'ptb-xl': physionet('ptb-xl/1.0.3', {
    title: 'PTB-XL: 21,799 ECGs of 18,869 patients with statements',
    licence: 'CC BY 4.0',
    cite: 'Wagner 2020, doi:10.1038/s41597-020-0495-6',
  }),
  cinc2011: physionet('challenge-2011/1.0.0', {
    title: 'PhysioNet/CinC Challenge 2011: quality of ECGs from phones',
    licence: 'ODC-By 1.0',
    cite: 'Silva 2011, Computing in Cardiology 38:273-276',
  }),
  cinc2021: physionet('challenge-2021/1.0.3', {
    title: 'PhysioNet/CinC Challenge 2021: 88,253 ECGs of seven sources',
    licence: 'CC BY 4.0',
    cite: 'Reyna 2021, doi:10.23919/CinC53138.2021.9662687',
  }),
  'ecg-arrhythmia': physionet('ecg-arrhythmia/1.0.0', {
    title: 'Chapman University and Shaoxing Hospital: 45,152 ECGs',
    licence: 'CC BY 4.0',
    cite: 'Zheng 2020, doi:10.1038/s41597-020-0386-x',
  }),
};
