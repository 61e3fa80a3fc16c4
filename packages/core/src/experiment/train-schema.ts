/** @file The part of an experiment file that says how a stage trains: `train`, `freeze`, and the optimiser's groups. */
import { Type } from 'typebox';
import { closed, component, count } from './schema-parts.ts';

const pattern = Type.String({ minLength: 1 });
const fraction = (description: string, more: object = {}) =>
  Type.Number({ exclusiveMinimum: 0, maximum: 1, description, ...more });
const factor = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, default: 1, description }));

const earlyStop = Type.Object(
  {
    metric: Type.String({
      default: 'val/loss',
      description: "Metric that is watched: '<split>/<metric>'.",
    }),
    patience: count(1, 'Evaluations without an improvement before the stage ends.'),
    mode: Type.Enum(['min', 'max'], { default: 'min', description: 'Which way is better.' }),
  },
  { ...closed, description: 'Ends training early.' },
);
const ema = Type.Object(
  {
    decay: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.999,
      description: 'Part of the running mean that stays at each step; less in the first steps.',
    }),
  },
  {
    ...closed,
    description:
      'Running mean of the weights: it is evaluated, ranked and handed on in their place.',
  },
);
const onNotFinite = Type.Object(
  {
    policy: Type.Enum(['raise', 'skip', 'rollback'], {
      default: 'skip',
      description:
        'After a step whose loss or gradient is not finite: end, leave the step out, or go back to the last checkpoint.',
    }),
    steps: count(
      1,
      'Such steps in a row that end the stage (skip); with rollback: how often it goes back.',
      {
        default: 20,
      },
    ),
  },
  { ...closed, default: {}, description: 'What follows a loss or gradient that is not finite.' },
);
const during = Type.Object(
  {
    splits: Type.Array(
      Type.Enum(['train', 'val', 'test', 'all'], { description: 'Part of the cohort.' }),
      { default: ['val'], minItems: 1, uniqueItems: true, description: 'Splits to evaluate.' },
    ),
    metrics: Type.Array(component('metric', {}), {
      default: [],
      description: 'Metrics of those splits.',
    }),
    every: count(1, 'Epochs between these evaluations.', { default: 1 }),
  },
  { ...closed, description: 'Metrics that are computed while it trains.' },
);

export const train = Type.Object(
  {
    epochs: count(0, 'Passes over the training split; 0 only evaluates.'),
    batchSize: count(1, 'Rows per batch.', { default: 64 }),
    microBatch: Type.Optional(
      count(1, 'Rows per slice of a batch; absent: the whole batch at once.'),
    ),
    microBatchNorm: Type.Enum(['refuse', 'allow'], {
      default: 'refuse',
      description: 'Encoders whose batch statistics would be those of a slice.',
    }),
    accumulate: count(1, 'Batches per step: the mean of their gradients.', { default: 1 }),
    balance: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Head whose classes come equally often in training; other parts stay as they are.',
      }),
    ),
    earlyStop: Type.Optional(earlyStop),
    ema: Type.Optional(ema),
    onNotFinite,
    evaluate: Type.Optional(during),
    workers: count(0, 'Background readers; 0 reads in the worker itself.', {
      default: 1,
      'x-identity': false,
    }),
    prefetch: count(1, 'Batches read ahead.', { default: 4, 'x-identity': false }),
    keepBest: count(1, 'Checkpoints kept.', { default: 3 }),
    checkpointEvery: Type.Optional(
      count(
        1,
        'Steps between checkpoints within an epoch; absent: at the end of each epoch only.',
        {
          'x-identity': false,
        },
      ),
    ),
    keepEvery: Type.Optional(
      count(1, 'Epochs between checkpoints that are never deleted.', { 'x-identity': false }),
    ),
    evaluateEvery: count(1, 'Epochs between evaluations on the validation split.', { default: 1 }),
    maxSteps: Type.Optional(count(1, 'Ends training after this many steps.')),
    maxTime: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'Ends training after this many hours.' }),
    ),
    clipNorm: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'Largest global norm of the gradient.' }),
    ),
    updateNorms: Type.Boolean({
      default: false,
      description: 'Reports how far each module moves in a step; one more pass over the weights.',
    }),
    overfitBatches: Type.Optional(
      count(1, 'Trains and evaluates on the first so many batches of the training split only.'),
    ),
    profile: Type.Optional(
      count(1, 'Steps that are traced to profile.json, in the trace-event format.', {
        'x-identity': false,
      }),
    ),
  },
  { ...closed, default: { epochs: 0 }, description: 'How it trains; absent: it only evaluates.' },
);

const until = Type.Object(
  {
    params: Type.Array(pattern, {
      minItems: 1,
      description: 'Patterns over full parameter names.',
    }),
    epoch: count(1, 'Finished epochs after which they train.'),
  },
  closed,
);
export const freeze = Type.Object(
  {
    params: Type.Array(pattern, {
      default: [],
      description: "Patterns over full parameter names: 'encoders/ed/**'.",
    }),
    until: Type.Array(until, {
      default: [],
      description: 'Parameters that stay as they are at first and train later.',
    }),
    statistics: Type.Boolean({
      default: true,
      description: 'Frozen modules keep their running statistics and drop nothing.',
    }),
    cache: Type.Boolean({
      default: true,
      description:
        'Features of an encoder that is frozen whole, without augmentation, are computed once per record.',
    }),
  },
  { ...closed, default: {}, description: 'Parameters that stay as they are.' },
);

/** What stands beside `use` and `options` of an optimiser. */
export const optimizerParts = {
  groups: Type.Record(
    pattern,
    Type.Object(
      {
        learningRate: factor('Factor of the learning rate.'),
        decay: factor('Factor of the weight decay; 0 spares these parameters.'),
      },
      closed,
    ),
    {
      ...closed,
      default: {},
      description:
        "Factors by pattern ('heads/**'); those of all patterns that match are multiplied.",
    },
  ),
  layerDecay: Type.Optional(
    fraction('Factor of the learning rate from each layer of an encoder to the one below it.'),
  ),
};

export const callbacks = Type.Array(component('callback', {}), {
  default: [],
  description: 'Host code that looks at training after each epoch.',
});
