/** @file A tiny stage around one module of any kind. */
import { at, hostRandom } from '@dualbeat/core';
import type {
  Batch,
  Context,
  Encoder,
  Head,
  Kinds,
  Loss,
  LossInput,
  LossOutput,
  Masked,
  Model,
  Named,
  Projector,
  Task,
  Tensor,
} from '@dualbeat/core';
import type { StageModules } from '@dualbeat/training';
import { freshHarness } from '../harness/module-subject.ts';
import type { ModuleCase, ModuleKind } from '../harness/module-subject.ts';
import { taskRows, taskStage } from '../harness/task-harness.ts';
import type { TaskCase } from '../harness/task-harness.ts';
import { fixtureRows, viewsOf } from './stage-fixture.ts';
import type { StageFixture } from './stage-fixture.ts';
import { gainEncoder, tinyLoss, tinyOptimizer } from './tiny.ts';

type Parts = Pick<StageModules, 'encoders' | 'projectors' | 'heads'> & {
  readonly loss?: Loss;
  /** What the stage learns from; null: the loss under test says. */
  readonly outputs: (model: Model, views: Named<Masked>) => Named;
  readonly objective?: (
    model: Model,
    encoded: Named,
    views: Named<Masked>,
    ctx: Context,
  ) => LossOutput;
};

const none = { encoders: {}, projectors: {}, heads: {} };
const valuesOf = (views: Named<Masked>): Named =>
  Object.fromEntries(Object.entries(views).map(([name, { values }]) => [name, values]));
/** The typed input of an encoder or projector among the flat views. */
const masked = (views: Named<Masked>): Masked => ({
  values: at(views, 'values').values,
  present: at(views, 'present').values,
});

const partsOf: {
  readonly [K in Exclude<ModuleKind, 'task'>]: (
    module: Kinds[K]['makes'],
    from: Kinds[K]['from'],
  ) => Parts;
} = {
  encoder: (encoder: Encoder) => ({
    ...none,
    encoders: { x: encoder },
    // without tokens: parameters behind them stay as they are, which freezing and resuming do not mind
    outputs: (model, views) => ({ pooled: model.encode('x', masked(views)).pooled }),
  }),
  projector: (projector: Projector, { width }) => ({
    ...none,
    encoders: { x: gainEncoder({ shape: [width], dtype: 'float32' }) },
    projectors: { x: projector },
    outputs(model, views) {
      const input = masked(views);
      const { pooled } = model.encode('x', input);
      return { embedding: model.project('x', { values: pooled, present: input.present }) };
    },
  }),
  head: (head: Head) => ({
    ...none,
    heads: { x: head },
    outputs: (model, views) => model.head('x', valuesOf(views)),
  }),
  loss: (loss: Loss, { values }) => ({
    ...none,
    loss,
    encoders: Object.fromEntries(
      Object.entries(values).map(([name, spec]) => [name, gainEncoder(spec)]),
    ),
    outputs: (model, views) =>
      Object.fromEntries(
        Object.keys(values).map((name) => {
          const input = {
            values: at(views, `values/${name}`).values,
            present: at(views, `values/${name}/present`).values,
          };
          return [name, model.encode(name, input).pooled];
        }),
      ),
    objective(model, encoded, views, { tf }) {
      const shaped = Object.entries(encoded).map(([name, x]) => {
        const rows = x.shape[0] as number;
        return [name, tf.reshape(x, [rows, ...at(values, name).shape])] as const;
      });
      return model.loss(lossInput(Object.fromEntries(shaped), views));
    },
  }),
};

function lossInput(encoded: Named, views: Named<Masked>): LossInput {
  const part = (group: string, value: (name: string) => Tensor): Named<Masked> => {
    const start = `${group}/`;
    const names = Object.keys(views).filter(
      (name) => name.startsWith(start) && !name.endsWith('/present'),
    );
    return Object.fromEntries(
      names.map((name) => [
        name.slice(start.length),
        {
          values: value(name.slice(start.length)),
          present: at(views, `${name}/present`).values,
        },
      ]),
    );
  };
  return {
    values: part('values', (name) => at(encoded, name)),
    targets: part('targets', (name) => at(views, `targets/${name}`).values),
    subject: at(views, 'subject').values,
  };
}

/** The squared distance of each float output from a fixed pattern: something to learn. */
function towardsPattern({ tf }: Context, outputs: Named): LossOutput {
  const parts = Object.fromEntries(
    Object.entries(outputs)
      .filter(([, t]) => t.dtype === 'float32')
      .map(([name, t]) => {
        const pattern = Float32Array.from({ length: t.size }, (_, i) => Math.sin(3 * i + 1));
        return [name, tf.mean(tf.squaredDifference(t, tf.tensor(pattern, [...t.shape])))];
      }),
  );
  return { loss: tf.addN(Object.values(parts)), parts, report: {} };
}

function taskOf({ outputs, objective }: Parts): Task {
  return {
    accepts: () => true,
    encode: (model, { views }) => outputs(model, views),
    objective(model: Model, encoded: Named, { views }: Batch, ctx: Context) {
      const result = objective?.(model, encoded, views, ctx) ?? towardsPattern(ctx, encoded);
      return { ...result, outputs: {} };
    },
  };
}

/** The stage, with a module made now; a task brings its own. */
export async function moduleStage(subject: ModuleCase, momentum = 0.9): Promise<StageFixture> {
  if (subject.kind === 'task') {
    const task = subject as unknown as TaskCase;
    const { modules } = await taskStage(task, tinyOptimizer(momentum));
    return { modules, rows: taskRows(task.of, fixtureRows, hostRandom(2, 'kit/stage')) };
  }
  const make = partsOf[subject.kind] as (module: unknown, from: unknown) => Parts;
  const parts = make(await subject.make(), subject.from);
  const harness = await freshHarness(subject);
  const inputs = harness.inputs(fixtureRows, hostRandom(2, 'kit/stage'));
  return {
    modules: {
      encoders: parts.encoders,
      sharedEncoders: {},
      projectors: parts.projectors,
      heads: parts.heads,
      loss: parts.loss ?? tinyLoss([]),
      task: taskOf(parts),
      optimizer: tinyOptimizer(momentum),
    },
    rows: viewsOf(inputs, fixtureRows),
  };
}
