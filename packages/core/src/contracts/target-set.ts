/** @file Target sets: a named choice of a cohort's targets, such as `ed3`. No tensors. */
import type { Named, TargetSpec } from './tensor.ts';

/**
 * Columns of the cohort's targets in the order in which a head predicts them. An experiment's `targets: { head: <name> }` means
 * the cohort's own set of that name, else the `target-set` component of that id.
 */
export interface TargetSet {
  /** What the head predicts: names, units, groups; mean and std are those of the columns. */
  readonly spec: TargetSpec;
  /** For each name of `spec`: the cohort's target and the column in it. */
  readonly columns: readonly { readonly target: string; readonly column: number }[];
}
/** `targets`: all that the cohort has. Error of the component: a name that the cohort lacks. */
export type TargetSetFrom = { readonly targets: Named<TargetSpec> };
