/** @file Names in an experiment that must name something else in it: stages, views, encoders. */
import { closest } from '../closest.ts';
import type { Problem } from './errors.ts';
import { type Places, placeOf } from './places.ts';
import type { DraftExperiment } from './draft.ts';

/** Every reference that leads nowhere. */
export function referenceProblems(draft: DraftExperiment, places: Places): Problem[] {
  const problems: Problem[] = [];
  const problem = (path: readonly string[], cause: string, fix: string) =>
    void problems.push({
      code: 'E_EXPERIMENT_REFERENCE',
      path,
      place: placeOf(places, path),
      cause,
      fix,
    });
  const must = (what: string, name: string, names: readonly string[], path: readonly string[]) => {
    if (names.includes(name)) return;
    const near = closest(name, names);
    problem(
      path,
      `there is no ${what} '${name}'; there is: ${names.join(', ') || 'none'}`,
      near === undefined ? 'use one of these' : `did you mean '${near}'?`,
    );
  };
  const views = Object.keys(draft.views);
  const encoders = Object.keys(draft.encoders);
  const stages = Object.keys(draft.stages);

  for (const [view, encoder] of Object.entries(draft.encoders)) {
    const path = ['encoders', view];
    must('view', view, views, path);
    if ((encoder.use === undefined) === (encoder.sameAs === undefined)) {
      problem(
        path,
        "an encoder has either 'use' or 'sameAs'",
        'write { use: <id>, options: {...} } or { sameAs: <view> }',
      );
    } else if (encoder.sameAs !== undefined && shareCycle(draft, view) !== null) {
      problem(
        [...path, 'sameAs'],
        `the encoders share each other: ${shareCycle(draft, view)?.join(' -> ')}`,
        "give one of them a 'use' of its own",
      );
    } else if (encoder.sameAs !== undefined) {
      const own = Object.entries(draft.encoders).filter(([, other]) => other.use !== undefined);
      must(
        'encoder of its own',
        encoder.sameAs,
        own.map(([name]) => name),
        [...path, 'sameAs'],
      );
      if (Object.keys(encoder.options).length > 0)
        problem(
          [...path, 'options'],
          'a shared encoder has no options of its own',
          `set them on encoders.${encoder.sameAs}`,
        );
    }
  }
  for (const [name, stage] of Object.entries(draft.stages)) {
    const path = ['stages', name];
    for (const view of Object.keys(stage.encoders)) {
      must('encoder', view, encoders, [...path, 'encoders', view]);
      const shared = draft.encoders[view]?.sameAs;
      if (shared !== undefined)
        problem(
          [...path, 'encoders', view],
          `the encoder of '${view}' is that of '${shared}'`,
          `override stages.${name}.encoders.${shared}`,
        );
    }
    for (const [embedding, projector] of Object.entries(stage.projectors)) {
      const at = [...path, 'projectors', embedding];
      must(
        'view',
        projector.view ?? embedding,
        views,
        projector.view === undefined ? at : [...at, 'view'],
      );
    }
    for (const [prefix, source] of Object.entries(stage.init))
      must('stage', source.from, stages, [...path, 'init', prefix, 'from']);
    for (const [index, need] of stage.needs.entries())
      must('stage', need, stages, [...path, 'needs', String(index)]);
    // A loss over embeddings may read a target, such as the class of a row, that no head predicts.
    const predicted = Object.keys(stage.projectors).length === 0 ? Object.keys(stage.targets) : [];
    for (const head of predicted)
      must('head', head, Object.keys(stage.heads), [...path, 'targets', head]);
  }
  if (draft.result !== undefined) must('stage', draft.result, stages, ['result']);
  const variants = Object.keys(draft.variants);
  for (const [index, variant] of (draft.sweep?.variants ?? []).entries())
    must('variant', variant, variants, ['sweep', 'variants', String(index)]);
  return problems;
}

/** The views from `view` along sameAs back to one that was passed; null: it ends. */
function shareCycle({ encoders }: DraftExperiment, view: string): readonly string[] | null {
  const chain = [view];
  for (;;) {
    const next: string | undefined = Object.hasOwn(encoders, chain.at(-1) as string)
      ? encoders[chain.at(-1) as string]?.sameAs
      : undefined;
    if (next === undefined) return null;
    if (chain.includes(next)) return [...chain, next];
    chain.push(next);
  }
}
