/** @file The modules of a stage, made from the experiment: shapes in, modules out, no tensor. */
import { at, stageEncoders } from '@dualbeat/core';
import type {
  ArraySpec,
  Cohort,
  Encoder,
  Head,
  Host,
  Named,
  Projector,
  ResolvedExperiment,
  Schedule,
  TargetSpec,
  Use,
  ViewSpec,
} from '@dualbeat/core';
import { splitFrozen, stageVariables } from '@dualbeat/training';
import type { StageModules } from '@dualbeat/training';

export type BuiltStage = {
  readonly modules: StageModules;
  readonly schedule: Schedule;
  /** Views that its batches must carry. */
  readonly views: readonly string[];
  readonly targets: Named<TargetSpec>;
  /** Parameters that stay as they are. */
  readonly frozen: ReadonlySet<string>;
  /** By path ('encoders/ecg'): what was used, with all options. */
  readonly components: Named<Use>;
};

/** Errors: E_COMPONENT_..., E_NAME_UNKNOWN, E_PATTERN, and those of the components. */
export async function buildStage(
  host: Host,
  resolved: ResolvedExperiment,
  name: string,
  cohort: Pick<Cohort, 'targets'>,
  viewSpecs: Named<ViewSpec>,
): Promise<BuiltStage> {
  const stage = at(resolved.stages, name, 'stage');
  const where = `stages.${name}`;
  const components: { [path: string]: Use } = {};

  const encoders: { [view: string]: Encoder } = {};
  const sharedEncoders: { [view: string]: string } = {};
  for (const [view, use] of Object.entries(stageEncoders(resolved, name))) {
    const input = at(viewSpecs, view, 'view');
    encoders[view] = await host.create('encoder', use, { input }, `encoders.${view}`);
    if (use.parameters !== view) sharedEncoders[view] = use.parameters;
    else components[`encoders/${view}`] = { use: use.use, options: use.options };
  }
  const targets: { [name: string]: TargetSpec } = {};
  for (const [head, set] of Object.entries(stage.targets)) {
    targets[head] = at(cohort.targets, set, 'target set');
  }
  const heads: { [name: string]: Head } = {};
  for (const [head, use] of Object.entries(stage.heads)) {
    const from = { inputs: headInputs(encoders), targets };
    heads[head] = await host.create('head', use, from, `${where}.heads.${head}`);
    components[`heads/${head}`] = use;
  }
  const projectors: { [name: string]: Projector } = {};
  const projected: { [name: string]: { readonly view: string } } = {};
  for (const [projector, use] of Object.entries(stage.projectors)) {
    const { width } = at(encoders, use.view, 'encoder');
    const at_ = `${where}.projectors.${projector}`;
    projectors[projector] = await host.create('projector', use, { width }, at_);
    projected[projector] = { view: use.view };
    components[`projectors/${projector}`] = { use: use.use, options: use.options };
  }
  const values = lossValues(heads, projectors);
  const loss = await host.create('loss', stage.loss, { values, targets }, `${where}.loss`);
  const from = { encoders, projectors: projected, loss };
  const task = await host.create('task', stage.task, from, `${where}.task`);
  const optimizer = await host.create('optimizer', stage.optimizer, null, `${where}.optimizer`);
  const schedule = await host.create('schedule', stage.schedule, null, `${where}.schedule`);

  const { task: t, loss: l, optimizer: o, schedule: s } = stage;
  const modules = { encoders, sharedEncoders, projectors, heads, loss, task, optimizer };
  const { frozen } = splitFrozen(stageVariables(modules).params, stage.freeze.params);
  return {
    modules,
    schedule,
    views: neededViews(modules, Object.keys(viewSpecs), Object.keys(targets)),
    targets,
    frozen,
    components: { ...components, task: t, loss: l, optimizer: o, schedule: s },
  };
}

/** What heads may read: '<view>' [D], '<view>/tokens' [prefix + N, D], '<view>/patches' [...grid, ...patch]. */
function headInputs(encoders: Named<Encoder>): Named<ArraySpec> {
  const inputs: { [name: string]: ArraySpec } = {};
  for (const [view, { width, tokens }] of Object.entries(encoders)) {
    inputs[view] = { shape: [width], dtype: 'float32' };
    if (tokens === undefined) continue;
    const { grid, patch, prefix } = tokens;
    const count = prefix + grid.reduce((a, b) => a * b, 1);
    inputs[`${view}/tokens`] = { shape: [count, width], dtype: 'float32' };
    inputs[`${view}/patches`] = { shape: [...grid, ...patch], dtype: 'float32' };
  }
  return inputs;
}

/** Predictions by head output, embeddings by projector name. */
function lossValues(heads: Named<Head>, projectors: Named<Projector>): Named<ArraySpec> {
  const embeddings = Object.entries(projectors).map(
    ([name, { width }]) => [name, { shape: [width], dtype: 'float32' }] as const,
  );
  return Object.assign(
    {},
    ...Object.values(heads).map((head) => head.outputs),
    Object.fromEntries(embeddings),
  ) as Named<ArraySpec>;
}

/** A view is loaded where the task has no use for rows without it; where that is true of none, all are. */
function neededViews(
  modules: StageModules,
  views: readonly string[],
  targets: readonly string[],
): readonly string[] {
  const needed = views.filter((view) => {
    const others = views.filter((other) => other !== view);
    return !modules.task.accepts(new Set([...others, ...targets]));
  });
  return needed.length === 0 ? views : needed;
}
