/** @file Contracts of the host side: arrays, cohorts, readers, transforms, metrics, schedules, figures. No tensors. */
import type { ArraySpec, Named, TargetSpec } from './tensor.ts';

export type HostArray = {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
};
/** As `Masked`, on the host; `present.data` is a Uint8Array of 0 and 1. */
export type HostMasked = { readonly values: HostArray; readonly present: HostArray };

/** One axis of a view, in the order of its shape. `spacing` in `unit` per step; `labels` name the positions (leads). */
export type Axis = {
  readonly name: string;
  readonly labels?: readonly string[];
  readonly spacing?: number;
  readonly unit?: string;
};
/** A view of one row: ArraySpec with the meaning of its axes. ECG: axes lead (labels) and time (spacing 1/500, unit 's'), unit 'mV'. */
export type ViewSpec = ArraySpec & { readonly axes: readonly Axis[]; readonly unit: string };

/** One record as a reader gives it; `views` by view name. */
export type ReaderRecord = {
  readonly id: string;
  readonly view: ViewSpec;
  readonly values: Float32Array;
  /** Facts of the file: age, sex, codes. No names. */
  readonly facts: Named<string | number | null>;
  /** Quality findings and repairs: 'flat V3', 'NaN samples 12'. */
  readonly flags: readonly string[];
};
export interface Reader {
  /** `head`: first bytes of the file. Is this file (or its header) ours? */
  recognises(head: Uint8Array, name: string): boolean;
  read(path: string): Promise<ReaderRecord>;
}
export type Split = 'train' | 'val' | 'test' | 'all';
export interface Cohort {
  readonly views: Named<ViewSpec>;
  readonly targets: Named<TargetSpec>;
  /** SHA-256 hex of what the rows are made of. */
  readonly digest: string;
  /** Facts that a report prints beside the digest, such as where the rows come from. */
  readonly provenance?: Named<string | number>;
  rows(split: Split): Promise<Int32Array>;
  /** Subject number per row; rows of one subject share it. */
  subjects(rows: Int32Array): Int32Array;
  /** Record ids per row, as given in errors and predictions. */
  ids(rows: Int32Array): readonly string[];
  read(rows: Int32Array, names: readonly string[]): Promise<Named<HostMasked>>;
}
/** One row through; `fitted` is what `fit` gave on the training part, JSON-serialisable; augmentations have `when: 'train'`. */
export interface Transform {
  readonly output: ViewSpec;
  readonly when: 'always' | 'train';
  fit?(training: AsyncIterable<Float32Array>): Promise<unknown>;
  apply(x: Float32Array, fitted: unknown, random: () => number): Float32Array;
}
export type MetricValue = number | { readonly undefinedBecause: string };
/** `outputs`: what `Task.objective` gave for the records `ids`, row by row. */
export type MetricBatch = { readonly outputs: Named<HostMasked>; readonly ids: readonly string[] };
/** Over the batches of a split. Names become `<split>/<metric>[.<part>]`. */
export interface Metric {
  /** One pass over the training part, with the same outputs; for baselines that must be fitted. */
  fit?(training: AsyncIterable<MetricBatch>): Promise<unknown>;
  compute(batches: AsyncIterable<MetricBatch>, fitted: unknown): Promise<Named<MetricValue>>;
}
export type SchedulePosition = {
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
};
/** `memory` is JSON; the schedule itself holds nothing. */
export interface Schedule {
  at(position: SchedulePosition, memory: unknown): number;
  observe(metrics: Named<number>, memory: unknown): unknown;
}
/** Writes files below `dir` and says which; `outputs` of the split, with ids. */
export interface Figure {
  draw(from: FigureInput): Promise<readonly FigureFile[]>;
}
export type FigureInput = {
  readonly outputs: Named<HostMasked>;
  readonly ids: readonly string[];
  readonly view: ViewSpec;
};
export type FigureFile = { readonly name: string; readonly title: string; readonly svg: string };
