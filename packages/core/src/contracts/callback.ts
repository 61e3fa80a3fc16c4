/** @file Callbacks: host code that looks at training between steps. It reads, measures and may end a stage; it never changes weights. */
import type { HostMasked, Split } from './host.ts';
import type { Named } from './tensor.ts';

/** One batch of what `Task.encode` and `Task.objective` gave in eval mode, on the host, without gradient. */
export type FeatureBatch = {
  /** 'encoders/<view>' pooled features, 'projectors/<name>' embeddings, 'outputs/<name>' what the task gave. */
  readonly values: Named<HostMasked>;
  readonly targets: Named<HostMasked>;
  readonly ids: readonly string[];
  readonly subjects: Int32Array;
};
export type CallbackEvent = {
  readonly at: 'start' | 'epoch' | 'end';
  readonly step: number;
  /** Finished epochs. */
  readonly epoch: number;
  readonly epochs: number;
  /** Of this epoch: '<split>/<metric>'. */
  readonly metrics: Named<number>;
  /** One pass over a split; costs a forward pass of it each time it is asked for. */
  features(split: Split): AsyncIterable<FeatureBatch>;
};
export type CallbackResult = {
  /** Saved in checkpoints, handed back at the next call: JSON. A callback holds nothing else. */
  readonly memory?: unknown;
  /** Joins the epoch's metrics: '<split>/<name>'. */
  readonly metrics?: Named<number>;
  /** Ends the stage after this epoch, for this reason. */
  readonly stop?: string;
};
export interface Callback {
  /** `random`: a stream of its own per stage, epoch and callback. */
  on(event: CallbackEvent, memory: unknown, random: () => number): Promise<CallbackResult>;
}
