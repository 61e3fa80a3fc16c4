/** @file Views of the experiment against those of the cohort, and projectors against encoders. */
import { closest } from '@dualbeat/core';
import type { Cohort, Encoder, Fault, Named, ResolvedExperiment, Stage } from '@dualbeat/core';

export function viewFaults(
  { views, cohort: use }: Pick<ResolvedExperiment, 'views' | 'cohort'>,
  cohort: Pick<Cohort, 'views'>,
): Fault[] {
  const there = Object.keys(cohort.views);
  return Object.entries(views).flatMap(([name, { from }]): Fault[] => {
    if (there.includes(from)) return [];
    const listed = Object.entries(cohort.views).map(
      ([view, { shape, unit }]) => `${view} [${shape.join(', ')}] in ${unit}`,
    );
    const near = closest(from, there);
    return [
      {
        code: 'E_EXPERIMENT_VIEW',
        path: ['views', name, 'from'],
        cause: `the cohort '${use.use}' has no view '${from}'; it has: ${listed.join(', ') || 'none'}`,
        fix: near === undefined ? "name one of these as 'from'" : `did you mean 'from: ${near}'?`,
      },
    ];
  });
}

/** `encoders`: those that the stage made. */
export function projectorFaults(name: string, stage: Stage, encoders: Named<Encoder>): Fault[] {
  const views = Object.keys(encoders);
  return Object.entries(stage.projectors).flatMap(([projector, { view }]): Fault[] =>
    views.includes(view)
      ? []
      : [
          {
            code: 'E_EXPERIMENT_WIRING',
            path: ['stages', name, 'projectors', projector],
            cause: `the projector reads the features of the view '${view}', which the task '${stage.task.use}' does not encode here; it encodes: ${views.join(', ') || 'none'}`,
            fix: `add 'encoders.${view}', change the task's options, or leave the projector out`,
          },
        ],
  );
}
