/**
 * @file The experiment file's own schema: structure and defaults. Options of components are free here; each plugin's schema
 * checks its own. `x-use` marks where a component may stand, `x-identity: false` what does not count in a stage's id.
 */
import { type TProperties, Type } from 'typebox';
import type { Kind } from '../contracts/component.ts';

const closed = { additionalProperties: false } as const;
const name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$' });
const use = Type.String({ minLength: 1, description: 'Id of the component.' });
const options = Type.Object(
  {},
  { default: {}, description: "Options; the component's own schema checks them." },
);

const component = <T extends TProperties>(kind: Kind | 'runtime', rest: T, more: object = {}) =>
  Type.Object({ use, options, ...rest }, { ...closed, 'x-use': kind, ...more });
const byName = <T extends Parameters<typeof Type.Record>[1]>(
  value: T,
  description: string,
  more: object = { default: {} },
) => Type.Record(name, value, { ...closed, description, ...more });
const count = (minimum: number, description: string, more: object = {}) =>
  Type.Integer({ minimum, description, ...more });
const split = Type.Enum(['train', 'val', 'test', 'all'], { description: 'Part of the cohort.' });

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
const train = Type.Object(
  {
    epochs: count(0, 'Passes over the training split; 0 only evaluates.'),
    batchSize: count(1, 'Rows per step.', { default: 64 }),
    microBatch: Type.Optional(
      count(1, 'Rows per slice of a batch; absent: the whole batch at once.'),
    ),
    earlyStop: Type.Optional(earlyStop),
    workers: count(0, 'Background readers; 0 reads in the worker itself.', {
      default: 1,
      'x-identity': false,
    }),
    prefetch: count(1, 'Batches read ahead.', { default: 4, 'x-identity': false }),
    keepBest: count(1, 'Checkpoints kept.', { default: 3 }),
    evaluateEvery: count(1, 'Epochs between evaluations on the validation split.', { default: 1 }),
    maxSteps: Type.Optional(count(1, 'Ends training after this many steps.')),
    clipNorm: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'Largest global norm of the gradient.' }),
    ),
  },
  { ...closed, default: { epochs: 0 }, description: 'How it trains; absent: it only evaluates.' },
);
const evaluate = Type.Object(
  {
    splits: Type.Array(split, {
      default: ['val'],
      uniqueItems: true,
      description: 'Splits to evaluate at the end.',
    }),
    metrics: Type.Array(component('metric', {}), {
      default: [],
      description: 'Metrics of those splits.',
    }),
    figures: Type.Array(component('figure', {}), {
      default: [],
      description: 'Figures of those splits.',
    }),
    batchSize: Type.Optional(count(1, 'Rows at once; absent: that of training.')),
  },
  { ...closed, default: {}, description: 'What is computed at the end of the stage.' },
);
const freeze = Type.Object(
  {
    params: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: "Patterns over full parameter names: 'encoders/ed/**'.",
    }),
    statistics: Type.Boolean({
      default: true,
      description: 'Frozen modules keep their running statistics.',
    }),
  },
  { ...closed, default: {}, description: 'Parameters that stay as they are.' },
);
const init = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$' }),
  Type.Object(
    {
      from: Type.String({ minLength: 1, description: 'The stage to start from.' }),
      checkpoint: Type.Enum(['best', 'last'], {
        default: 'best',
        description: 'Which of its checkpoints.',
      }),
    },
    closed,
  ),
  { ...closed, default: {}, description: 'Where parameters below a prefix start from.' },
);
const stage = Type.Object(
  {
    task: component('task', {}, { description: 'What the stage does.' }),
    encoders: byName(
      Type.Object({ use: Type.Optional(use), options }, { ...closed, 'x-use': 'encoder' }),
      "This stage's own word on encoders, by view; options go over the experiment's by key.",
    ),
    heads: byName(component('head', {}), 'Heads by name.'),
    projectors: byName(
      component('projector', {
        view: Type.Optional(
          Type.String({
            minLength: 1,
            description: "View it projects; absent: the projector's name.",
          }),
        ),
      }),
      'Projectors by embedding.',
    ),
    loss: component('loss', {}, { description: 'What is minimised.' }),
    optimizer: component(
      'optimizer',
      {},
      { default: { use: 'adamw' }, description: 'How parameters are updated.' },
    ),
    schedule: component(
      'schedule',
      {},
      { default: { use: 'warmup-cosine' }, description: 'Learning rate over time.' },
    ),
    init,
    freeze,
    targets: byName(Type.String({ minLength: 1 }), 'Target set of the cohort, by head.'),
    train,
    evaluate,
    needs: Type.Array(Type.String(), {
      default: [],
      uniqueItems: true,
      description: 'Stages that must be done first, beside those of init.',
    }),
  },
  closed,
);
const path = Type.String({ pattern: '^[^.=\\s]+(\\.[^.=\\s]+)*$' });
const names = (description: string) =>
  Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description });
