/** @file The training step: forward and backward (`makeGradients`), then the update (`makeUpdate`). All of it is traceable. */
import type { Batch, Named, Runtime, Tensor, TrainState, TrainStep } from '@dualbeat/core';
import { bindModel } from './bind-model.ts';
import { clipTo, gradientNorms } from './gradient-norms.ts';
import { mapNamed, pickNamed, prefixed } from './named.ts';
import { optimizerGroups } from './trainable.ts';
import { movedMean, updateNorms, updateParams } from './update-params.ts';
import { stepContext } from './step-context.ts';
import type { StepInputs } from './step-context.ts';
import { stageVariables } from './stage-modules.ts';
import type { StageModules } from './stage-modules.ts';
import type { StepRule } from './step-rule.ts';

export type Vars = { readonly params: Named; readonly state: Named };
/** Gradients by trainable parameter, changed state, and scalars: 'loss', 'loss.<part>' and what the loss reports. */
export type Gradients = { readonly grads: Named; readonly state: Named; readonly report: Named };

/**
 * The step for `runtime.compile('train-step', step, { donate: [0] })`. Everything that changes from step to step
 * (state, batch, key, learning rate, progress) is an argument, so one trace serves the whole stage.
 * `report` holds scalars: loss, finite, gradientNorm, the loss's parts ('loss.<part>') and what it reports.
 */
export function makeTrainStep(runtime: Runtime, modules: StageModules, rule: StepRule): TrainStep {
  const gradients = makeGradients(runtime, modules, rule);
  const update = makeUpdate(runtime, modules, rule);
  return (train, batch, { key, learningRate, progress }) => {
    const firstRow = runtime.tf.scalar(0, 'int32');
    const found = gradients(train, batch, { key, step: train.step, firstRow, progress });
    return update(train, found, { learningRate });
  };
}

/** Forward through encoders, objective and loss, and back to every trainable parameter. */
export function makeGradients(runtime: Runtime, modules: StageModules, rule: StepRule) {
  return ({ params, state }: Vars, batch: Batch, at: StepInputs): Gradients => {
    const { trainable, fixed } = splitParams(params, rule);
    const ctx = stepContext(runtime, at, { ...rule, mode: 'train', frozen: frozenFor(rule) });
    const { aux, grads } = runtime.valueAndGrad((given) => {
      const model = bindModel(modules, { params: { ...fixed, ...given }, state }, ctx, rule);
      const encoded = modules.task.encode(model, batch, ctx);
      const { loss, parts, report } = modules.task.objective(model, encoded, batch, ctx);
      const scalars = { ...report, ...prefixed('loss.', parts), loss };
      return { value: loss, aux: { report: scalars, state: model.changed() } };
    }, trainable);
    return { grads, state: aux.state, report: aux.report };
  };
}

/** Clips, lets the optimiser move the parameters, and keeps everything as it was where loss or gradient is not finite. */
export function makeUpdate(runtime: Runtime, modules: StageModules, rule: StepRule) {
  const { tf } = runtime;
  const groups = rule.groups ?? optimizerGroups(stageVariables(modules).params);
  const share = 1 / (rule.accumulate ?? 1);
  const mean = (sums: Named): Named =>
    share === 1 ? sums : mapNamed(sums, (sum) => tf.mul(sum, share));

  return (
    train: TrainState,
    found: Gradients,
    { learningRate }: { readonly learningRate: Tensor },
  ): { readonly train: TrainState; readonly report: Named } => {
    const { trainable, fixed } = splitParams(train.params, rule);
    const [grads, report] = [mean(found.grads), mean(found.report)];
    const norms = gradientNorms(tf, grads);
    const clipped = clipTo(tf, grads, norms.total, rule.clipNorm);
    const step = tf.add(train.step, tf.scalar(1, 'int32')); // optimisers count from 1
    const at = { step, learningRate };
    const next = updateParams(tf, modules.optimizer, { ...train, params: trainable }, clipped, {
      ...at,
      groups,
      since: rule.since ?? {},
    });
    const ema = movedMean(tf, train, next.params, step, rule.emaDecay);

    // A step without a finite loss and gradient changes nothing but the step number.
    const finite = tf.logicalAnd(tf.isFinite(report['loss'] as Tensor), tf.isFinite(norms.total));
    const keep = (fresh: Named, old: Named): Named =>
      mapNamed(old, (value, name) => {
        const now = fresh[name];
        return now === undefined ? value : tf.where(finite, now, value);
      });
    const params = keep(next.params, trainable);
    return {
      train: {
        params: { ...fixed, ...params },
        state: keep(found.state, train.state),
        optimizer: keep({ ...next.state, ...ema }, train.optimizer),
        step,
      },
      report: {
        ...report,
        ...norms.report,
        ...(rule.updateNorms === true ? updateNorms(tf, params, trainable) : {}),
        finite: tf.cast(finite, 'float32'),
      },
    };
  };
}

export function splitParams(params: Named, { frozen }: Pick<StepRule, 'frozen'>) {
  return {
    trainable: pickNamed(params, (name) => !frozen.has(name)),
    fixed: pickNamed(params, (name) => frozen.has(name)),
  };
}

/** What modules are told of freezing: nothing, where frozen ones go on with statistics and dropout. */
export function frozenFor({ frozen, statistics = true }: StepRule): (name: string) => boolean {
  return statistics ? (name) => frozen.has(name) : () => false;
}
