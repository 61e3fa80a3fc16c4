/** @file Follow-up of subjects, and the checks that the survival metrics share. */
import { checkLengths, undefinedBecause } from '../values.ts';
import type { Undefined, Values } from '../values.ts';

/** `events`: 1 for an event at `times`, 0 for the end of observation. Times in one unit throughout. */
export type FollowUp = { readonly times: Values; readonly events: Values };

/** Why this follow-up cannot be used; undefined if it can. Errors: E_EVALUATION_LENGTH. */
export function refuseFollowUp(metric: string, { times, events }: FollowUp): Undefined | undefined {
  checkLengths(metric, times, events);
  if (times.length === 0) return undefinedBecause('there are no subjects');
  for (let i = 0; i < times.length; i++) {
    if (!Number.isFinite(times[i])) return undefinedBecause('a time is not finite');
    if (events[i] !== 0 && events[i] !== 1) return undefinedBecause('an event is neither 0 nor 1');
  }
  return undefined;
}