const axisValues = Type.Array(Type.Unknown(), { minItems: 1, description: 'Values of the axis.' });
const sweep = Type.Object(
  {
    seeds: Type.Array(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), {
      minItems: 1,
      uniqueItems: true,
      default: [0],
      description: 'Seeds; each covers every stage.',
    }),
    variants: Type.Optional(names('Variants to run; absent: all.')),
    axes: Type.Record(
      path,
      Type.Union([
        axisValues,
        Type.Object(
          {
            values: axisValues,
            when: Type.Optional(
              Type.Object(
                { variant: names('Variants that the axis applies to.') },
                { ...closed, description: 'Condition.' },
              ),
            ),
          },
          closed,
        ),
      ]),
      { ...closed, default: {}, description: 'Values by path.' },
    ),
    budget: Type.Optional(
      Type.Object(
        {
          trials: Type.Optional(count(1, 'Trials at most.')),
          hours: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Hours at most.' })),
        },
        { ...closed, description: 'Limits.' },
      ),
    ),
    compare: Type.Optional(
      Type.Object(
        {
          baselines: names('Variants that the others are compared with.'),
          metrics: names("Metrics: 'test/r2.functional'."),
          pairedBy: Type.String({ default: 'subject', description: 'Unit of the paired test.' }),
          correction: Type.Enum(['none', 'holm', 'bonferroni'], {
            default: 'holm',
            description: 'For many comparisons.',
          }),
        },
        { ...closed, description: 'Comparisons of the report.' },
      ),
    ),
  },
  { ...closed, description: 'Many trials.' },
);

export const experimentSchema = Type.Object(
  {
    dualbeat: Type.Literal(1, { description: 'Version of the file format.' }),
    name: Type.String({
      pattern: '^[a-z0-9][a-z0-9._-]*$',
      maxLength: 100,
      description: 'Name of the experiment; also of its run folder.',
    }),
    description: Type.Optional(
      Type.String({ description: 'What it is for.', 'x-identity': false }),
    ),
    plugins: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Packages, or paths relative to the file.',
    }),
    seed: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 0,
      description: 'Seed of every random stream.',
    }),
    runtime: component(
      'runtime',
      {
        use: Type.String({
          minLength: 1,
          default: 'tf',
          description: 'Compute runtime: tf or js.',
        }),
        device: Type.String({
          minLength: 1,
          default: 'cpu',
          description: 'Device.',
          'x-identity': false,
        }),
        precision: Type.Enum(['float32'], {
          default: 'float32',
          description: 'Of parameters and arithmetic.',
        }),
      },
      { default: {}, description: 'What computes.' },
    ),
    cohort: component(
      'cohort',
      {
        split: Type.String({
          minLength: 1,
          default: 'default',
          description: 'Name of a split that the cohort stores.',
        }),
        pairing: Type.String({
          minLength: 1,
          default: 'same-visit',
          description: 'How the views of a subject meet.',
        }),
        readers: Type.Array(component('reader', {}), {
          default: [],
          description: 'Readers with options of their own; all others have their defaults.',
        }),
      },
      { description: 'Subjects with views, targets and covariates.' },
    ),
    views: byName(
      Type.Object(
        {
          from: Type.Optional(
            Type.String({
              minLength: 1,
              description: 'View of the cohort; absent: of the same name.',
            }),
          ),
          transforms: Type.Array(component('transform', {}), {
            default: [],
            description: 'Transforms, in order.',
          }),
        },
        closed,
      ),
      'What a batch carries.',
      { minProperties: 1 },
    ),
    encoders: byName(
      Type.Object(
        {
          use: Type.Optional(use),
          options,
          sameAs: Type.Optional(
            Type.String({ minLength: 1, description: 'View whose encoder this view shares.' }),
          ),
        },
        { ...closed, 'x-use': 'encoder' },
      ),
      'Encoders by view, for all stages.',
    ),
    stages: byName(stage, 'Stages by name.', { minProperties: 1 }),
    result: Type.Optional(
      Type.String({ description: 'The stage that run is for; absent: the last.' }),
    ),
    variants: byName(
      Type.Record(path, Type.Unknown(), closed),
      'Overlays by name: path and new value.',
    ),
    sweep: Type.Optional(sweep),
  },
  closed,
);
