/** @file The cases: what can be measured, and what PyTorch may choose between. */

export type BenchCase = 'ecg-mae' | 'cmr-cnn3d';
type CaseFacts = {
  readonly sizes: readonly string[];
  readonly defaults: { readonly sizes: string; readonly batch: number };
  /** `--set` of the experiment for a size. */
  readonly set: (size: string, batch: number) => readonly string[];
  /** The PyTorch program. */
  readonly script: string;
  /** An option of that program; the faster value is taken, for eager and compile apart. */
  readonly choice: { readonly option: string; readonly values: readonly [string, string] };
};

export const cases: { readonly [name in BenchCase]: CaseFacts } = {
  'ecg-mae': {
    // named sizes of the ECG transformer whose decoder is 256 wide and 2 deep
    sizes: ['tiny', 'tinyDeep', 'small', 'smallDeep', 'medium', 'mediumDeep', 'large'],
    defaults: { sizes: 'tiny,mediumDeep', batch: 8 },
    set: (size, batch) => [
      `encoders.ecg.options.size=${size}`,
      `stages.mae.train.batchSize=${batch}`,
    ],
    script: 'ecg_mae.py',
    choice: { option: 'gather', values: ['before', 'after'] },
  },
  'cmr-cnn3d': {
    // thin: a quarter of the channels
    sizes: ['slow-r50', 'thin'],
    defaults: { sizes: 'thin,slow-r50', batch: 4 },
    set: (size, batch) => [
      ...(size === 'thin' ? ['encoders.ed.options.widths=[16, 32, 64, 128]'] : []),
      `stages.phenotypes.train.batchSize=${batch}`,
    ],
    script: 'cmr_cnn3d.py',
    choice: { option: 'layout', values: ['channels_last_3d', 'contiguous'] },
  },
};
export const benchCases = Object.keys(cases) as readonly BenchCase[];
