/**
 * @file Golden values of the ECG transformer and of the whole masked autoencoder, computed in double precision with the
 * reference implementations. Tolerances: float32 against float64 on values near 1.
 */
import type { Host, Runtime } from '@dualbeat/core';
import type { Specs } from '@dualbeat/nn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { declared, makeStage, modelOf, openPlugin } from '../test/stage.ts';
import {
  array,
  contextOf,
  count,
  distance,
  fill,
  open,
  run,
  runtimeNames,
  sequence,
  sum,
} from '../test/support.ts';
import { maskFromNoise } from './masking/draw-mask.ts';

let host: Host;
beforeAll(async () => {
  host = await openPlugin();
});
afterAll(() => host.close());

const tiny = { size: 'custom', width: 8, heads: 2 };
const input = sequence([1, 2, 400], (k) => Math.cos(0.01 * k));

describe('parameter counts', () => {
  // size, encoder, decoder options, decoder with its mask token, projector + predictor, total
  test.each([
    ['pluto', 1606144, { width: 160, depth: 1 }, 366820 + 160, 592128, 2565252],
    ['tiny', 5363328, { width: 256 }, 1704292 + 256, 887040, 7954916],
    ['tiny2', 5363328, { width: 128 }, 458980 + 128, 887040, 6709476],
    ['tinyDeep', 5358336, {}, 1655140 + 256, 444672, 7458404],
    ['small', 12662784, {}, 1737060 + 256, 1181952, 15582052],
    ['smallDeep', 21333504, {}, 1704292 + 256, 887040, 23925092],
    ['medium', 24684160, {}, 1769828 + 256, 1476864, 27931108],
    ['mediumDeep', 47925504, {}, 1753444 + 256, 1329408, 51008612],
    ['large', 53904960, {}, 1827172 + 256, 1992960, 57725348],
    ['base', 85134336, { width: 512, depth: 8 }, 25665124 + 512, 1771776, 112571748],
  ])('%s', async (size, encoder, decoder, ofDecoder, ofSimsiam, total) => {
    const stage = await makeStage(host, {
      shape: [12, 5000],
      encoder: { size, pooling: 'cls' },
      decoder,
      simsiam: {},
    });
    expect(count(stage.encoder.params)).toBe(encoder);
    expect(count(stage.heads['decoder']!.params)).toBe(ofDecoder);
    expect(count(stage.heads['simsiam']!.params)).toBe(ofSimsiam);
    expect(count(declared(stage, 'params'))).toBe(total);
  });

  const encoderOf = (options: object) =>
    host.create(
      'encoder',
      { use: 'ecg-vit', options },
      { input: { shape: [12, 5000], dtype: 'float32' } },
    );

  test('the contrastive encoder: learned positions, two norms, with and without class head', async () => {
    const options = { size: 'mediumDeep', positions: 'learned' };
    expect(count((await encoderOf({ ...options, classHead: 1000 })).params)).toBe(48849832);
    expect(count((await encoderOf(options)).params)).toBe(48272832);
  });

  test.each([
    [256, 3, 8, 2550272],
    [384, 3, 6, 5594880],
    [512, 4, 8, 12971520],
    [640, 6, 8, 29993600],
    [768, 8, 8, 57245952],
    [768, 12, 12, 85597440],
  ])('custom %i x %i', async (width, depth, heads, total) => {
    const size = { size: 'custom', width, depth, heads, positions: 'learned' };
    expect(count((await encoderOf(size)).params)).toBe(total);
  });
});

