/** @file What a training step is told beside its modules: static, so a change is another trace. */
import type { Named } from '@dualbeat/core';
import type { Factors } from './trainable.ts';

export type StepRule = {
  /** The stage's name: its random streams. */
  readonly stage: string;
  /** Parameters that stay as they are. */
  readonly frozen: ReadonlySet<string>;
  /** False: frozen modules train on in all but their parameters (running statistics, dropout). True where absent. */
  readonly statistics?: boolean | undefined;
  /** Largest global gradient norm; none: gradients are taken as they are. */
  readonly clipNorm?: number | undefined;
  /** Factors by parameter; absent: decay as each is declared. */
  readonly groups?: Named<Factors> | undefined;
  /** Step after which a parameter trains, where that is not the first: optimisers count from there. */
  readonly since?: Named<number> | undefined;
  /** Batches whose gradients were added up; their mean is applied. */
  readonly accumulate?: number | undefined;
  /** Running mean of the weights, in the optimiser's state as 'ema/<name>'. */
  readonly emaDecay?: number | undefined;
  /** Reports how far each module moves. */
  readonly updateNorms?: boolean | undefined;
  /** Views whose batch values are features already. */
  readonly features?: ReadonlySet<string> | undefined;
};
