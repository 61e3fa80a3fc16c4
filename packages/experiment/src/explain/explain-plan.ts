/** @file A plan as data for people: wiring with shapes, parameter counts and memory of every stage. No tensors. */
import { at } from '@dualbeat/core';
import type { Named, Split, TargetSpec, ViewSpec } from '@dualbeat/core';
import { countValues, modulesByPrefix } from '@dualbeat/training';
import type { BuiltStage } from '../build-stage.ts';
import type { PlannedStage, RunPlan } from '../plan.ts';
import { memoryOf, type StageMemory } from './memory.ts';
import { edgesOf, type ExplainedEdge } from './wiring-edges.ts';

export type { ExplainedEdge } from './wiring-edges.ts';
export type ExplainedModule = {
  /** 'encoders/ecg', 'heads/decoder', 'projectors/ecg', 'loss'. */
  readonly path: string;
  /** Id of the component. */
  readonly use: string;
  /** Numbers of values. */
  readonly parameters: number;
  readonly frozen: number;
  /** Running statistics and the like: saved, never trained. */
  readonly state: number;
};
export type ExplainedStage = {
  readonly name: string;
  readonly id: string;
  readonly needs: readonly string[];
  readonly task: string;
  readonly optimizer: string;
  readonly schedule: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly microBatch: number | null;
  /** Of one row. */
  readonly views: Named<ViewSpec>;
  readonly targets: Named<TargetSpec>;
  readonly modules: readonly ExplainedModule[];
  readonly edges: readonly ExplainedEdge[];
  readonly parameters: { readonly total: number; readonly frozen: number };
  readonly memory: StageMemory;
};
export type PlanExplanation = {
  readonly experiment: string;
  readonly trial: string;
  readonly smoke: boolean;
  readonly seed: number;
  readonly rows: { readonly [split in Split]: number };
  /** In the order in which they run; the last one is the result. */
  readonly stages: readonly ExplainedStage[];
};

export function explainPlan(plan: RunPlan): PlanExplanation {
  const { resolved } = plan.spec;
  return {
    experiment: resolved.name,
    trial: plan.trial,
    smoke: plan.smoke,
    seed: resolved.seed,
    rows: plan.rows,
    stages: plan.stages.map((stage) => explainStage(plan, stage)),
  };
}

function explainStage(plan: RunPlan, { name, id, views }: PlannedStage): ExplainedStage {
  const stage = at(plan.spec.resolved.stages, name, 'stage');
  const built = at(plan.built, name, 'stage');
  const specs = Object.fromEntries(
    views.map((view) => [view, at(plan.views, view, 'view').spec] as const),
  );
  const modules = modulesOf(built);
  const { epochs, batchSize, microBatch } = stage.train;
  return {
    name,
    id,
    needs: plan.needs[name] ?? [],
    task: stage.task.use,
    optimizer: stage.optimizer.use,
    schedule: stage.schedule.use,
    epochs,
    batchSize,
    microBatch: microBatch ?? null,
    views: specs,
    targets: built.targets,
    modules,
    edges: edgesOf(stage, built, specs),
    parameters: {
      total: modules.reduce((sum, { parameters }) => sum + parameters, 0),
      frozen: modules.reduce((sum, { frozen }) => sum + frozen, 0),
    },
    memory: memoryOf(stage, built, specs),
  };
}

function modulesOf({ modules, frozen, components }: BuiltStage): ExplainedModule[] {
  return modulesByPrefix(modules).map(([path, { params, state }]) => {
    const still = Object.entries(params).filter(([name]) => frozen.has(`${path}/${name}`));
    return {
      path,
      use: at(components, path, 'component').use,
      parameters: countValues(params),
      frozen: countValues(Object.fromEntries(still)),
      state: countValues(state),
    };
  });
}
