import { readFileSync } from 'node:fs';
import type { Encoder, Named, Runtime } from '@dualbeat/core';
import { prefixed, readSafetensors } from '@dualbeat/nn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  contextOf,
  evaluate,
  fill,
  makeEncoder,
  numbers,
  open,
  relativeError,
  runtimeNames,
  size,
} from '../test/support.ts';

// Made by tools/golden from PyTorch in float64. Tolerance: 1e-4 relative per tensor, or twice the error of PyTorch's own float32
// where that is larger (gradients that nearly cancel).
const folder = new URL('../test/golden/', import.meta.url);
type Case = {
  readonly name: string;
  readonly use: string;
  readonly seed: number;
  readonly options: object;
  readonly view: readonly number[];
  readonly present: readonly number[];
};
const cases = JSON.parse(readFileSync(new URL('cases.json', folder), 'utf8')) as Case[];
const golden = readSafetensors(readFileSync(new URL('values.safetensors', folder)));
const own = JSON.parse(golden.metadata['float32Errors'] as string) as Named<number>;
const allowed = (key: string): number => Math.max(1e-4, 2 * (own[key] ?? 0));

/** A joint tensor of the file, cut into the variables of the encoder. */
function split(joint: ArrayLike<number>, specs: Encoder['params']): Named<Float32Array> {
  let start = 0;
  const cut = Object.entries(specs).map(([name, { shape }]) => {
    const part = Float32Array.from(
      Array.prototype.slice.call(joint, start, start + size(shape)) as number[],
    );
    start += part.length;
    return [name, part] as const;
  });
  expect(start).toBe(joint.length);
  return Object.fromEntries(cut);
}

const presentRows = (values: Float32Array, present: readonly number[]): Float32Array => {
  const each = values.length / present.length;
  return Float32Array.from(values.filter((_, i) => present[Math.floor(i / each)] === 1));
};

// Compiling a deep network takes the native runtime many seconds: the full tier does all there.
// resnet3d-50-group has maxima whose gradient compiled code once lost.
const quick = new Set(['slow-r50-1', 'resnet3d-50-group', 'swin3d', 'cnn3d']);
const full = process.env['DUALBEAT_TEST_FULL'] === '1';

describe.each(runtimeNames)('PyTorch and the runtime %s agree', (use) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await open(use);
  });
  afterAll(() => runtime.close());

  test.each(cases.filter(({ name }) => full || use === 'js' || quick.has(name)))(
    '$name: features, tokens, loss, gradients, running statistics',
    async (of) => {
      const encoder = await makeEncoder(of.use, of.options, of.view);
      const next = numbers(of.seed);
      const { params, state } = fill(encoder, next);
      const rows = of.present.length;
      const x = next([rows, ...of.view], (u) => 3 * u);
      const target = next([rows, encoder.width], (u) => 2 * u);
      const present = { shape: [rows], data: Uint8Array.from(of.present) };
      const count = of.present.reduce((a, b) => a + b, 0);
      const { tf } = runtime;
      const out = evaluate(runtime, { params, state, batch: { x, target, present } }, (inputs) => {
        const { batch } = inputs as { batch: Named };
        const vars = { state: inputs['state'] ?? {} };
        const view = { values: batch['x']!, present: batch['present']! };
        const { value, aux, grads } = runtime.valueAndGrad((trained) => {
          const applied = encoder.apply(
            { params: trained, ...vars },
            { ...view, tokens: true },
            contextOf(runtime, 'train'),
          );
          const { pooled, tokens } = applied.outputs;
          const here = tf.reshape(tf.cast(view.present, 'float32'), [rows, 1]);
          const wrong = tf.mul(tf.square(tf.sub(pooled, batch['target']!)), here);
          const some = Math.min(8, tokens!.shape[1]!);
          return {
            value: tf.div(tf.sum(wrong), count * encoder.width),
            aux: {
              pooled,
              tokens: tf.slice(tokens!, [0, 0, 0], [rows, some, encoder.width]),
              ...prefixed(applied.state, 'state'),
            },
          };
        }, inputs['params']!);
        const evaluated = encoder.apply(
          { params: inputs['params']!, ...vars },
          view,
          contextOf(runtime, 'eval'),
        ).outputs.pooled;
        return { loss: value, evaluated, ...aux, ...prefixed(grads, 'grad') };
      });
      const wrong: { [name: string]: number } = {};
      const compare = (name: string, found: Float32Array, expected: ArrayLike<number>): void => {
        const error = relativeError(found, expected);
        if (!(error <= allowed(`${of.name}/${name}`))) wrong[name] = error;
      };
      const expected = (name: string) => golden.tensors[`${of.name}/${name}`]!.data as Float32Array;
      compare('loss', out['loss']!, expected('loss'));
      for (const name of ['pooled', 'tokens', 'evaluated'])
        compare(name, presentRows(out[name]!, of.present), expected(name));
      for (const [name, grad] of Object.entries(split(expected('grad'), encoder.params)))
        compare(`grad/${name}`, out[`grad/${name}`]!, grad);
      const statistics =
        Object.keys(encoder.state).length === 0 ? {} : split(expected('state'), encoder.state);
      for (const [name, value] of Object.entries(statistics))
        compare(`state/${name}`, out[`state/${name}`]!, value);
      expect(wrong).toEqual({});
    },
    240_000, // XLA compiles
  );
});
