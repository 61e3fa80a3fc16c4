/** @file An experiment whose structure is valid and whose names are not filled in yet. */
import type { Named } from '../contracts/tensor.ts';
import type { ProjectorUse, ResolvedExperiment, Stage, Use, ViewUse } from './types.ts';

export type DraftEncoder = {
  readonly use?: string;
  readonly sameAs?: string;
  readonly options: Use['options'];
};
export type DraftStage = Omit<Stage, 'projectors' | 'encoders'> & {
  readonly encoders: Named<{ readonly use?: string; readonly options: Use['options'] }>;
  readonly projectors: Named<Use & { readonly view?: string }>;
};
export type DraftExperiment = Omit<
  ResolvedExperiment,
  'views' | 'encoders' | 'stages' | 'result'
> & {
  readonly views: Named<Omit<ViewUse, 'from'> & { readonly from?: string }>;
  readonly encoders: Named<DraftEncoder>;
  readonly stages: Named<DraftStage>;
  readonly result?: string;
};

function mapped<T, R>(named: Named<T>, fn: (item: T, name: string) => R): Named<R> {
  return Object.fromEntries(Object.entries(named).map(([name, item]) => [name, fn(item, name)]));
}

/** A stage's word on an encoder over the experiment's: options go over by key; with another `use` they stand alone. */
function overridden(
  base: DraftEncoder | undefined,
  own: { readonly use?: string; readonly options: Use['options'] },
): Use {
  const use = own.use ?? base?.use ?? '';
  return {
    use,
    options: use === base?.use ? { ...base.options, ...own.options } : { ...own.options },
  };
}

/** Fills in the names that the file may leave out. Expects that every reference holds. */
export function completed(draft: DraftExperiment): ResolvedExperiment {
  const { views, encoders, stages, result, ...rest } = draft;
  const stage = (of: DraftStage): Stage => ({
    ...of,
    encoders: mapped(of.encoders, (own, view) => overridden(encoders[view], own)),
    projectors: mapped(of.projectors, (projector, name): ProjectorUse => ({
      ...projector,
      view: projector.view ?? name,
    })),
  });
  return {
    ...rest,
    views: mapped(views, (view, name): ViewUse => ({ ...view, from: view.from ?? name })),
    encoders: mapped(encoders, ({ use, sameAs, options }) =>
      sameAs === undefined ? { use: use ?? '', options } : { sameAs },
    ),
    stages: mapped(stages, stage),
    result: result ?? Object.keys(stages).at(-1) ?? '',
  };
}
