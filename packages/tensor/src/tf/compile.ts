/** @file `compile(fn)`: one trace per input signature, one TensorFlow function per trace, run by name. */
import type { Runtime, Tensor, TraceInfo, Tree } from '@dualbeat/core';
import type { Pointer } from './c-api.ts';
import { checkInputs, runTidy } from '../run-tidy.ts';
import type { TfjsCore } from '../tfjs.ts';
import { flatten, signatureOf, structureOf, unflatten, type Structure } from '../tree.ts';
import { findAliases, type Alias } from './aliases.ts';
import type { NativeBackend } from './backend.ts';
import type { Binding } from './binding.ts';
import { optimise } from './passes/optimise.ts';
import { profileTrace, type NodeTime } from './profile.ts';
import type { Tf } from './tf-library.ts';
import { toFunction, type Library } from './to-function.ts';
import type { TensorType, Trace } from './trace.ts';
import { makeTracer, TRACE_IDS } from './tracer.ts';

type Compiled = {
  readonly name: string;
  readonly outputs: readonly TensorType[];
  readonly structure: Structure;
  readonly trace: Trace;
  readonly aliases: readonly Alias[];
  readonly info: { -readonly [K in keyof TraceInfo]: TraceInfo[K] };
};

export function makeCompiler(
  core: TfjsCore,
  tf: Tf,
  binding: Binding,
  backend: NativeBackend,
  eager: boolean,
) {
  const traces: Compiled['info'][] = [];
  const library: Library = new Map();
  let nextTraceId = TRACE_IDS;
  let functions = 0;
  let profiling: NodeTime[] | null = null;

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

  function build(
    name: string,
    fn: (...args: Tree[]) => Tree,
    args: readonly Tree[],
    of: { readonly signature: string; readonly donate: readonly number[] },
  ): Compiled {
    const start = performance.now();
    const { trace: raw, structure } = trace(name, fn, args);
    const optimised = optimise(raw, tf, library);
    const unique = `dualbeat_${name.replace(/\W/g, '_')}_${functions++}`;
    const aliases = findAliases(optimised, args, of.donate, structure);
    toFunction(tf, unique, optimised, library, aliases);
    const info = {
      function: name,
      signature: of.signature,
      nodes: optimised.nodes.length,
      traceMs: performance.now() - start,
      firstRunMs: null,
    };
    traces.push(info);
    return {
      name: unique,
      outputs: typesOf(optimised),
      structure,
      trace: optimised,
      aliases,
      info,
    };
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
        compiled = build(name, fn as unknown as (...a: Tree[]) => Tree, args, {
          signature,
          donate: options?.donate ?? [],
        });
        cache.set(signature, compiled);
      }
      return run(compiled, inputs, donated) as ReturnType<typeof fn>;
    };
  };

  function run(compiled: Compiled, inputs: readonly Tensor[], donated: readonly Tensor[]): Tree {
    const start = performance.now();
    const ids = backend.getInputTensorIds(inputs);
    if (profiling !== null)
      profiling.push(...profileTrace(binding, compiled.trace, library, ids.map(binding.handleOf)));
    const variables = new Map<number, Pointer>();
    const typeOf = (output: number) => compiled.outputs[output] as TensorType;
    for (const { input, output } of compiled.aliases) {
      const tensor = inputs[input] as Tensor;
      const shared = backend.tensorMap.get(tensor.dataId).refCount > 1;
      variables.set(input, binding.toVariable(ids[input] as number, typeOf(output), shared));
    }
    // from here on a donated argument lives in its variable alone
    core.dispose([...donated]);
    const handles = ids.map((id, i) => variables.get(i) ?? binding.handleOf(id));
    const hidden = new Map(compiled.aliases.map((a) => [a.output, a.input]));
    const count = Math.max(1, compiled.outputs.length - hidden.size);
    const results = binding.execute(compiled.name, {}, handles, count);
    let next = 0;
    const tensors = compiled.outputs.map((type, output) => {
      const input = hidden.get(output);
      const id =
        input === undefined
          ? binding.adopt(results[next++])
          : binding.adoptVariable(variables.get(input), type.dtype);
      return backend.createOutputTensor({ id, shape: [...type.shape], dtype: type.dtype });
    });
    for (; next < results.length; next++) binding.release(results[next]);
    compiled.info.firstRunMs ??= performance.now() - start;
    return unflatten(compiled.structure, tensors);
  }

  return {
    compile,
    traces: (): readonly TraceInfo[] => traces,
    /** Times every node of the compiled functions that `during` calls. */
    profile(during: () => void): readonly NodeTime[] {
      const times: NodeTime[] = [];
      profiling = times;
      try {
        during();
      } finally {
        profiling = null;
      }
      return times;
    },
    close: () => tf.close(),
  };
}

const typesOf = (trace: Trace): TensorType[] =>
  trace.outputs.map((ref) => trace.nodes[ref.node]?.outputs[ref.output] as TensorType);
