/** @file Runs a harness on a runtime: outputs, state and gradients as host arrays; one trace per mode and shape. */
import { keyOf } from '@dualbeat/core';
import type {
  ArraySpec,
  Context,
  HostArray,
  Named,
  Rng,
  Runtime,
  Tensor,
  Tree,
} from '@dualbeat/core';
import { makeRng } from '@dualbeat/nn';
import { upload } from '../support/runtime-tests.ts';
import type { Harness, HostVars } from './harness.ts';

export type At = {
  readonly mode?: 'train' | 'eval';
  readonly seed?: number;
  readonly step?: number;
  readonly firstRow?: number;
  readonly frozen?: (name: string) => boolean;
};
export type Ran = {
  readonly outputs: Named<HostArray>;
  readonly state: Named<HostArray>;
  /** As the traced function saw them. */
  readonly traced: Named<ArraySpec>;
};
export type Gradients = {
  readonly value: number;
  readonly params: Named<HostArray>;
  /** By the name of a float input. */
  readonly inputs: Named<HostArray>;
  readonly unconnected: readonly string[];
};
export type Bench = {
  readonly runtime: Runtime;
  readonly harness: Harness;
  apply(vars: HostVars, inputs: Named<HostArray>, at?: At): Ran;
  /** Of `objective`: a loss itself, else a fixed weighted mean of all float outputs. */
  gradients(vars: HostVars, inputs: Named<HostArray>, at?: At): Gradients;
  value(vars: HostVars, inputs: Named<HostArray>, at?: At): number;
  /** Whether random numbers were drawn in a mode so far. */
  drew(mode: 'train' | 'eval'): boolean;
};

type Step = { readonly key: Tensor; readonly step: Tensor; readonly firstRow: Tensor };

