/**
 * @file The experiment file's own schema: structure and defaults. Options of components are free here; each plugin's schema
 * checks its own. `x-use` marks where a component may stand, `x-identity: false` what does not count in a stage's id.
 */
import { Type } from 'typebox';
import { byName, closed, component, options, use } from './schema-parts.ts';
import { stage } from './stage-schema.ts';
import { sweep, variants } from './sweep-schema.ts';

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
    variants,
    sweep: Type.Optional(sweep),
  },
  closed,
);
