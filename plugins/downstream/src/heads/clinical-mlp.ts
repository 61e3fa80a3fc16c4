/** @file The head `clinical-mlp`: features and clinical covariates through one perceptron (paper, downstream). */
import { defineComponent } from '@dualbeat/core';
import type { Head, Kinds } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { dropoutCount } from '../errors.ts';
import { featureOptions } from '../feature-options.ts';
import { perceptronHead } from './perceptron-head.ts';

export const clinicalMlpOptions = Type.Object(
  {
    ...featureOptions,
    widths: Type.Array(Type.Integer({ minimum: 1 }), {
      minItems: 1,
      default: [1024, 512, 256, 128],
      description: 'Hidden widths.',
    }),
    dropout: Type.Array(Type.Number({ minimum: 0, exclusiveMaximum: 1 }), {
      default: [0.3, 0.3, 0.2, 0.1],
      description: 'Rate after each hidden layer.',
    }),
  },
  { additionalProperties: false },
);

/**
 * `inputs: [ecg, covariates]`, the second a view with the encoder `covariates`. Hidden layers have a batch norm, relu
 * and dropout. Outputs as those of `linear`. Errors: E_HEAD_INPUTS, E_HEAD_DROPOUT.
 */
export function createClinicalMlp(
  options: Static<typeof clinicalMlpOptions>,
  from: Kinds['head']['from'],
): Head {
  const { widths, dropout } = options;
  if (dropout.length !== widths.length) throw dropoutCount(widths.length, dropout.length);
  const layers = widths.map((out, i) => ({
    out,
    bias: true,
    norm: 'batch' as const,
    activation: 'relu' as const,
    dropout: dropout[i] as number,
  }));
  return perceptronHead('clinical-mlp', options, from, layers);
}

export const clinicalMlp = defineComponent({
  kind: 'head',
  id: 'clinical-mlp',
  options: clinicalMlpOptions,
  create: createClinicalMlp,
});
