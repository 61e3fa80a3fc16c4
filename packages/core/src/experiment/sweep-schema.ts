/** @file The parts of an experiment file that make many trials of it: `variants` and `sweep`. */
import { Type } from 'typebox';
import { byName, closed, component, count, names, path } from './schema-parts.ts';

/** Strategies that need no component: the space of the axes is walked without looking at results. */
export const ownStrategies = ['grid', 'random', 'latin-hypercube', 'list'] as const;

export const variants = byName(
  Type.Record(path, Type.Unknown(), closed),
  'Overlays by name: path and new value, replaced whole; null drops.',
);

const when = Type.Object(
  {
    variant: Type.Optional(names('Variants that the axis applies to.')),
    axes: Type.Optional(
      Type.Record(path, Type.Array(Type.Unknown(), { minItems: 1 }), {
        ...closed,
        description: 'Other axes by path, and the values with which this one applies.',
      }),
    ),
  },
  { ...closed, minProperties: 1, description: 'Condition; all parts of it must hold.' },
);
const values = Type.Array(Type.Unknown(), { minItems: 1, description: 'Values of the axis.' });
const range = {
  min: Type.Number({ description: 'Smallest value of a range.' }),
  max: Type.Number({ description: 'Largest value of a range.' }),
  scale: Type.Enum(['linear', 'log'], {
    default: 'linear',
    description: 'How a range is spaced.',
  }),
  integer: Type.Boolean({ default: false, description: 'Whole numbers of the range only.' }),
  steps: Type.Optional(count(2, 'Values that a grid takes of the range, both ends included.')),
};
/** An axis by its values, and one by its range: each is checked by its own schema, which also fills the defaults. */
export const valuesAxis = Type.Object({ values, when: Type.Optional(when) }, closed);
export const rangeAxis = Type.Object({ ...range, when: Type.Optional(when) }, closed);

// Both forms in one, for editors; defaults only where the form is known.
const { default: _scale, ...scale } = range.scale as typeof range.scale & { default?: unknown };
const { default: _integer, ...integer } = range.integer as typeof range.integer & {
  default?: unknown;
};
const axis = Type.Object(
  {
    values: Type.Optional(values),
    min: Type.Optional(range.min),
    max: Type.Optional(range.max),
    scale: Type.Optional(scale as typeof range.scale),
    integer: Type.Optional(integer as typeof range.integer),
    steps: range.steps,
    when: Type.Optional(when),
  },
  { ...closed, 'x-short': 'values' },
);

const watched = {
  metric: Type.String({
    minLength: 1,
    default: 'val/loss',
    description: "Metric of the result stage: '<split>/<metric>'.",
  }),
  mode: Type.Enum(['min', 'max'], { default: 'min', description: 'Which way is better.' }),
};
const strategy = component(
  'search',
  {
    count: Type.Optional(
      count(1, 'Points per variant: random, latin-hypercube and search components need it.'),
    ),
    points: Type.Optional(
      Type.Array(Type.Record(path, Type.Unknown(), closed), {
        minItems: 1,
        description: 'The points of list: value by path of an axis, or of any other key.',
      }),
    ),
    seed: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 0,
      description: 'Seed of the drawn points; not that of the trials.',
    }),
    watch: Type.Optional(
      Type.Object(watched, { ...closed, description: 'What a search component improves.' }),
    ),
  },
  {
    default: { use: 'grid' },
    'x-own': [...ownStrategies],
    description: `How points are chosen: ${ownStrategies.join(', ')}, or a search component.`,
  },
);
const earlyStop = Type.Object(
  {
    use: Type.Enum(['median', 'asha'], {
      default: 'median',
      description: 'median: worse than half of the others at that epoch; asha: successive halving.',
    }),
    ...watched,
    minEpochs: count(1, 'Epochs of the result stage before a trial may be ended.', { default: 3 }),
    minTrials: count(1, 'Trials that must have come so far before one is ended.', { default: 3 }),
    reduction: count(2, 'asha: one in so many goes on at each rung.', { default: 3 }),
  },
  { ...closed, description: 'Ends trials that fall behind.' },
);

export const sweep = Type.Object(
  {
    seeds: Type.Array(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), {
      minItems: 1,
      uniqueItems: true,
      default: [0],
      description: 'Seeds; each covers every stage.',
    }),
    variants: Type.Optional(names('Variants to run; absent: all, or the file as it stands.')),
    axes: Type.Record(path, axis, {
      ...closed,
      default: {},
      description: 'By path: values, or a range { min, max, scale, integer }.',
    }),
    strategy,
    budget: Type.Optional(
      Type.Object(
        {
          trials: Type.Optional(count(1, 'Trials at most.')),
          hours: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Hours at most.' })),
        },
        { ...closed, minProperties: 1, description: 'Limits.' },
      ),
    ),
    earlyStop: Type.Optional(earlyStop),
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
