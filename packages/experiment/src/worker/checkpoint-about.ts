/** @file The description that a checkpoint carries: enough to rebuild the model and to know where it comes from. */
import { at, coreVersion } from '@dualbeat/core';
import type { Named } from '@dualbeat/core';
import type { Ancestor, CheckpointAbout } from '@dualbeat/training';
import type { BuiltStage } from '../build-stage.ts';
import type { OpenView } from '../data/open-data.ts';
import type { StageContext } from './run-stage.ts';

export function checkpointAbout(
  { job, stage, host, cohort }: StageContext,
  built: BuiltStage,
  of: {
    readonly used: Named<OpenView>;
    readonly fitted: Named<readonly unknown[]>;
    readonly lineage: readonly Ancestor[];
  },
): CheckpointAbout {
  const { resolved } = job.spec;
  const views = Object.entries(of.used).map(([name, view]) => {
    const transforms = at(resolved.views, name).transforms.map((use, i) => ({
      ...use,
      fitted: of.fitted[name]?.[i] ?? null,
    }));
    return [name, { from: view.from, source: view.source, transforms, ...view.spec }] as const;
  });
  const versions = host.sources().map(({ name, version }) => [name, version] as const);
  return {
    experiment: resolved.name,
    stage: stage.name,
    stageId: stage.id,
    seed: resolved.seed,
    components: built.components,
    views: Object.fromEntries(views),
    targets: built.targets,
    cohort: { use: resolved.cohort.use, options: resolved.cohort.options, digest: cohort.digest },
    versions: { '@dualbeat/core': coreVersion(), ...Object.fromEntries(versions) },
    lineage: of.lineage,
  };
}
