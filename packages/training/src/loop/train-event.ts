/** @file What training tells while it runs; the journal and the progress bar are made of these. Plain JSON. */
import type { Named } from '@dualbeat/core';

export type TrainEvent =
  | {
      readonly type: 'start';
      readonly stage: string;
      readonly step: number;
      readonly epoch: number;
      readonly epochs: number;
      readonly steps: number;
      readonly stepsPerEpoch: number;
      readonly batchSize: number;
      readonly trainRows: number;
      readonly valRows: number;
      readonly params: number;
      readonly trainableParams: number;
      readonly resumedFrom: string | null;
    }
  | {
      readonly type: 'step';
      readonly stage: string;
      /** Steps done. */
      readonly step: number;
      readonly epoch: number;
      readonly learningRate: number;
      /** Loss, its parts, gradient norm, ...; `finite` 1 or 0. */
      readonly report: Named<number>;
      readonly rows: number;
      /** The whole step, waiting included. */
      readonly stepMs: number;
      /** Of it, time that the step stood still for data. */
      readonly waitMs: number;
    }
  | {
      readonly type: 'epoch';
      readonly stage: string;
      /** Finished epochs. */
      readonly epoch: number;
      readonly step: number;
      readonly metrics: Named<number>;
      readonly best: boolean;
      readonly recordsPerSecond: number;
      /** 0 to 1: share of the training time that was spent waiting for data. */
      readonly waitShare: number;
    }
  | {
      readonly type: 'checkpoint';
      readonly stage: string;
      readonly name: string;
      readonly step: number;
      readonly epoch: number;
    }
  | {
      readonly type: 'note';
      readonly stage: string;
      readonly level: 'info' | 'warning';
      readonly text: string;
      /** The facts behind the text, for the journal. */
      readonly facts?: Named<unknown>;
    };
