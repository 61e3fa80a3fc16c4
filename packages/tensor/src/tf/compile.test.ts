import type { Named, Runtime, Tensor } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRuntime } from '../open-runtime.ts';
import { hasNative, why } from '../testing/open.ts';

describe.skipIf(!hasNative)(`compile${why}`, () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await openRuntime({ use: 'tf' });
  });
  afterAll(() => runtime.close());
  const tensor = (data: number[], shape = [data.length]) =>
    runtime.tensor({ shape, data: Float32Array.from(data) }, 'float32');
  const read = (t: Tensor) => [...runtime.read(t)];

  test('traces once per signature and tells so', () => {
    const before = runtime.traces().length;
    let runs = 0;
    const double = runtime.compile('double', (x: Tensor) => {
      runs++;
      return runtime.tf.mul(x, 2);
    });
    const a = tensor([1, 2]),
      b = tensor([3, 4]),
      c = tensor([1, 2, 3]);
    expect(read(double(a))).toEqual([2, 4]);
    expect(read(double(b))).toEqual([6, 8]);
    expect(read(double(c))).toEqual([2, 4, 6]);
    expect(runs).toBe(2);
    expect(
      runtime
        .traces()
        .slice(before)
        .map((t) => t.signature),
    ).toEqual(['float32[2]', 'float32[3]']);
  });

  test('donated arguments live on in their results, step after step', () => {
    const step = runtime.compile(
      'step',
      (s: { w: Tensor; n: Tensor }, x: Tensor) => ({
        out: { w: runtime.tf.add(s.w, x), n: runtime.tf.add(s.n, 1) },
        sum: runtime.tf.sum(s.w),
      }),
      { donate: [0] },
    );
    const x = tensor([1, 10]);
    const start = { w: tensor([0, 0]), n: tensor([0]) };
    let state = start;
    const live = runtime.liveTensors();
    const sums: number[] = [];
    for (let i = 0; i < 4; i++) {
      const result = step(state, x);
      state = result.out;
      sums.push(...read(result.sum));
      result.sum.dispose();
      expect(runtime.liveTensors()).toBe(live);
    }
    expect(sums).toEqual([0, 11, 22, 33]);
    expect(read(state.w)).toEqual([4, 40]); // readable between steps
    expect(read(step(state, x).out.w)).toEqual([5, 50]);
    expect(start.w.isDisposed).toBe(true);
    expect(() => step(start, x)).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_COMPILE_INPUT: step was called with a wrong input at argument 0: a tensor of it is disposed. Fix: pass live tensors (or records of them) made by the same runtime.]`,
    );
  });

  test('a clone of a donated tensor keeps its value', () => {
    const step = runtime.compile('bump', (s: { w: Tensor }) => ({ w: runtime.tf.add(s.w, 1) }), {
      donate: [0],
    });
    const w = tensor([1]);
    const copy = runtime.tf.clone(w);
    const next = step({ w });
    const copy2 = runtime.tf.clone(next.w);
    const last = step(next);
    expect([read(copy), read(copy2), read(last.w)]).toEqual([[1], [2], [3]]);
  });

  test('an argument passed through, and one result given twice, are tensors of their own', () => {
    const f = runtime.compile('through', (x: Tensor) => {
      const y = runtime.tf.mul(x, 3);
      return { x, y, again: y };
    });
    const x = tensor([2]);
    const out = f(x);
    runtime.dispose(out.y);
    expect([read(out.x), read(out.again), read(x)]).toEqual([[2], [6], [2]]);
  });

  test('values from outside are constants of the trace', () => {
    const outside = tensor([5]);
    const f = runtime.compile('capture', (x: Tensor) => runtime.tf.add(x, outside));
    expect(read(f(tensor([1])))).toEqual([6]);
    expect(read(outside)).toEqual([5]);
  });

  test('errors name the op, the shapes and the way out, and leak nothing', () => {
    const { tf } = runtime;
    const live = () => runtime.liveTensors();
    const x = tensor([1, 2]);
    const before = live();
    expect(() =>
      runtime.compile('reads', (t: Tensor) => tf.mul(t, t.dataSync()[0] as number))(x),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRACE_READ: a traced value (the result of Input) was read inside a compiled function, where it has no value yet. Fix: compute with ops instead of reading, return the value, or run with --eager.]`,
    );
    let stolen: Tensor | undefined;
    runtime.dispose(
      runtime.compile('keeps', (t: Tensor) => {
        stolen = tf.keep(tf.mul(t, 2));
        return tf.neg(t);
      })(x),
    );
    expect(() => tf.add(stolen as Tensor, 1)).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRACE_ESCAPED: a tensor made inside a compiled function was used after its trace ended. Fix: return the tensor from the function instead of storing it outside.]`,
    );
    stolen?.dispose();
    expect(() =>
      runtime.compile('random', (t: Tensor) => tf.add(t, tf.randomNormal([2])))(x),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRACE_OP: tf.randomNormal cannot be used in a compiled function: its randomness is drawn outside the specified generator. Fix: use the ops of ctx.tf with static shapes, and ctx.rng for random numbers.]`,
    );
    expect(() => runtime.compile('variable', () => tf.variable(x) as Tensor)()).toThrow(
      /E_TRACE_OP.*tf\.variable/,
    );
    expect(live()).toBe(before);
  });

  test('a failure of TensorFlow names the op and its inputs', () => {
    const { tf } = runtime;
    const bad = tensor([1, 2, 3]);
    const index = tf.tensor1d([7], 'int32');
    expect(() => tf.gather(bad, index)).toThrow(
      /E_TENSOR_OP: GatherV2\(float32\[3\], int32\[1\], int32\[\]\) failed: indices\[0\] = 7 is not in \[0, 3\)/,
    );
    expect(() =>
      runtime.compile('gather', (t: Tensor) => tf.gather(t, tf.tensor1d([7], 'int32')))(bad),
    ).toThrow(/E_TENSOR_OP: .*indices/s);
  });

  test('gradients of unconnected names are zeros, and are named', () => {
    const f = runtime.compile('unconnected', (p: Named) => {
      const r = runtime.valueAndGrad(
        (q) => ({ value: runtime.tf.sum(q['a'] as Tensor), aux: {} }),
        p,
      );
      expect(r.unconnected).toEqual(['b']);
      return r.grads;
    });
    const grads = f({ a: tensor([1, 2]), b: tensor([3]) });
    expect([read(grads['a'] as Tensor), read(grads['b'] as Tensor)]).toEqual([[1, 1], [0]]);
  });

  test('infinities and NaN keep their meaning within clusters', () => {
    const { tf } = runtime;
    const f = runtime.compile('finite', (x: Tensor) => {
      const y = tf.sub(tf.mul(tf.exp(x), 2), 1);
      return {
        each: tf.cast(tf.isFinite(y), 'float32'),
        all: tf.cast(tf.all(tf.isFinite(tf.sum(y))), 'float32'),
      };
    });
    const good = f(tensor([1, 2, 3]));
    expect([read(good.each), read(good.all)]).toEqual([[1, 1, 1], [1]]);
    const bad = f(tensor([1, 200, Number.NaN]));
    expect([read(bad.each), read(bad.all)]).toEqual([[1, 0, 0], [0]]);
    expect(read(f(tensor([1, 2, 200])).all)).toEqual([0]);
  });

  test('10,000 calls, a tenth of them failing, leave no handle behind', () => {
    const { tf } = runtime;
    const f = runtime.compile('leak', (s: { w: Tensor }, x: Tensor) => ({
      w: tf.add(s.w, x),
      y: tf.gather(s.w, tf.cast(x, 'int32')),
    }));
    const good = tensor([0]),
      bad = tensor([9]);
    const w = tensor([1]);
    runtime.dispose(f({ w }, good));
    const live = runtime.liveTensors();
    let failures = 0;
    for (let i = 0; i < 10_000; i++) {
      try {
        runtime.dispose(f({ w }, i % 10 === 0 ? bad : good));
      } catch {
        failures++;
      }
    }
    expect(failures).toBe(1000);
    expect(runtime.liveTensors()).toBe(live);
  });
});
