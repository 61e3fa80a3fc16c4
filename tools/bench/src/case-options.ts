/** @file What one benchmark of a size is. Plain JSON: it goes to the processes as an argument. */

export type CaseOptions = {
  /** `--set` of the experiment: 'encoders.ecg.options.size=tiny'. */
  readonly set: readonly string[];
  readonly batch: number;
};

export const caseOptions = (size: string, batch: number): CaseOptions => ({
  set: [`encoders.ecg.options.size=${size}`, `stages.mae.train.batchSize=${batch}`],
  batch,
});
