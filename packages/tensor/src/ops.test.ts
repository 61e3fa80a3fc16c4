import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Named, Runtime, Tensor, Tree } from '@dualbeat/core';
import { describe, expect, test } from 'vitest';
import { openRuntime } from './open-runtime.ts';
import { opCases, type OpCase } from './testing/op-cases.ts';
import { hasNative, why } from './testing/open.ts';

type Result = { value: number[]; grads: Record<string, number[]> };

/** The op's value, and the gradient of a weighted sum of it, by the runtime's `compile`. */
function evaluate(runtime: Runtime, of: OpCase): Result {
  const { tf } = runtime;
  const inputs: Named = Object.fromEntries(
    Object.entries(of.inputs).map(([name, shape], i) => [
      name,
      fill(runtime, shape, i, of.positive === true),
    ]),
  );
  const fn = runtime.compile(of.name, (x: Named): { value: Tensor; grads: Named } => {
    if (of.noGradient === true) return { value: of.run(tf, x), grads: {} };
    const { aux, grads } = runtime.valueAndGrad((p) => {
      const value = of.run(tf, p);
      const weights = tf.reshape(tf.cos(tf.range(0, value.size, 1, 'float32')), value.shape);
      return { value: tf.sum(tf.mul(value, weights)), aux: { value } };
    }, x);
    return { value: aux.value, grads };
  });
  const before = runtime.liveTensors();
  const out = fn(inputs as Tree as never) as { value: Tensor; grads: Named };
  const result = {
    value: [...runtime.read(out.value)],
    grads: Object.fromEntries(Object.entries(out.grads).map(([n, t]) => [n, [...runtime.read(t)]])),
  };
  runtime.dispose(out as Tree);
  expect(runtime.liveTensors()).toBe(before);
  runtime.dispose(inputs as Tree);
  return result;
}

function fill(
  runtime: Runtime,
  shape: readonly number[],
  phase: number,
  positive: boolean,
): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length: size }, (_, i) => {
    const v = Math.sin(1.7 * i + 0.9 * phase + 0.3) + 0.01 * i;
    return positive ? Math.abs(v) + 0.5 : v;
  });
  return runtime.tensor({ shape, data }, 'float32');
}

// float32 and other summation orders: 2e-5 relative to the largest entry
function close(a: readonly number[], b: readonly number[]) {
  const scale = Math.max(1, ...b.map(Math.abs));
  expect(a.length).toBe(b.length);
  for (const [i, v] of a.entries())
    expect(Math.abs(v - (b[i] as number)), `entry ${i}: ${v} and ${b[i]}`).toBeLessThan(
      2e-5 * scale,
    );
}

const bitEqual = new Set(['philox', 'philoxUniform', 'argsort']);

describe.skipIf(!hasNative)(`every op: eager, compiled and JavaScript agree${why}`, async () => {
  const results = new Map<string, Result[]>();
  for (const options of [{ use: 'js' }, { use: 'tf', eager: true }, { use: 'tf' }] as const) {
    if (!hasNative) continue;
    const runtime = await openRuntime(options);
    for (const of of opCases)
      results.set(of.name, [...(results.get(of.name) ?? []), evaluate(runtime, of)]);
    runtime.close();
  }
  test.each(opCases.map((c) => [c.name] as const))('%s', (name) => {
    const [js, eager, compiled] = results.get(name) as [Result, Result, Result];
    for (const other of [eager, compiled]) {
      if (bitEqual.has(name)) expect(other.value).toEqual(js.value);
      else close(other.value, js.value);
      expect(Object.keys(other.grads)).toEqual(Object.keys(js.grads));
      for (const [n, g] of Object.entries(js.grads)) close(other.grads[n] as number[], g);
    }
    const gradients = Object.values(js.grads).flat();
    if (gradients.length > 0) expect(gradients.some((g) => g !== 0)).toBe(true);
  });
});

test('every tf op that plugins and packages call is in the table above', () => {
  const root = join(import.meta.dirname, '../../..');
  const files = ['packages', 'plugins'].flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
      .filter(
        (f) =>
          /[\\/]src[\\/].*\.ts$/.test(f) &&
          !/\.test\.ts$|node_modules|[\\/]testing[\\/]|^tensor[\\/]/.test(f),
      )
      .map((f) => join(root, top, f)),
  );
  const called = new Set(
    files.flatMap((f) =>
      [...readFileSync(f, 'utf8').matchAll(/\btf\.([a-zA-Z0-9]+)\(/g)].map((m) => m[1] as string),
    ),
  );
  const covered = new Set(opCases.map((c) => c.name.split(' ')[0]));
  const bookkeeping = new Set([
    'tidy',
    'dispose',
    'keep',
    'clone',
    'memory',
    'engine',
    'customGrad',
    'setBackend',
  ]);
  expect([...called].filter((op) => !covered.has(op) && !bookkeeping.has(op))).toEqual([]);
});
