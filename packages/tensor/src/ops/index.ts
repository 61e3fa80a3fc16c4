/** @file The ops that plugins get as `ctx.tf`: tfjs-core's functions, the project's own, and refusals for what breaks reproducibility. */
import type { Ops, Tensor } from '@dualbeat/core';
import { traceOp } from '../errors.ts';
import type { TfjsCore } from '../tfjs.ts';
import { makeArgsort } from './argsort.ts';
import { makeAttention, makeAttentionWeights } from './attention.ts';
import { makeGelu } from './gelu.ts';
import { makeLayerNorm } from './layer-norm.ts';
import { makePhilox, makePhiloxUniform } from './philox.ts';
import { makeStopGradient } from './stop-gradient.ts';
import { makeTakeRows } from './take-rows.ts';

const refused = [
  'randomNormal',
  'randomUniform',
  'randomUniformInt',
  'randomStandardNormal',
  'randomGamma',
  'truncatedNormal',
  'multinomial',
  'dropout',
] as const;

/** `tracked` names tfjs' optimisers and variables too: their state would live outside the step. */
export function makeOps(tf: TfjsCore): Ops {
  const refuse = (name: string) => () => {
    throw traceOp(`tf.${name}`, 'its randomness is drawn outside the specified generator');
  };
  const variable = () => {
    throw traceOp('tf.variable', 'state must be an argument and a result of the function');
  };
  return {
    ...tf,
    ...Object.fromEntries(refused.map((name) => [name, refuse(name)])),
    variable,
    gelu: makeGelu(tf),
    layerNorm: makeLayerNorm(tf),
    attention: makeAttention(tf),
    attentionWeights: makeAttentionWeights(tf),
    argsort: makeArgsort(tf),
    takeRows: makeTakeRows(tf),
    stopGradient: makeStopGradient(tf) as (x: Tensor) => Tensor,
    philox: makePhilox(tf),
    philoxUniform: makePhiloxUniform(tf),
  } as unknown as Ops;
}
