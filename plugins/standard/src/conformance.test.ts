import { at } from '@dualbeat/core';
import type { HostArray, HostMasked, Named, TargetSpec } from '@dualbeat/core';
import {
  describeHead,
  describeLoss,
  describeOptimizer,
  describeSchedule,
  describeTask,
  numbers,
  tinyEncoder,
} from '@dualbeat/plugin-kit';

const here = import.meta.url;
const float = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
const targets = { y: numbers([100, 5], [20, 2]), z: numbers([0], [1]) };
const features = { ecg: float(4), ed: float(3), es: float(2) };
/** Tolerance: float32 sums of a few products, in other orders on other machines. */
const golden = { tolerance: 1e-5 };

describeHead(here, {
  id: 'linear',
  golden,
  cases: [
    { name: 'one', from: { inputs: { ecg: float(4) }, targets } },
    { name: 'two', options: { inputs: ['ecg', 'ed'] }, from: { inputs: features, targets } },
  ],
});

describeHead(here, {
  id: 'mlp',
  golden,
  cases: [
    { name: 'plain', options: { widths: [5, 4] }, from: { inputs: { ecg: float(4) }, targets } },
    {
      name: 'dropout',
      options: { widths: [6], activation: 'relu', dropout: 0.5 },
      from: { inputs: { ecg: float(4) }, targets },
    },
    {
      name: 'norm',
      options: { widths: [5], norm: 'batch' },
      from: { inputs: { ecg: float(4) }, targets },
    },
  ],
});

/** Mean over what is present of the squared error, over the names. */
function meanSquares(
  values: Named<HostMasked>,
  truths: Named<HostMasked>,
  std: (name: string, column: number) => number,
): number {
  const errors = Object.keys(values).map((name) => {
    const [value, truth] = [at(values, name), at(truths, name)];
    const width = at(targets, name as 'y').shape[0] as number;
    let [total, count] = [0, 0];
    value.values.data.forEach((x, i) => {
      const row = Math.floor(i / width);
      if (value.present.data[row] === 0 || truth.present.data[row] === 0) return;
      total += ((x - (truth.values.data[i] as number)) / std(name, i % width)) ** 2;
      count++;
    });
    return total / Math.max(count, 1);
  });
  return errors.reduce((a, b) => a + b, 0) / errors.length;
}

const stdOf = (name: string, column: number): number =>
  at(targets, name as 'y').std[column] as number;

describeLoss(here, {
  id: 'mse',
  golden,
  cases: [
    { name: 'standard', from: { values: { y: float(2), z: float(1) }, targets } },
    { name: 'raw', options: { scale: 'raw' }, from: { values: { y: float(2) }, targets } },
  ],
  reference: ({ values, targets: truths, options }) =>
    meanSquares(values, truths, options['scale'] === 'raw' ? () => 1 : stdOf),
});

const classes: TargetSpec = {
  shape: [],
  dtype: 'float32',
  type: 'class',
  names: ['no', 'mild', 'severe'],
  units: ['1', '1', '1'],
  mean: [0.5, 0.3, 0.2],
  std: [1, 1, 1],
};
const drawClasses = (rows: number, random: () => number): HostArray => ({
  shape: [rows],
  data: Float32Array.from({ length: rows }, () => Math.floor(3 * random())),
});
const everyRow = (rows: number): HostArray => ({
  shape: [rows],
  data: new Uint8Array(rows).fill(1),
});

describeLoss(here, {
  id: 'cross-entropy',
  golden,
  cases: [
    { name: 'plain', from: { values: { c: float(3) }, targets: { c: classes } } },
    {
      name: 'weighted',
      options: { labelSmoothing: 0.1, classWeights: 'balanced' },
      from: { values: { c: float(3) }, targets: { c: classes } },
    },
  ],
  inputs: (rows, random) => ({
    targets: { c: { values: drawClasses(rows, random), present: everyRow(rows) } },
  }),
  reference({ values, targets: truths, options }) {
    const [logits, truth] = [at(values, 'c'), at(truths, 'c')];
    const smoothing = options['labelSmoothing'] as number;
    let [total, weight] = [0, 0];
    for (let row = 0; row < (truth.values.shape[0] as number); row++) {
      if (truth.present.data[row] === 0 || logits.present.data[row] === 0) continue;
      const scores = [...logits.values.data.slice(3 * row, 3 * row + 3)];
      const norm = Math.log(scores.reduce((sum, x) => sum + Math.exp(x), 0));
      const chosen = truth.values.data[row] as number;
      const error = scores.reduce((sum, x, c) => {
        const wanted = (c === chosen ? 1 - smoothing : 0) + smoothing / 3;
        return sum - wanted * (x - norm);
      }, 0);
      const w = options['classWeights'] === 'balanced' ? 1 / (classes.mean[chosen] as number) : 1;
      total += w * error;
      weight += w;
    }
    return total / weight;
  },
});

