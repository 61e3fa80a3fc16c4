/** @file The modules of a stage, made from the experiment: shapes in, modules out, no tensor. */
import { at, stageEncoders } from '@dualbeat/core';
import type {
  ArraySpec,
  Cohort,
  Encoder,
  Head,
  Host,
  Kind,
  Kinds,
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
import { resolveTargets } from './data/resolve-targets.ts';
import { batchTooSmall } from './errors.ts';
import { type Invalid, plainInvalid, refuse } from './wiring/faults.ts';
import { patternFaults } from './wiring/pattern-faults.ts';
import { projectorFaults } from './wiring/view-faults.ts';

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
  invalid: Invalid = plainInvalid,
): Promise<BuiltStage> {
  const stage = at(resolved.stages, name, 'stage');
  const where = `stages.${name}`;
  const components: { [path: string]: Use } = {};

  const encoders: { [view: string]: Encoder } = {};
  const sharedEncoders: { [view: string]: string } = {};
  const declared = stageEncoders(resolved, name);
  const encoded = host
    .component('task', stage.task.use, `${where}.task`)
    .views?.(stage.task.options, { encoders: Object.keys(declared), projectors: stage.projectors });
  for (const [view, use] of Object.entries(declared)) {
    const lends = (other: string): boolean => declared[other]?.parameters === view;
    if (encoded !== undefined && !encoded.includes(view) && !encoded.some(lends)) continue;
    const input = at(viewSpecs, view, 'view');
    encoders[view] = await host.create('encoder', use, { input }, `encoders.${view}`);
    if (use.parameters !== view) sharedEncoders[view] = use.parameters;
    else components[`encoders/${view}`] = { use: use.use, options: use.options };
  }
  const targets: { [name: string]: TargetSpec } = {};
  const sets = await resolveTargets(host, cohort.targets, stage.targets, `${where}.targets`);
  for (const [head, { spec }] of Object.entries(sets)) targets[head] = spec;
  refuse(projectorFaults(name, stage, encoders), invalid);
  const projectors: { [name: string]: Projector } = {};
  const projected: { [name: string]: { readonly view: string } } = {};
  for (const [projector, use] of Object.entries(stage.projectors)) {
    const { width } = at(encoders, use.view, 'encoder');
    const at_ = `${where}.projectors.${projector}`;
    projectors[projector] = await host.create('projector', use, { width }, at_);
    projected[projector] = { view: use.view };
    components[`projectors/${projector}`] = { use: use.use, options: use.options };
  }
  // An encoder that only lends its parameters gives no features of its own.
  const offered = Object.fromEntries(
    Object.entries(encoders).filter(([view]) => encoded?.includes(view) ?? true),
  );
  const heads: { [name: string]: Head } = {};
  for (const [head, use] of Object.entries(stage.heads)) {
    // A head named after a target predicts that one.
    const own = Object.hasOwn(targets, head) ? { [head]: at(targets, head) } : targets;
    const from = { inputs: headInputs(offered, projectors), targets: own };
    heads[head] = await host.create('head', use, from, `${where}.heads.${head}`);
    components[`heads/${head}`] = use;
  }
  const values = lossValues(heads, projectors);
  const lossFrom: Kinds['loss']['from'] = {
    values,
    targets,
    create: (use) => host.create('loss', use, lossFrom, `${where}.loss "${use.use}"`),
  };
  const loss = await host.create('loss', stage.loss, lossFrom, `${where}.loss`);
  if (stage.train.epochs > 0 && stage.train.batchSize < (loss.minimumRows ?? 1))
    throw batchTooSmall(name, stage.loss.use, loss.minimumRows ?? 1, stage.train.batchSize);
  const from = { encoders, projectors: projected, loss, heads };
  const task = await host.create('task', stage.task, from, `${where}.task`);
  const optimizer = await host.create('optimizer', stage.optimizer, null, `${where}.optimizer`);
  const schedule = await host.create('schedule', stage.schedule, null, `${where}.schedule`);

  const { task: t, loss: l, optimizer: o, schedule: s } = stage;
  const origins = originsOf(host, { ...components, loss: l }, name);
  const modules = { encoders, sharedEncoders, projectors, heads, loss, task, optimizer, origins };
  refuse(patternFaults(name, stage, Object.keys(stageVariables(modules).params)), invalid);
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

const kindOf: Named<Kind> = {
  encoders: 'encoder',
  heads: 'head',
  projectors: 'projector',
  loss: 'loss',
};

/** By prefix: 'the encoder "ecg-vit" of @dualbeat/ecg-vit 0.1.0, encoders/ecg in the stage mae'. */
function originsOf(host: Host, components: Named<Use>, stage: string): Named<string> {
  const catalogue = host.catalogue();
  const origin = ([prefix, { use }]: [string, Use]): [string, string] => {
    const kind = kindOf[prefix.split('/')[0] as string];
    const entry = catalogue.find((one) => one.kind === kind && one.id === use);
    const text = `the ${kind} "${use}" of ${entry?.plugin} ${entry?.version}, ${prefix} in the stage ${stage}`;
    return [prefix, text];
  };
  return Object.fromEntries(Object.entries(components).map(origin));
}

/**
 * What heads may read: '<view>' [D], '<view>/tokens' [prefix + N, D], '<view>/patches' [...grid, ...patch], and
 * 'embeddings/<projector>' [D].
 */
function headInputs(encoders: Named<Encoder>, projectors: Named<Projector>): Named<ArraySpec> {
  const inputs: { [name: string]: ArraySpec } = {};
  for (const [view, { width, tokens }] of Object.entries(encoders)) {
    inputs[view] = { shape: [width], dtype: 'float32' };
    if (tokens === undefined) continue;
    const { grid, patch, prefix } = tokens;
    const count = prefix + grid.reduce((a, b) => a * b, 1);
    inputs[`${view}/tokens`] = { shape: [count, width], dtype: 'float32' };
    inputs[`${view}/patches`] = { shape: [...grid, ...patch], dtype: 'float32' };
  }
  for (const [name, { width }] of Object.entries(projectors))
    inputs[`embeddings/${name}`] = { shape: [width], dtype: 'float32' };
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

/** A view is loaded where it makes a difference: some row would be of use with it and of none without it. */
function neededViews(
  modules: StageModules,
  views: readonly string[],
  targets: readonly string[],
): readonly string[] {
  const accepts = (has: readonly string[]): boolean =>
    modules.task.accepts(new Set([...has, ...targets]));
  const needed = views.filter((view) =>
    subsets(views.filter((other) => other !== view)).some(
      (others) => accepts([...others, view]) && !accepts(others),
    ),
  );
  return needed.length === 0 ? views : needed;
}

/** All subsets of up to twelve names; of more, those of at most two names and the whole. */
function subsets(names: readonly string[]): readonly (readonly string[])[] {
  if (names.length > 12) {
    const pairs = names.flatMap((a, i) => names.slice(i).map((b) => (a === b ? [a] : [a, b])));
    return [[], ...pairs, names];
  }
  return names.reduce<(readonly string[])[]>(
    (all, name) => [...all, ...all.map((some) => [...some, name])],
    [[]],
  );
}
