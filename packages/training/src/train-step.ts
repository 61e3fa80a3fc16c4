/** @file The training step: one function from state and batch to state and report. */
import type { Named, Runtime, Tensor, TrainStep } from '@dualbeat/core';
import { bindModel } from './bind-model.ts';
import { clipByGlobalNorm } from './clip-by-global-norm.ts';
import { stepContext } from './step-context.ts';
import { optimizerGroups } from './trainable.ts';
import { stageVariables } from './stage-modules.ts';
import type { StageModules } from './stage-modules.ts';

export type TrainStepOptions = {
  /** The stage's name: its random streams. */
  readonly stage: string;
  /** Parameters that stay as they are. */
  readonly frozen: ReadonlySet<string>;
  /** Largest global gradient norm; none: gradients are taken as they are. */
  readonly clipNorm?: number;
};

/**
 * The step for `runtime.compile('train-step', step, { donate: [0] })`. Everything that changes from step to step
 * (state, batch, key, learning rate, progress) is an argument, so one trace serves the whole stage.
 * `report` holds scalars: loss, finite, gradientNorm, the loss's parts ('loss.<part>') and what it reports.
 */
export function makeTrainStep(
  runtime: Runtime,
  modules: StageModules,
  options: TrainStepOptions,
): TrainStep {
  const { tf } = runtime;
  const groups = optimizerGroups(stageVariables(modules).params);
  const frozen = (name: string): boolean => options.frozen.has(name);

  return (train, batch, { key, learningRate, progress }) => {
    const trainable = pick(train.params, (name) => !frozen(name));
    const fixed = pick(train.params, frozen);
    const inputs = { key, step: train.step, firstRow: tf.scalar(0, 'int32'), progress };
    const { stage } = options;
    const ctx = stepContext(runtime, inputs, { stage, mode: 'train', frozen });

    const { value, aux, grads } = runtime.valueAndGrad((params) => {
      const model = bindModel(
        modules,
        { params: { ...fixed, ...params }, state: train.state },
        ctx,
      );
      const encoded = modules.task.encode(model, batch, ctx);
      const { loss, parts, report } = modules.task.objective(model, encoded, batch, ctx);
      return { value: loss, aux: { parts, report, state: model.state() } };
    }, trainable);

    const { clipped, norm } = clipByGlobalNorm(tf, grads, options.clipNorm);
    const step = tf.add(train.step, tf.scalar(1, 'int32')); // optimisers count from 1
    const at = { step, learningRate };
    const next = modules.optimizer.update(clipped, train.optimizer, trainable, at, groups, tf);

    // A step without a finite loss and gradient changes nothing but the step number.
    const finite = tf.logicalAnd(tf.isFinite(value), tf.isFinite(norm));
    const keep = (fresh: Named, old: Named): Named =>
      mapNamed(old, (value, name) => tf.where(finite, fresh[name] ?? value, value));
    return {
      train: {
        params: { ...fixed, ...keep(next.params, trainable) },
        state: keep(aux.state, train.state),
        optimizer: keep(next.state, train.optimizer),
        step,
      },
      report: {
        ...aux.report,
        ...Object.fromEntries(
          Object.entries(aux.parts).map(([name, part]) => [`loss.${name}`, part]),
        ),
        loss: value,
        gradientNorm: norm,
        finite: tf.cast(finite, 'float32'),
      },
    };
  };
}

function pick(named: Named, wanted: (name: string) => boolean): Named {
  return Object.fromEntries(Object.entries(named).filter(([name]) => wanted(name)));
}

function mapNamed(named: Named, fn: (value: Tensor, name: string) => Tensor): Named {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [name, fn(value, name)]));
}
