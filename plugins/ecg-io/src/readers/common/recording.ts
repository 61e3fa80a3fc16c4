/** @file What a decoder makes of a file, before leads are chosen, repaired and derived. */

export type Facts = { readonly [name: string]: string | number | null };
export type RecordingLead = {
  /** As the file names it. */
  readonly name: string;
  readonly samplingHz: number;
  /** NaN where the file marks a sample as invalid. */
  readonly microvolts: Float64Array;
};
export type Recording = {
  readonly leads: readonly RecordingLead[];
  readonly facts: Facts;
  /** What the decoder found and did: 'calibration pulse cut at 10 s'. */
  readonly flags: readonly string[];
};