export function openBench(runtime: Runtime, harness: Harness): Bench {
  const { tf } = runtime;
  const drawn = new Set<'train' | 'eval'>();
  const traced = new Map<string, Named<ArraySpec>>();
  const unconnected = new Map<string, readonly string[]>();
  const compiled = new Map<string, (...args: Tree[]) => Tree>();

  function contextOf(at: Step, mode: 'train' | 'eval', frozen: Context['frozen']): Context {
    const rng = watched(makeRng(tf, at, 'kit'), () => drawn.add(mode));
    return { tf, rng, progress: tf.scalar(0.5), mode, frozen };
  }
  /** One compiled function per purpose, mode and set of frozen names. */
  function call(
    purpose: string,
    of: At,
    args: readonly Tree[],
    body: (ctx: Context, args: readonly Tree[]) => Tree,
  ): Tree {
    const { mode = 'eval', seed = 7, step = 1, firstRow = 0, frozen = () => false } = of;
    const names = Object.keys(harness.params).filter(frozen).join();
    const key = `${purpose}|${mode}|${names}`;
    const fn =
      compiled.get(key) ??
      (runtime.compile(key.replace(/\W+/g, '_').slice(0, 40), (step: Step, ...rest: Tree[]) =>
        body(contextOf(step, mode, frozen), rest),
      ) as (...args: Tree[]) => Tree);
    compiled.set(key, fn);
    const at = upload(runtime, {
      key: { shape: [2], data: Int32Array.from(keyOf(seed)) },
      step: { shape: [], data: Int32Array.of(step) },
      firstRow: { shape: [], data: Int32Array.of(firstRow) },
    });
    try {
      return fn(at, ...args);
    } finally {
      runtime.dispose(at);
    }
  }
  function within<T>(vars: HostVars, inputs: Named<HostArray>, use: (up: Named<Named>) => T): T {
    const up = {
      params: upload(runtime, vars.params),
      state: upload(runtime, vars.state),
      inputs: upload(runtime, inputs),
    };
    try {
      return use(up);
    } finally {
      runtime.dispose(up);
    }
  }
  const readAll = (named: Named): Named<HostArray> =>
    Object.fromEntries(
      Object.entries(named).map(([name, t]) => [
        name,
        { shape: [...t.shape], data: runtime.read(t) },
      ]),
    );
  const keyOfCall = (mode: string, inputs: Named<{ readonly shape: readonly number[] }>) =>
    `${mode}|${Object.values(inputs)[0]?.shape[0]}`;

  return {
    runtime,
    harness,
    drew: (mode) => drawn.has(mode),
    apply(vars, inputs, of = {}) {
      const key = keyOfCall(of.mode ?? 'eval', inputs);
      return within(vars, inputs, (up) => {
        const result = call('apply', of, [up], (ctx, [given]) => {
          const { params, state, inputs: named } = given as never as Parts;
          const { outputs, state: changed } = harness.apply({ params, state }, named, ctx);
          traced.set(keyOfCall(ctx.mode, named), specsOf(outputs));
          return { outputs, state: changed };
        }) as { outputs: Named; state: Named };
        try {
          return {
            outputs: readAll(result.outputs),
            state: readAll(result.state),
            traced: traced.get(key) ?? {},
          };
        } finally {
          runtime.dispose(result);
        }
      });
    },
    value(vars, inputs, of = {}) {
      return within(vars, inputs, (up) => {
        const result = call('value', of, [up], (ctx, [given]) => {
          const { params, state, inputs: named } = given as never as Parts;
          return { value: objective(ctx, harness.apply({ params, state }, named, ctx).outputs) };
        }) as Named;
        const [value] = runtime.read(result['value'] as Tensor);
        runtime.dispose(result);
        return value as number;
      });
    },
    gradients(vars, inputs, of = {}) {
      return within(vars, inputs, (up) => {
        const result = call('gradients', of, [up], (ctx, [given]) => {
          const { params, state, inputs: named } = given as never as Parts;
          // nothing is learnt through a target
          const floats = Object.keys(named).filter(
            (name) => named[name]?.dtype === 'float32' && !name.startsWith('targets/'),
          );
          const wrt = {
            ...prefix('p:', params),
            ...prefix('i:', Object.fromEntries(floats.map((n) => [n, named[n] as Tensor]))),
          };
          const {
            value,
            grads,
            unconnected: lost,
          } = runtime.valueAndGrad((free) => {
            const { outputs } = harness.apply(
              { params: strip('p:', free), state },
              { ...named, ...strip('i:', free) },
              ctx,
            );
            return { value: objective(ctx, outputs), aux: {} };
          }, wrt);
          unconnected.set(
            of.mode ?? 'eval',
            lost.filter((n) => n.startsWith('p:')).map((n) => n.slice(2)),
          );
          return { value, grads };
        }) as { value: Tensor; grads: Named };
        const grads = readAll(result.grads);
        const [value] = runtime.read(result.value);
        runtime.dispose(result);
        return {
          value: value as number,
          params: strip('p:', grads),
          inputs: strip('i:', grads),
          unconnected: unconnected.get(of.mode ?? 'eval') ?? [],
        };
      });
    },
  };
}

type Parts = { readonly params: Named; readonly state: Named; readonly inputs: Named };

/** A loss itself, else the mean of each float output times sin(1), sin(2), ..., so that no symmetry hides a gradient. */
function objective({ tf }: Context, outputs: Named): Tensor {
  if (outputs['loss'] !== undefined) return outputs['loss'];
  const floats = Object.values(outputs).filter((t) => t.dtype === 'float32');
  const means = floats.map((t) => {
    const weights = tf.tensor(
      Float32Array.from({ length: t.size }, (_, i) => Math.sin(i + 1)),
      [...t.shape],
    );
    return tf.mean(tf.mul(t, weights));
  });
  return means.length === 0 ? tf.scalar(0) : tf.addN(means);
}

function watched(rng: Rng, note: () => void): Rng {
  return {
    fold: (name) => watched(rng.fold(name), note),
    uniform: (shape) => (note(), rng.uniform(shape)),
    normal: (shape) => (note(), rng.normal(shape)),
  };
}

const specsOf = (named: Named): Named<ArraySpec> =>
  Object.fromEntries(
    Object.entries(named).map(([name, { shape, dtype }]) => [
      name,
      { shape: [...shape], dtype: dtype as ArraySpec['dtype'] },
    ]),
  );
const prefix = <T>(start: string, named: Named<T>): Named<T> =>
  Object.fromEntries(Object.entries(named).map(([name, value]) => [start + name, value]));
const strip = <T>(start: string, named: Named<T>): Named<T> =>
  Object.fromEntries(
    Object.entries(named)
      .filter(([name]) => name.startsWith(start))
      .map(([name, value]) => [name.slice(start.length), value]),
  );
