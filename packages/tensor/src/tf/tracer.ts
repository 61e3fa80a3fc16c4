/** @file Records ops into a trace while a function runs once; shapes come from TensorFlow's own graph shape inference. */
import { tensorOp, traceEscaped, traceOp } from '../errors.ts';
import type { Attributes } from './attributes.ts';
import { showTensor, TF } from './dtypes.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { Tf } from './tf-library.ts';
import { typeOf, type Ref, type TensorType, type Trace, type TraceNode } from './trace.ts';

/** Ops whose values would be frozen into the graph, or whose shape depends on values. */
const refused: Record<string, string> = {
  Multinomial: 'its random numbers would be frozen',
  Where: 'its shape depends on values',
  Unique: 'its shape depends on values',
  NonMaxSuppressionV3: 'its shape depends on values',
};

export type Tracer = ReturnType<typeof makeTracer>;

/** Trace ids start far above the eager binding's, so that a stray one is recognised. */
export const TRACE_IDS = 2 ** 40;

export function makeTracer(tf: Tf, name: string, firstId: number) {
  const nodes: TraceNode[] = [];
  const inputs: number[] = [];
  const graph = new GraphBuilder(tf);
  const refs = new Map<number, Ref>();
  let nextId = firstId;

  const idOf = (ref: Ref) => {
    refs.set(nextId, ref);
    return nextId++;
  };
  const push = (node: TraceNode) => nodes.push(node) - 1;
  const refOf = (id: number): Ref => {
    const ref = refs.get(id);
    if (ref === undefined) throw traceEscaped();
    return ref;
  };

  return {
    /** A placeholder for one argument. */
    input(type: TensorType): number {
      const node = push({ op: 'Input', attributes: {}, inputs: [], outputs: [type] });
      graph.placeholder(type);
      inputs.push(node);
      return idOf({ node, output: 0 });
    },
    constant(type: TensorType, bytes: Uint8Array): number {
      const node = push({ op: 'Const', attributes: {}, inputs: [], outputs: [type], bytes });
      graph.constant(type, bytes);
      return idOf({ node, output: 0 });
    },
    record(op: string, attributes: Attributes, ids: readonly number[], outputCount: number) {
      const why = refused[op];
      if (why !== undefined) throw traceOp(op, why);
      const from = ids.map(refOf);
      const shapes = from.map((r) => showTensor(outputType(r)));
      let types: TensorType[];
      try {
        types = graph.add(op, attributes, from);
      } catch (error) {
        throw tensorOp(op, shapes, (error as Error).message.replace(/\.$/, ''));
      }
      if (types.some((t) => t.shape.some((d) => d < 0))) {
        throw traceOp(op, `its result has no static shape for ${shapes.join(', ')}`);
      }
      const node = push({ op, attributes, inputs: from, outputs: types });
      return types.slice(0, outputCount).map((t, output) => ({ id: idOf({ node, output }), ...t }));
    },
    call(body: Trace, ids: readonly number[]) {
      const type = typeOf(body, body.outputs[0] as Ref);
      graph.placeholder(type); // stands in for the call: only its type matters here
      const node = push({
        op: 'Call',
        attributes: {},
        inputs: ids.map(refOf),
        outputs: [type],
        body,
      });
      return { id: idOf({ node, output: 0 }), ...type };
    },
    /** The op that made `id`, for errors. */
    opOf: (id: number) => {
      const ref = refs.get(id);
      return ref === undefined ? 'another trace' : (nodes[ref.node] as TraceNode).op;
    },
    owns: (id: number) => refs.has(id),
    /** Eager ids that this trace holds as constants. */
    captures: new Map<number, number>(),
    /** The value of a constant of the trace: some kernels read their small arguments. */
    constantValue(id: number): Float32Array | Int32Array | Uint8Array | undefined {
      const ref = refs.get(id);
      const node = ref === undefined ? undefined : nodes[ref.node];
      if (node?.bytes === undefined) return undefined;
      const dtype = (node.outputs[0] as TensorType).dtype;
      const bytes = node.bytes.slice();
      if (dtype === TF.FLOAT) return new Float32Array(bytes.buffer);
      return dtype === TF.INT32 ? new Int32Array(bytes.buffer) : bytes;
    },
    finish(outputIds: readonly number[]): Trace {
      return { name, nodes, inputs, outputs: outputIds.map(refOf) };
    },
    nextId: () => nextId,
    dispose: () => graph.dispose(),
  };

  function outputType(ref: Ref): TensorType {
    return (nodes[ref.node] as TraceNode).outputs[ref.output] as TensorType;
  }
}
