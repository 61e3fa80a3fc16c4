/** @file `compile(fn)`: one trace per input signature, one TensorFlow function per trace, run by name. */
import type { Runtime, Tensor, TraceInfo, Tree } from '@dualbeat/core';
import { tensorOp } from '../errors.ts';
import { checkInputs, runTidy } from '../run-tidy.ts';
import type { TfjsCore } from '../tfjs.ts';
import { flatten, signatureOf, structureOf, unflatten, type Structure } from '../tree.ts';
import type { NativeBackend } from './backend.ts';
import type { Binding } from './binding.ts';
import { optimise } from './passes/optimise.ts';
import { profileTrace } from './profile.ts';
import type { Tf } from './tf-library.ts';
import { toFunction, type FunctionHandle } from './to-function.ts';
import type { TensorType, Trace } from './trace.ts';
import { makeTracer, TRACE_IDS } from './tracer.ts';

type Compiled = {
  readonly name: string;
  readonly outputs: readonly TensorType[];
  readonly structure: Structure;
  readonly trace: Trace;
  readonly info: { -readonly [K in keyof TraceInfo]: TraceInfo[K] };
};

export function makeCompiler(core: TfjsCore, tf: Tf, binding: Binding, backend: NativeBackend, eager: boolean) {
  const traces: Compiled['info'][] = [];
  const library = new Map<string, FunctionHandle>();
  let nextTraceId = TRACE_IDS;
  let functions = 0;

  /** Runs `fn` once on placeholders and records it. */
  function trace(name: string, fn: (...args: Tree[]) => Tree, args: readonly Tree[]) {
    const tracer = makeTracer(tf, name, nextTraceId);
    binding.setTracer(tracer);
    try {
      let structure: Structure = null;
      let outputIds: number[] = [];
      core.tidy(() => {
        const placeholders = args.map((arg) => {
          const flat = flatten(arg).map((t) => {
            const dtype = backend.tensorMap.get(t.dataId).dtype;
            const id = tracer.input({ dtype, shape: t.shape });
            return backend.createOutputTensor({ id, shape: [...t.shape], dtype });
          });
          return unflatten(structureOf(arg), flat);
        });
        const result = fn(...placeholders);
        structure = structureOf(result);
        const ids = backend.getInputTensorIds(flatten(result));
        outputIds = ids.map((id) => (tracer.owns(id) ? id : binding.capture(id)));
      });
      return { trace: tracer.finish(outputIds), structure };
    } finally {
      binding.setTracer(null);
      nextTraceId = tracer.nextId();
      tracer.dispose();
    }
  }

  function build(name: string, fn: (...args: Tree[]) => Tree, args: readonly Tree[], signature: string): Compiled {
    const start = performance.now();
    const { trace: raw, structure } = trace(name, fn, args);
    const optimised = optimise(raw, tf, library);
    const unique = `dualbeat_${name.replace(/\W/g, '_')}_${functions++}`;
    toFunction(tf, unique, optimised, library);
    const info = {
      function: name, signature, nodes: optimised.nodes.length, traceMs: performance.now() - start, firstRunMs: null,
    };
    traces.push(info);
    return { name: unique, outputs: typesOf(optimised), structure, trace: optimised, info };
  }

  const compile: Runtime['compile'] = (name, fn, options) => {
    const cache = new Map<string, Compiled>();
    return (...args) => {
      const inputs = checkInputs(name, args);
      const donated = (options?.donate ?? []).flatMap((i) => flatten(args[i] as Tree));
      if (eager || binding.isTracing()) {
        const result = runTidy(core, () => fn(...args), inputs);
        if (!binding.isTracing()) core.dispose(donated);
        return result;
      }
      const signature = args.map(signatureOf).join(';');
      let compiled = cache.get(signature);
      if (compiled === undefined) {
        compiled = build(name, fn as (...a: Tree[]) => Tree, args, signature);
        cache.set(signature, compiled);
      }
      return run(compiled, inputs, donated) as ReturnType<typeof fn>;
    };
  };

  function run(compiled: Compiled, inputs: readonly Tensor[], donated: readonly Tensor[]): Tree {
    const start = compiled.info.firstRunMs === null ? performance.now() : 0;
    const handles = backend.getInputTensorIds(inputs).map(binding.handleOf);
    if (process.env['DUALBEAT_PROFILE'] && compiled.info.firstRunMs !== null && !(compiled as any).done) { (compiled as any).done = true; (globalThis as any).profile = profileTrace(binding, compiled.trace, handles); (globalThis as any).profileTrace0 = compiled.trace; }
    const results = binding.execute(compiled.name, {}, handles, compiled.outputs.length);
    if (results.length !== compiled.outputs.length) throw tensorOp(compiled.name, [], 'it gave too few results');
    core.dispose([...donated]);
    const tensors = results.map((handle, i) => {
      const type = compiled.outputs[i] as TensorType;
      return backend.createOutputTensor({ id: binding.adopt(handle), shape: [...type.shape], dtype: type.dtype });
    });
    if (compiled.info.firstRunMs === null) compiled.info.firstRunMs = performance.now() - start;
    return unflatten(compiled.structure, tensors);
  }

  return {
    compile,
    traces: (): readonly TraceInfo[] => traces,
    close: () => tf.close(),
  };
}

const typesOf = (trace: Trace): TensorType[] =>
  trace.outputs.map((ref) => trace.nodes[ref.node]?.outputs[ref.output] as TensorType);
