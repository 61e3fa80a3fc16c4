/** @file Lowers a trace to a TensorFlow function that the eager context runs by name. */
import type { Alias } from './aliases.ts';
import type { Attributes } from './attributes.ts';
import type { Pointer } from './c-api.ts';
import { TF } from './dtypes.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { Tf } from './tf-library.ts';
import { opCounts, type Ref, type TensorType, type Trace } from './trace.ts';

/** `calls`: the functions that it needs, those of these included, callees first. */
export type FunctionHandle = {
  readonly name: string;
  readonly pointer: Pointer;
  readonly calls: readonly FunctionHandle[];
  /** Its ops by count: 'Mul 5, Exp 1', for profiles. */
  readonly contents: string;
};
/** Functions known to the context, by name. */
export type Library = Map<string, FunctionHandle>;

/**
 * Registers `trace` as function `name`. An aliased input arrives as a variable, is read at the start and assigned its output at the end;
 * that output is not among the function's results. With aliases there is always at least one result.
 */
export function toFunction(
  tf: Tf,
  name: string,
  trace: Trace,
  library: Library,
  aliases: readonly Alias[] = [],
): FunctionHandle {
  const { c, status } = tf;
  const builder = new GraphBuilder(tf);
  const place: number[] = [];
  const at = (ref: Ref): Ref => ({ node: place[ref.node] as number, output: ref.output });
  const last = () => builder.operations.length - 1;
  const typeOf = (ref: Ref) => trace.nodes[ref.node]?.outputs[ref.output] as TensorType;
  try {
    const calls = calledBy(trace, library);
    for (const fn of calls) {
      c.copyFunction(builder.graph, fn.pointer, null, status);
      tf.check();
    }
    const variables = new Map<number, number>();
    const aliased = new Set(aliases.map((a) => trace.inputs[a.input] as number));
    const inputs: Ref[] = [];
    for (const node of trace.inputs) {
      const type = typeOf({ node, output: 0 });
      builder.placeholder(aliased.has(node) ? { dtype: TF.RESOURCE, shape: [] } : type);
      inputs.push({ node: last(), output: 0 });
      if (aliased.has(node)) {
        variables.set(node, last());
        builder.add('ReadVariableOp', typed('dtype', type), [{ node: last(), output: 0 }]);
      }
      place[node] = last();
    }
    for (const [i, node] of trace.nodes.entries()) {
      if (node.op === 'Input') continue;
      if (node.bytes !== undefined) builder.constant(node.outputs[0] as TensorType, node.bytes);
      else {
        const after = (node.after ?? []).map((n) => place[n] as number);
        builder.add(node.op, node.attributes, node.inputs.map(at), after);
      }
      place[i] = last();
    }
    const assigns = aliases.map(({ input, output }) => {
      const node = trace.inputs[input] as number;
      const ref = trace.outputs[output] as Ref;
      builder.add(
        'AssignVariableOp',
        typed('dtype', typeOf(ref)),
        [{ node: variables.get(node) as number, output: 0 }, at(ref)],
        [place[node] as number],
      );
      return last();
    });
    const hidden = new Set(aliases.map((a) => a.output));
    const results = trace.outputs.filter((_, i) => !hidden.has(i));
    if (results.length === 0) {
      builder.constant({ dtype: TF.INT32, shape: [] }, new Uint8Array(4));
      builder.add(
        'Identity',
        typed('T', { dtype: TF.INT32 }),
        [{ node: last(), output: 0 }],
        assigns,
      );
    }
    // Identities: a result may not be an input nor stand twice, and the first waits for the assignments, which nothing else needs
    const outputs =
      results.length === 0
        ? [{ node: last(), output: 0 }]
        : results.map((ref, i) => {
            builder.add('Identity', typed('T', typeOf(ref)), [at(ref)], i === 0 ? assigns : []);
            return { node: last(), output: 0 };
          });
    const ends = (refs: readonly Ref[]) => refs.map((ref) => builder.output(ref));
    const pointer = c.toFunction(
      builder.graph,
      name,
      0,
      -1,
      null,
      inputs.length,
      ends(inputs),
      outputs.length,
      ends(outputs),
      null,
      null,
      null,
      status,
    );
    tf.check();
    c.addFunction(tf.context, pointer, status);
    tf.check();
    const handle = { name, pointer, calls, contents: contentsOf(trace) };
    library.set(name, handle);
    return handle;
  } finally {
    builder.dispose();
  }
}

const typed = (name: string, type: { readonly dtype: number }): Attributes => ({
  [name]: { kind: 'type', value: type.dtype },
});

function calledBy(trace: Trace, library: Library): FunctionHandle[] {
  const called = new Set<FunctionHandle>();
  for (const { op } of trace.nodes) {
    const fn = library.get(op);
    if (fn !== undefined) for (const each of [...fn.calls, fn]) called.add(each);
  }
  return [...called];
}

const contentsOf = (trace: Trace): string =>
  opCounts(trace)
    .filter(([op]) => op !== 'Input' && op !== 'Const')
    .map(([op, count]) => `${op} ${count}`)
    .join(', ');
