/** @file A task with its stage's modules, as a harness: one batch in, loss, parts, reports and outputs out. */
import { at } from '@dualbeat/core';
import type {
  ArraySpec,
  Batch,
  Context,
  Encoder,
  Head,
  Host,
  HostArray,
  HostMasked,
  Loss,
  Masked,
  Named,
  Optimizer,
  Projector,
  TargetSpec,
  Task,
} from '@dualbeat/core';
import { bindModel, stageVariables } from '@dualbeat/training';
import type { HostRows, StageModules } from '@dualbeat/training';
import type { CaseSubject } from '../check.ts';
import { tinyOptimizer } from '../stage/tiny.ts';
import { randomArray } from '../support/arrays.ts';
import type { Harness } from './harness.ts';

/** The modules around a task; `projectors` say which view they take. */
export type TaskStage = {
  readonly encoders: Named<Encoder>;
  readonly projectors?: Named<{ readonly view: string; readonly projector: Projector }>;
  readonly heads?: Named<Head>;
  readonly loss: Loss;
};
export type TaskOf = {
  readonly stage: (host: Host) => TaskStage | Promise<TaskStage>;
  /** Shapes of one row. */
  readonly views: Named<ArraySpec>;
  readonly targets?: Named<TargetSpec>;
  /** Rows where standard normal values, present in every row, will not do. */
  readonly inputs?: (
    rows: number,
    random: () => number,
  ) => Partial<Pick<HostRows, 'views' | 'targets' | 'subject'>>;
};
export type TaskCase = CaseSubject<'task', TaskOf>;

/** What `create` is told of a stage. */
export function taskFrom({ encoders, projectors = {}, heads = {}, loss }: TaskStage) {
  const views = Object.entries(projectors).map(([name, { view }]) => [name, { view }] as const);
  return { encoders, projectors: Object.fromEntries(views), heads, loss };
}

/** All modules of the stage, made now. */
export async function taskStage(
  subject: TaskCase,
  optimizer: Optimizer = tinyOptimizer(),
): Promise<{ readonly modules: StageModules; readonly task: Task; readonly of: TaskOf }> {
  const stage = await subject.of.stage(subject.plugin.host);
  const use = { use: subject.id, options: subject.options };
  const task = await subject.plugin.host.create('task', use, taskFrom(stage));
  const projectors = Object.entries(stage.projectors ?? {});
  const modules = {
    encoders: stage.encoders,
    sharedEncoders: {},
    projectors: Object.fromEntries(projectors.map(([name, { projector }]) => [name, projector])),
    heads: stage.heads ?? {},
    loss: stage.loss,
    task,
    optimizer,
  };
  return { modules, task, of: subject.of };
}

export function taskRows(of: TaskOf, rows: number, random: () => number): HostRows {
  const drawn = (specs: Named<ArraySpec>): Named<HostMasked> =>
    Object.fromEntries(
      Object.entries(specs).map(([name, { shape, dtype }]) => [
        name,
        {
          values: randomArray([rows, ...shape], dtype, random),
          present: { shape: [rows], data: new Uint8Array(rows).fill(1) },
        },
      ]),
    );
  return {
    views: drawn(of.views),
    targets: drawn(of.targets ?? {}),
    subject: Int32Array.from({ length: rows }, (_, i) => i),
    ...of.inputs?.(rows, random),
  };
}

export function taskHarness({
  modules,
  of,
}: {
  readonly modules: StageModules;
  readonly of: TaskOf;
}): Harness {
  const flat = (group: string, named: Named<HostMasked>): [string, HostArray][] =>
    Object.entries(named).flatMap(([name, { values, present }]): [string, HostArray][] => [
      [`${group}/${name}`, values],
      [`${group}/${name}/present`, present],
    ]);
  const inputs = (rows: number, random: () => number): Named<HostArray> => {
    const batch = taskRows(of, rows, random);
    return {
      ...Object.fromEntries([...flat('views', batch.views), ...flat('targets', batch.targets)]),
      subject: { shape: [rows], data: batch.subject },
    };
  };
  const present = Object.keys(inputs(1, () => 0.5)).filter((name) => name.endsWith('/present'));
  return {
    ...stageVariables(modules),
    outputs: null,
    rowwise: false,
    presence: Object.fromEntries(
      present.map((name) => [name, [name.slice(0, -'/present'.length)]]),
    ),
    inputs,
    apply(vars, named, ctx) {
      const batch = batchOf(named);
      const model = bindModel(modules, vars, ctx);
      const encoded = modules.task.encode(model, batch, ctx);
      const { loss, parts, report, outputs } = modules.task.objective(model, encoded, batch, ctx);
      return {
        outputs: {
          loss,
          ...under('parts', parts),
          ...under('report', report),
          ...under(
            'outputs',
            mapOf(outputs, ({ values }) => values),
          ),
          ...under(
            'present',
            mapOf(outputs, ({ present: there }) => there),
          ),
        },
        state: model.changed(),
      };
    },
  };
}

/** Only the first half of the task. */
export function encodeHarness(stage: Parameters<typeof taskHarness>[0]): Harness {
  const { modules } = stage;
  return {
    ...taskHarness(stage),
    rowwise: true,
    apply(vars, named, ctx: Context) {
      const model = bindModel(modules, vars, ctx);
      return { outputs: modules.task.encode(model, batchOf(named), ctx), state: {} };
    },
  };
}

function batchOf(named: Named): Batch {
  const group = (start: string): Named<Masked> => {
    const names = Object.keys(named).filter(
      (name) => name.startsWith(start) && !name.endsWith('/present'),
    );
    return Object.fromEntries(
      names.map((name) => [
        name.slice(start.length),
        { values: at(named, name), present: at(named, `${name}/present`) },
      ]),
    );
  };
  return { views: group('views/'), targets: group('targets/'), subject: at(named, 'subject') };
}

const under = <T>(prefix: string, named: Named<T>): Named<T> =>
  Object.fromEntries(Object.entries(named).map(([name, value]) => [`${prefix}/${name}`, value]));
const mapOf = <T, R>(named: Named<T>, fn: (value: T) => R): Named<R> =>
  Object.fromEntries(Object.entries(named).map(([name, value]) => [name, fn(value)]));
