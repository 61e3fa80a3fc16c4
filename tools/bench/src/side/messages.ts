/** @file What the orchestrator and a side say to each other: one line of JSON each. */

export type SideCommand =
  | { readonly do: 'step'; readonly count: number }
  | { readonly do: 'facts' }
  | { readonly do: 'profile' }
  | { readonly do: 'quit' };

/** Losses and wall time of the steps of a turn. */
export type Steps = { readonly losses: readonly number[]; readonly seconds: readonly number[] };
export type Facts = {
  readonly peakBytes: number;
  readonly parameters: number;
  readonly versions: { readonly [name: string]: string };
  readonly notes: readonly string[];
};
