/** @file Metrics, figures and callbacks of a stage, made once before anything is computed: what is wrong with them shows here. */
import { dirname, resolve } from 'node:path';
import { at } from '@dualbeat/core';
import type { Host, Named, Use, ViewSpec } from '@dualbeat/core';
import type { BuiltStage } from '../build-stage.ts';
import type { ExperimentSpec } from '../data/open-data.ts';

/** Errors: those of the components. */
export async function checkEvaluation(
  host: Host,
  { resolved, file }: ExperimentSpec,
  name: string,
  { views, targets }: BuiltStage,
  specs: Named<ViewSpec>,
): Promise<void> {
  const { evaluate, train, callbacks } = at(resolved.stages, name, 'stage');
  const own = Object.fromEntries(views.map((view) => [view, at(specs, view, 'view')]));
  const metricFrom = {
    views: own,
    targets,
    resolve: (path: string) => resolve(dirname(file), path),
  };
  const where = `stages.${name}`;
  const each = async (
    uses: readonly Use[],
    path: string,
    make: (use: Use, at: string) => Promise<unknown>,
  ): Promise<void> => {
    for (const [i, use] of uses.entries()) await make(use, `${where}.${path}[${i}]`);
  };
  const metric = (use: Use, at_: string): Promise<unknown> =>
    host.create('metric', use, metricFrom, at_);
  await each(evaluate.metrics, 'evaluate.metrics', metric);
  await each(train.evaluate?.metrics ?? [], 'train.evaluate.metrics', metric);
  await each(evaluate.figures, 'evaluate.figures', (use, at_) =>
    host.create('figure', use, null, at_),
  );
  await each(callbacks, 'callbacks', (use, at_) =>
    host.create('callback', use, { views, targets }, at_),
  );
}
