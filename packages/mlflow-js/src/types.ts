/** @file What the client takes and gives. Times are milliseconds since 1970. */

export type KeyValue = { readonly [key: string]: string };
export type Metric = {
  readonly key: string;
  readonly value: number;
  readonly step?: number;
  readonly timestamp: number;
  /** Of a logged model that the metric belongs to. */
  readonly modelId?: string;
  readonly dataset?: { readonly name: string; readonly digest: string };
};
export type RunStatus = 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';
export type Experiment = {
  readonly id: string;
  readonly name: string;
  readonly artifactLocation: string;
  readonly lifecycleStage: string;
  readonly tags: KeyValue;
};
export type Run = {
  readonly id: string;
  readonly name: string;
  readonly experimentId: string;
  readonly status: RunStatus;
  readonly startTime: number | null;
  readonly endTime: number | null;
  readonly artifactUri: string;
  readonly lifecycleStage: string;
  readonly params: KeyValue;
  readonly tags: KeyValue;
  /** Last value of each. */
  readonly metrics: { readonly [key: string]: number };
};
export type DatasetInput = {
  readonly name: string;
  /** At most 36 characters: longer ones are cut; keep the whole as a tag. */
  readonly digest: string;
  readonly sourceType: string;
  readonly source: string;
  readonly schema?: string;
  readonly profile?: string;
  /** 'training', 'evaluation'. */
  readonly context?: string;
};
export type LoggedModel = {
  readonly id: string;
  readonly name: string;
  readonly artifactUri: string;
  readonly status: string;
  readonly experimentId: string;
};
export type ModelVersion = {
  readonly name: string;
  readonly version: string;
  readonly status: string;
  readonly source: string;
};
export type Artifact = { readonly path: string; readonly isDir: boolean; readonly size: number };
