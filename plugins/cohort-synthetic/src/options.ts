/** @file Options of the cohort. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

const share = (value: number, description: string) =>
  Type.Number({ minimum: 0, maximum: 1, default: value, description });
const level = (value: number, what: string) =>
  Type.Number({
    minimum: 0,
    default: value,
    description: `${what}: median over subjects of the root mean square per lead, in mV; 0 for none.`,
  });
const strength = (what: string) =>
  Type.Number({ minimum: 0, maximum: 2, default: 1, description: what });
const group = (description: string) => ({ additionalProperties: false, default: {}, description });

const splits = Type.Object(
  {
    train: share(0.7, 'Share of the subjects in the training part.'),
    val: share(0.15, 'Share in the validation part; the rest is the test part.'),
  },
  group('Parts of the cohort, by subject.'),
);
const noise = Type.Object(
  {
    wanderMv: level(0.05, 'Baseline wander'),
    mainsMv: level(0.004, 'Mains hum'),
    muscleMv: level(0.01, 'Muscle noise'),
    mainsHz: Type.Number({
      exclusiveMinimum: 0,
      default: 50,
      description: 'Frequency of the mains hum.',
    }),
  },
  group('What is not the heart, in the ECG.'),
);
const cmr = Type.Object(
  {
    slices: Type.Integer({
      minimum: 1,
      maximum: 64,
      default: 6,
      description: 'Short-axis slices.',
    }),
    height: Type.Integer({
      minimum: 8,
      maximum: 512,
      default: 48,
      description: 'Rows of a slice.',
    }),
    width: Type.Integer({
      minimum: 8,
      maximum: 512,
      default: 52,
      description: 'Columns of a slice.',
    }),
    pixelMm: Type.Number({
      exclusiveMinimum: 0,
      default: 3.2,
      description: 'Spacing of rows and columns. The size of the paper is 6 x 85 x 92 at 1.8 mm.',
    }),
    sliceMm: Type.Number({ exclusiveMinimum: 0, default: 8, description: 'Thickness of a slice.' }),
    gapMm: Type.Number({ minimum: 0, default: 2, description: 'Gap between slices.' }),
    noise: Type.Number({
      minimum: 0,
      default: 0.04,
      description: 'Standard deviation of the (Rician) noise, relative to blood.',
    }),
    bias: Type.Number({
      minimum: 0,
      maximum: 0.45,
      default: 0.2,
      description: "Relative fall of the coil's sensitivity from the middle to the edge.",
    }),
  },
  group('The ED and ES volumes.'),
);
const coupling = Type.Object(
  {
    all: strength('Multiplies both groups; 0: the ECG knows nothing of body and heart.'),
    structural: strength('Body, volumes at end diastole, mass, walls, atria, position.'),
    functional: strength('Ejection, fibrosis, scar, wall motion, rate.'),
  },
  group('How strongly body and heart show in the ECG.'),
);
const missing = Type.Object(
  {
    ecg: share(0, 'Share of records without the view ecg.'),
    ed: share(0, 'Share without the view ed.'),
    es: share(0, 'Share without the view es.'),
    covariates: share(0, 'Share without the view covariates.'),
    phenotypes: share(0, 'Share of single phenotype values that are missing.'),
    strains: share(0, 'Share of records without any strain.'),
    aorta: share(0, 'Share of records without any value of the aorta.'),
    endpoints: share(0, 'Share of records without endpoints.'),
    named: Type.Record(Type.String(), Type.Number({ minimum: 0, maximum: 1 }), {
      default: {},
      description:
        'Share missing of single phenotypes or endpoints by name, such as { LVEF: 0.1 }.',
    }),
  },
  group('What is missing, at random and independently.'),
);
const labels = Type.Object(
  {
    fraction: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 1,
      description:
        'Share of the training subjects with targets; a smaller share is part of a larger one. Validation and test keep theirs.',
    }),
    only: Type.Array(Type.String(), {
      default: [],
      description:
        'Target sets that it holds for; empty: all phenotype sets, endpoints and survival.',
    }),
  },
  group('Fewer labels for training.'),
);

export const syntheticOptions = Type.Object(
  {
    subjects: Type.Integer({
      minimum: 1,
      maximum: 2 ** 30,
      default: 2000,
      description: 'Number of subjects.',
    }),
    samplingHz: Type.Integer({ minimum: 100, default: 500, description: 'Samples per second.' }),
    seconds: Type.Number({ exclusiveMinimum: 0, default: 10, description: 'Length of an ECG.' }),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        description:
          "Seed of the subjects and splits; the experiment's seed where it is not given.",
      }),
    ),
    splits,
    noise,
    cmr,
    coupling,
    coupled: Type.Boolean({
      default: true,
      description: 'false: ECG and CMR of a row are of different subjects (control).',
    }),
    targetsOf: Type.Union([Type.Literal('cmr'), Type.Literal('ecg')], {
      default: 'cmr',
      description:
        'Whose phenotypes, endpoints and covariates a row has where ECG and CMR are of different subjects.',
    }),
    esInformation: Type.Boolean({
      default: true,
      description:
        'false: the es volume shows what end diastole tells of systole and no more (control). Targets and ECG stay.',
    }),
    repeatVisits: share(0, 'Share of the subjects with a second visit, 2.6 years later.'),
    missing,
    labels,
  },
  { additionalProperties: false },
);
export type SyntheticOptions = Static<typeof syntheticOptions>;
