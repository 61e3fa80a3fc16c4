/** @file The encoders that a stage sees: the experiment's, under the stage's own word. */
import { at } from '../at.ts';
import type { Named } from '../contracts/tensor.ts';
import type { ResolvedExperiment, Use } from './types.ts';

/** `parameters` is the view whose name the parameters bear: encoders/<parameters>/...; another view's where the encoder is shared. */
export type StageEncoder = Use & { readonly parameters: string };

/** Encoders by view for one stage; options complete. Error: E_NAME_UNKNOWN. */
export function stageEncoders(resolved: ResolvedExperiment, stage: string): Named<StageEncoder> {
  const own = at(resolved.stages, stage, 'stage').encoders;
  return Object.fromEntries(
    Object.keys(resolved.encoders).map((view) => {
      const said = at(resolved.encoders, view, 'encoder');
      const parameters = 'sameAs' in said ? said.sameAs : view;
      const base = Object.hasOwn(own, parameters) ? own[parameters] : resolved.encoders[parameters];
      return [view, { ...(base as Use), parameters }];
    }),
  );
}