describe.each(runtimeNames)('values on the runtime %s', (name) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await open(name);
  });
  afterAll(() => runtime.close());

  test.each([
    [
      'mean',
      2700,
      [
        1.74115368, -0.08191843, 0.36276688, -0.03164215, -1.64873196, -1.25295105, 0.55842889,
        0.3529821,
      ],
      [-0.25104631, -0.05151924, 0.21147062, -0.00454678],
    ],
    [
      'cls',
      2684,
      [
        2.02613372, -0.68238046, -0.83122442, -0.66000459, -0.9287445, 0.22131219, 1.33565205,
        -0.42606105,
      ],
      [-0.11085056, -0.24763222, 0.12834376, 0.21575612],
    ],
  ])('encoder, pooling %s: features and class head', async (pooling, values, features, head) => {
    const options = { ...tiny, depth: 2, positions: 'learned', pooling };
    const from = { input: { shape: [2, 400], dtype: 'float32' as const } };
    const plain = await host.create('encoder', { use: 'ecg-vit', options }, from);
    const classifying = await host.create(
      'encoder',
      { use: 'ecg-vit', options: { ...options, classHead: 4 } },
      from,
    );
    expect(count(classifying.params)).toBe(values);
    const result = run(
      runtime,
      { ...fill(classifying.params, 0.05), input },
      ({ input: x, ...params }) => {
        const present = runtime.tf.ones([1], 'bool');
        const pooledBy = (encoder: typeof plain) =>
          encoder.apply({ params, state: {} }, { values: x!, present }, contextOf(runtime)).outputs
            .pooled;
        return { features: pooledBy(plain), head: pooledBy(classifying) };
      },
    );
    expect(distance(result['features']!, features)).toBeLessThan(5e-6);
    expect(distance(result['head']!, head)).toBeLessThan(5e-6);
  });

  test('whole masked autoencoder: latent, prediction, loss', async () => {
    const stage = await makeStage(host, {
      shape: [2, 400],
      encoder: { ...tiny, depth: 1, pooling: 'cls' },
      decoder: { width: 8, depth: 1, heads: 2 },
      simsiam: {},
    });
    const inputs = {
      ...fill(inReferenceOrder(declared(stage, 'params')), 0.05),
      input,
      noise: noiseOfEight,
    };
    const of = (correlationWeight: number) =>
      host.create(
        'loss',
        { use: 'reconstruction', options: { correlationWeight } },
        { values: stage.heads['decoder']!.outputs, targets: {} },
      );
    const losses = [await of(0), await of(0.1), await of(1)];
    const result = run(runtime, inputs, ({ input: x, noise, ...params }) => {
      const { tf } = runtime;
      const model = modelOf(stage, { params, state: {} }, contextOf(runtime));
      const mask = maskFromNoise(tf, noise!, 2);
      const { tokens } = model.encode(
        'ecg',
        { values: x!, present: tf.ones([1], 'bool') },
        { tokens: true, keep: mask.keep },
      );
      const { reconstruction } = model.head('decoder', { tokens: tokens!, restore: mask.restore });
      const present = tf.ones([1, 2, 4], 'bool');
      const loss = losses.map(
        (each) =>
          each.apply(
            { params: {}, state: {} },
            {
              values: { reconstruction: { values: reconstruction!, present } },
              targets: { reconstruction: { values: tf.reshape(x!, [1, 2, 4, 1, 100]), present } },
              subject: tf.zeros([1], 'int32'),
            },
            contextOf(runtime),
          ).outputs.loss,
      );
      return {
        latent: tokens!,
        prediction: tf.reshape(reconstruction!, [-1]),
        loss: tf.stack(loss),
      };
    });
    expect(count(declared(stage, 'params'))).toBe(24308);
    const cls = [
      1.43928705, 0.38812531, -0.20443965, -0.91710328, -1.5994872, -0.75872805, 0.96035013,
      0.96407266,
    ];
    expect(result['latent']).toHaveLength(3 * 8);
    expect(distance(result['latent']!.slice(0, 8), cls)).toBeLessThan(5e-6);
    const four = [-0.15226634, -0.04630357, 0.12693393, 0.03597899];
    expect(distance(result['prediction']!.slice(0, 4), four)).toBeLessThan(2e-6);
    expect(sum(result['prediction']!)).toBeCloseTo(0.16139589975667934, 4);
    const want = [0.4985584615574301, 0.5491387253037832, 1.00436109902096];
    expect(distance(result['loss']!, want)).toBeLessThan(3e-6);
  });
});

const noiseOfEight = array([1, 8], [0.62, 0.1, 0.95, 0.33, 0.05, 0.71, 0.48, 0.27]);

/** The golden order: cls, mask, the encoder, the decoder, then SimSiam. */
function inReferenceOrder(specs: Specs): Specs {
  const first = ['encoders/ecg/cls', 'heads/decoder/mask'];
  const rest = Object.keys(specs).filter((name) => !first.includes(name));
  return Object.fromEntries([...first, ...rest].map((name) => [name, specs[name]!]));
}
