import { describeEncoder, describeHead, describeLoss } from '@dualbeat/plugin-kit';
import { target } from '../test/support.ts';

const here = import.meta.url;
const float = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
const definitions = {
  skip: 'reference',
  because: 'definitions by hand stand in losses/losses.test.ts',
};
const numbers = target('number', ['a', 'b'], { mean: [100, 5], std: [20, 2] });
const times = target('survival', ['af', 'hf'], { shape: [2, 2] });
const labels = target('binary', ['af', 'hf'], { mean: [0.3, 0.5] });

describeHead(here, {
  id: 'attention-pool',
  cases: [
    {
      options: { heads: 2 },
      from: {
        inputs: { ecg: float(4), 'ecg/tokens': float(7, 4), 'ecg/patches': float(2, 3, 1, 5) },
        targets: { y: numbers },
      },
    },
  ],
});
describeHead(here, {
  id: 'clinical-mlp',
  cases: [
    {
      options: { inputs: ['ecg', 'covariates'], widths: [6, 5], dropout: [0.3, 0] },
      from: { inputs: { ecg: float(4), covariates: float(3) }, targets: { y: labels } },
    },
  ],
});
describeHead(here, {
  id: 'cox',
  cases: [{ from: { inputs: { ecg: float(4) }, targets: { t: times } } }],
});
describeHead(here, {
  id: 'discrete-time',
  cases: [
    { options: { intervals: 3 }, from: { inputs: { ecg: float(4) }, targets: { t: times } } },
  ],
});
describeEncoder(here, {
  id: 'covariates',
  cases: [
    { name: 'running', from: { input: float(5) } },
    {
      name: 'indicators',
      options: { normalise: false, indicators: true },
      from: { input: float(5) },
    },
  ],
  skip: [
    { skip: 'learns', because: 'it has no parameters' },
    { skip: 'freezing', because: 'it has no parameters that could be frozen' },
  ],
});
const drawn = (rows: number, random: () => number) => ({
  shape: [rows, 2],
  data: Float32Array.from({ length: 2 * rows }, () => Number(random() < 0.5)),
});
const every = (rows: number) => ({ shape: [rows, 2], data: new Uint8Array(2 * rows).fill(1) });
for (const id of ['bce', 'focal'] as const)
  describeLoss(here, {
    id,
    cases: [
      {
        options: { classWeights: 'balanced' },
        from: { values: { y: float(2) }, targets: { y: labels } },
      },
    ],
    inputs: (rows, random) => ({
      targets: { y: { values: drawn(rows, random), present: every(rows) } },
    }),
    skip: [definitions],
  });
const survival = (rows: number, random: () => number) => ({
  targets: {
    t: {
      values: {
        shape: [rows, 2, 2],
        data: Float32Array.from({ length: 4 * rows }, (_, i) =>
          i % 2 === 0 ? 8 * random() : Number(random() < 0.7),
        ),
      },
      present: every(rows),
    },
  },
});
describeLoss(here, {
  id: 'cox',
  cases: [{ from: { values: { t: float(2) }, targets: { t: times } } }],
  inputs: survival,
  skip: [definitions],
});
describeLoss(here, {
  id: 'discrete-time',
  cases: [
    { options: { edges: [2, 4, 6] }, from: { values: { t: float(2, 3) }, targets: { t: times } } },
  ],
  inputs: survival,
  skip: [definitions],
});
