/** @file Lowers a trace to a TensorFlow function that the eager context runs by name. */
import type { Pointer } from './c-api.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { Tf } from './tf-library.ts';
import type { Trace } from './trace.ts';

export type FunctionHandle = { readonly name: string; readonly pointer: Pointer };

/**
 * Registers `trace` as function `name`; clusters within it become functions of their own, compiled by XLA, one for all clusters of the
 * same content.
 */
export function toFunction(tf: Tf, name: string, trace: Trace, library: Map<string, FunctionHandle>): FunctionHandle {
  const { c, status } = tf;
  const builder = new GraphBuilder(tf);
  try {
    for (const fn of calledBy(trace, library)) {
      c.copyFunction(builder.graph, fn.pointer, null, status);
      tf.check();
    }
    for (const node of trace.nodes) {
      if (node.op === 'Input') builder.placeholder(node.outputs[0] as never);
      else if (node.bytes !== undefined) builder.constant(node.outputs[0] as never, node.bytes);
      else builder.add(node.op, node.attributes, node.inputs);
    }
    const inputs = trace.inputs.map((node) => builder.output({ node, output: 0 }));
    // a function's output may not be one of its inputs, nor the same value twice: an Identity stands between
    const seen = new Set<string>();
    const outputs = trace.outputs.map((ref) => {
      const key = `${ref.node}:${ref.output}`;
      const isInput = trace.nodes[ref.node]?.op === 'Input';
      if (!isInput && !seen.has(key)) {
        seen.add(key);
        return builder.output(ref);
      }
      const type = trace.nodes[ref.node]?.outputs[ref.output];
      builder.add('Identity', { T: { kind: 'type', value: type?.dtype as number } }, [ref]);
      return builder.output({ node: builder.operations.length - 1, output: 0 });
    });
    const pointer = c.toFunction(
      builder.graph, name, 0, -1, null, inputs.length, inputs, outputs.length, outputs, null, null, null, status,
    );
    tf.check();
    c.addFunction(tf.context, pointer, status);
    tf.check();
    const handle = { name, pointer };
    library.set(name, handle);
    return handle;
  } finally {
    builder.dispose();
  }
}

function calledBy(trace: Trace, library: Map<string, FunctionHandle>): FunctionHandle[] {
  const names = new Set(trace.nodes.map((n) => n.op).filter((op) => library.has(op)));
  return [...names].map((n) => library.get(n) as FunctionHandle);
}
