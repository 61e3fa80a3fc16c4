/** @file A document to a resolved experiment, or to what is wrong with it. */
import { isCoded } from '../errors.ts';
import { schemaProblems } from '../host/schema-problems.ts';
import type { Host } from '../host/types.ts';
import { axisFormProblems } from './axis-forms.ts';
import { componentProblems } from './components.ts';
import { completed, type DraftExperiment } from './draft.ts';
import type { Problem } from './errors.ts';
import { type Doc, type Places, placeOf } from './places.ts';
import { referenceProblems } from './references.ts';
import { experimentSchema } from './schema.ts';
import { stageOrder } from './stage-order.ts';
import type { ResolvedExperiment } from './types.ts';

export type Checked =
  | { readonly resolved: ResolvedExperiment; readonly problems: readonly [] }
  | { readonly resolved: null; readonly problems: readonly Problem[] };

/** Structure, references and cycles; fills the defaults of the file's own schema, in place. */
export function checkStructure({ value, places }: Doc): Checked {
  const draft = value as unknown as DraftExperiment;
  const wrong = structureProblems(value, places);
  const form = wrong.length > 0 ? wrong : axisFormProblems(value, places);
  const problems = form.length > 0 ? form : referenceProblems(draft, places);
  if (problems.length > 0) return { resolved: null, problems };
  const resolved = completed(draft);
  const cycles = cycleProblems(resolved, places).slice(0, 1);
  return cycles.length > 0 ? { resolved: null, problems: cycles } : { resolved, problems: [] };
}

/** Structure, then components and their options. */
export function checkDocument(doc: Doc, host: Host): Checked {
  const checked = checkStructure(doc);
  if (checked.resolved === null) return checked;
  const problems = componentProblems(checked.resolved, host, doc.places);
  return problems.length > 0 ? { resolved: null, problems } : checked;
}

function structureProblems(value: unknown, places: Places): Problem[] {
  return schemaProblems(experimentSchema, value).map(({ code, path, ...said }) => ({
    ...said,
    code: `E_EXPERIMENT_${code}`,
    path,
    place: placeOf(places, path),
  }));
}

function cycleProblems(resolved: ResolvedExperiment, places: Places): Problem[] {
  return Object.keys(resolved.stages).flatMap((name) => {
    try {
      stageOrder(resolved, name);
      return [];
    } catch (error) {
      if (!isCoded(error)) throw error;
      const path = ['stages', name];
      const { code, reason, fix } = error;
      return [{ code, path, place: placeOf(places, path), cause: reason.replace(/\.$/, ''), fix }];
    }
  });
}
