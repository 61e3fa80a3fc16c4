/** @file The part of an experiment file that describes one stage; how it trains stands in train-schema.ts. */
import { Type } from 'typebox';
import { byName, closed, component, count, options, use } from './schema-parts.ts';
import { callbacks, freeze, optimizerParts, train } from './train-schema.ts';

const split = Type.Enum(['train', 'val', 'test', 'all'], { description: 'Part of the cohort.' });

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
const init = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9_*-]+(/[A-Za-z0-9_*-]+)*$' }),
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
  {
    ...closed,
    default: {},
    description: "Where parameters start from, by prefix ('encoders/ecg') or pattern ('**/cls').",
  },
);

export const stage = Type.Object(
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
    optimizer: component('optimizer', optimizerParts, {
      default: { use: 'adamw' },
      description: 'How parameters are updated.',
    }),
    schedule: component(
      'schedule',
      {},
      { default: { use: 'warmup-cosine' }, description: 'Learning rate over time.' },
    ),
    init,
    freeze,
    targets: byName(
      Type.String({ minLength: 1 }),
      "Target set by head: the cohort's own of that name, else the component.",
    ),
    train,
    callbacks,
    evaluate,
    needs: Type.Array(Type.String(), {
      default: [],
      uniqueItems: true,
      description: 'Stages that must be done first, beside those of init.',
    }),
  },
  closed,
);