describeLoss(here, {
  id: 'sum',
  golden,
  cases: [
    {
      options: {
        terms: { a: { use: 'mse', weight: 0.25 }, b: { use: 'mse', options: { scale: 'raw' } } },
      },
      from(host) {
        const from = { values: { y: float(2) }, targets };
        return { ...from, create: (use) => host.create('loss', use, from) };
      },
    },
  ],
  reference: ({ values, targets: truths }) =>
    0.25 * meanSquares(values, truths, stdOf) + meanSquares(values, truths, () => 1),
});

describeOptimizer(here, {
  id: 'adamw',
  cases: [{}, { name: 'no memory', options: { betas: [0, 0], weightDecay: 0.1 } }],
  reference({ options, start, gradients, learningRate, decay }) {
    const [beta1, beta2] = options['betas'] as [number, number];
    const [epsilon, weightDecay] = [options['epsilon'], options['weightDecay']] as [number, number];
    let [x, m, v] = [start, 0, 0];
    return gradients.map((g, i) => {
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      const [mean, square] = [m / (1 - beta1 ** (i + 1)), v / (1 - beta2 ** (i + 1))];
      if (decay) x -= learningRate * weightDecay * x;
      return (x -= (learningRate * mean) / (Math.sqrt(square) + epsilon));
    });
  },
});

describeOptimizer(here, {
  id: 'sgd',
  cases: [
    {},
    { name: 'plain', options: { momentum: 0, weightDecay: 0.1 } },
    { name: 'nesterov', options: { nesterov: true } },
  ],
  reference({ options, start, gradients, learningRate, decay }) {
    const [momentum, weightDecay] = [options['momentum'], options['weightDecay']] as number[];
    let [x, direction] = [start, 0];
    return gradients.map((g) => {
      direction = (momentum as number) * direction + g;
      if (decay) x -= learningRate * (weightDecay as number) * x;
      const step = options['nesterov'] === true ? g + (momentum as number) * direction : direction;
      return (x -= learningRate * step);
    });
  },
});

describeSchedule(here, {
  id: 'warmup-cosine',
  cases: [
    {
      options: { peak: 1, warmupEpochs: 2, minimum: 0.1 },
      expected: [
        { step: 0, stepsPerEpoch: 10, epochs: 6, rate: 0 },
        { step: 5, stepsPerEpoch: 10, epochs: 6, rate: 0.25 },
        { step: 20, stepsPerEpoch: 10, epochs: 6, rate: 1 },
        { step: 40, stepsPerEpoch: 10, epochs: 6, rate: 0.55 },
        { step: 60, stepsPerEpoch: 10, epochs: 6, rate: 0.1 },
      ],
    },
    { name: 'no warm-up', options: { warmupEpochs: 0 } },
  ],
});

describeSchedule(here, { id: 'constant' });

describeTask(here, {
  id: 'supervised',
  cases: [
    {
      name: 'two views',
      options: { views: ['ecg', 'ed'] },
      views: { ecg: float(2, 3), ed: float(2) },
      targets: { y: targets.y },
      async stage(host) {
        const encoders = { ecg: tinyEncoder(float(2, 3), 4), ed: tinyEncoder(float(2), 3) };
        const head = await host.create(
          'head',
          { use: 'linear', options: { inputs: ['ecg', 'ed'] } },
          { inputs: features, targets: { y: targets.y } },
        );
        const from = { values: head.outputs, targets: { y: targets.y } };
        return {
          encoders,
          heads: { y: head },
          loss: await host.create('loss', { use: 'mse' }, from),
        };
      },
    },
  ],
});
