/** @file Tiny real modules to build stages of: what stands around the one under test. */
import { at } from '@dualbeat/core';
import type {
  ArraySpec,
  Encoder,
  Head,
  Loss,
  Masked,
  Named,
  Ops,
  Optimizer,
  Schedule,
  TargetSpec,
  Tensor,
  VariableSpec,
} from '@dualbeat/core';
import { linear, linearSpecs, prefixed, scope } from '@dualbeat/nn';
import { sizeOf } from '../support/arrays.ts';

/** One linear layer over the flattened view: [B, ...] -> pooled [B, width]. */
export function tinyEncoder(input: ArraySpec, width: number): Encoder {
  const size = sizeOf(input.shape);
  return {
    input,
    width,
    pooling: 'none',
    params: linearSpecs({ in: size, out: width }),
    state: {},
    apply({ params }, { values }, { tf }) {
      const flat = tf.reshape(values, [values.shape[0] as number, size]);
      return { outputs: { pooled: linear(tf, params, flat) }, state: {} };
    },
  };
}

/** A gain for each value of the view, pooled [B, size]: lets a loss without parameters train something. */
export function gainEncoder(input: ArraySpec): Encoder {
  const { shape } = input;
  const gain: VariableSpec = {
    shape,
    decay: false,
    init: (random) => Float32Array.from({ length: sizeOf(shape) }, () => 0.5 + random()),
  };
  return {
    input,
    width: sizeOf(shape),
    pooling: 'none',
    params: { gain },
    state: {},
    apply({ params }, { values }, { tf }) {
      const gained = tf.mul(values, at(params, 'gain'));
      const rows = values.shape[0] as number;
      return { outputs: { pooled: tf.reshape(gained, [rows, sizeOf(shape)]) }, state: {} };
    },
  };
}

/** One linear layer from the inputs, side by side, to each target. */
export function tinyHead(inputs: Named<ArraySpec>, targets: Named<TargetSpec>): Head {
  const width = Object.values(inputs).reduce((total, { shape }) => total + sizeOf(shape), 0);
  const names = Object.keys(targets);
  return {
    inputs,
    outputs: Object.fromEntries(
      names.map((name) => [name, { shape: at(targets, name).shape, dtype: 'float32' as const }]),
    ),
    params: Object.assign(
      {},
      ...names.map((name) =>
        prefixed(linearSpecs({ in: width, out: sizeOf(at(targets, name).shape) }), name),
      ),
    ) as Named<VariableSpec>,
    state: {},
    apply({ params }, named, { tf }) {
      const flat = Object.keys(inputs).map((name) => {
        const x = at(named, name, 'input');
        return tf.reshape(x, [x.shape[0] as number, sizeOf(at(inputs, name).shape)]);
      });
      const features = tf.concat(flat, 1);
      const rows = features.shape[0] as number;
      const outputs = Object.fromEntries(
        names.map((name) => [
          name,
          tf.reshape(linear(tf, scope(params, name), features), [rows, ...at(targets, name).shape]),
        ]),
      );
      return { outputs, state: {} };
    },
  };
}

/** Mean squared difference between values and targets of the same name, over rows present in both. */
export function tinyLoss(names: readonly string[]): Loss {
  return {
    params: {},
    state: {},
    uses: names,
    positives: 'row',
    apply(_vars, { values, targets }, { tf }) {
      const parts = Object.fromEntries(
        names.map((name) => [
          name,
          tf.div(
            meanSquare(tf, at(values, name, 'value'), at(targets, name, 'target')),
            names.length,
          ),
        ]),
      );
      return {
        outputs: { loss: tf.addN(Object.values(parts)), parts, report: {} },
        state: {},
      };
    },
  };
}

function meanSquare(tf: Ops, value: Masked, target: Masked): Tensor {
  const rows = value.values.shape[0] as number;
  const size = value.values.size / rows;
  const flat = (x: Tensor): Tensor => tf.reshape(x, [rows, size]);
  const wide = ({ present }: Masked): Tensor => {
    const each = tf.reshape(tf.cast(present, 'float32'), [rows, -1]);
    return each.shape[1] === 1 || each.shape[1] === size
      ? each
      : tf.reshape(
          tf.tile(tf.reshape(each, [rows, each.shape[1] as number, 1]), [
            1,
            1,
            size / (each.shape[1] as number),
          ]),
          [rows, size],
        );
  };
  const weight = tf.mul(tf.mul(wide(value), wide(target)), tf.onesLike(flat(value.values)));
  const squares = tf.square(tf.sub(flat(value.values), flat(target.values)));
  return tf.div(tf.sum(tf.mul(squares, weight)), tf.maximum(tf.sum(weight), 1));
}

/** Gradient descent; with a momentum above 0 it has a state 'v/<name>'. */
export function tinyOptimizer(momentum = 0): Optimizer {
  const zero = ({ shape }: VariableSpec): VariableSpec => ({
    shape,
    decay: false,
    init: () => new Float32Array(sizeOf(shape)),
  });
  return {
    init: (params) =>
      momentum === 0
        ? {}
        : Object.fromEntries(
            Object.entries(params).map(([name, spec]) => [`v/${name}`, zero(spec)]),
          ),
    update(grads, state, params, { learningRate }, _groups, tf) {
      const moved: { [name: string]: Tensor } = {};
      const next: { [name: string]: Tensor } = {};
      for (const [name, param] of Object.entries(params)) {
        const gradient = at(grads, name, 'gradient');
        const v =
          momentum === 0
            ? gradient
            : tf.add(tf.mul(at(state, `v/${name}`, 'state'), momentum), gradient);
        moved[name] = tf.sub(param, tf.mul(v, learningRate));
        if (momentum !== 0) next[`v/${name}`] = v;
      }
      return { params: moved, state: next };
    },
  };
}

export const tinySchedule = (learningRate: number): Schedule => ({
  at: () => learningRate,
  observe: (_metrics, memory) => memory,
});
