/**
 * @file Local rewrites of a trace: equal constants and views become one, reshapes of reshapes fold, multiplications by matrices in batches of one
 * become plain matrix products, and what no output needs is dropped.
 */
import type { Attributes } from '../attributes.ts';
import { TF } from '../dtypes.ts';
import { Rewriter } from './rewriter.ts';
import type { Ref, TensorType, Trace, TraceNode } from '../trace.ts';

const moves = new Set(['Reshape', 'Transpose', 'Slice', 'StridedSlice', 'Unpack']);

export function clean(trace: Trace): Trace {
  const r = new Rewriter(trace);
  const known = new Map<string, number>();
  const keyOf = (
    op: string,
    a: Attributes,
    inputs: readonly Ref[],
    bytes?: Uint8Array,
    type?: TensorType,
  ) => {
    const value =
      bytes === undefined
        ? ''
        : `${type?.dtype}/${type?.shape.join(',')}/${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}`;
    return `${op}|${JSON.stringify(a)}|${inputs.map((i) => `${i.node}.${i.output}`).join(' ')}|${value}`;
  };
  const emit = (node: TraceNode): number => {
    // arithmetic is left alone: what a gradient recomputes on purpose would be kept from the forward pass instead
    const shared = node.bytes === undefined ? moves.has(node.op) : node.bytes.length <= 4096;
    if (!shared) return r.push(node);
    const key = keyOf(node.op, node.attributes, node.inputs, node.bytes, node.outputs[0]);
    const same = known.get(key);
    if (same !== undefined) return same;
    const made = r.push(node);
    known.set(key, made);
    return made;
  };
  const shapeConstant = (shape: readonly number[]): Ref => {
    const bytes = new Uint8Array(Int32Array.from(shape).buffer);
    return {
      node: emit({
        op: 'Const',
        attributes: {},
        inputs: [],
        outputs: [{ dtype: TF.INT32, shape: [shape.length] }],
        bytes,
      }),
      output: 0,
    };
  };
  const reshape = (x: Ref, shape: readonly number[]): Ref => {
    const type = r.typeOf(x);
    if (sameShape(type.shape, shape)) return x;
    const from = r.node(x);
    const source = from.op === 'Reshape' ? (from.inputs[0] as Ref) : x;
    if (sameShape(r.typeOf(source).shape, shape)) return source;
    return {
      node: emit({
        op: 'Reshape',
        attributes: {
          T: { kind: 'type', value: type.dtype },
          Tshape: { kind: 'type', value: TF.INT32 },
        },
        inputs: [source, shapeConstant(shape)],
        outputs: [{ dtype: type.dtype, shape }],
      }),
      output: 0,
    };
  };

  r.visit((node, inputs) => {
    const type = node.outputs[0] as TensorType;
    if (node.op === 'Identity') return inputs[0] as Ref;
    if (node.op === 'Reshape') return reshape(inputs[0] as Ref, type.shape);
    if (node.op === 'Cast' && node.attributes['SrcT']?.value === node.attributes['DstT']?.value)
      return inputs[0] as Ref;
    if (node.op === 'Sum' && type.dtype === TF.FLOAT) {
      const from = r.typeOf(inputs[0] as Ref);
      if (sizeEqual(from.shape, type.shape)) return reshape(inputs[0] as Ref, type.shape); // sums over axes of one element
    }
    const plain = plainMatMul(node, inputs);
    return plain ?? { node: emit({ ...node, inputs }), output: 0 };
  });
  return r.finish();

  /** BatchMatMulV2 over a batch of one, or [B, M, K] x [1, K, N]: one MatMul. */
  function plainMatMul(node: TraceNode, inputs: readonly Ref[]): Ref | undefined {
    if (node.op !== 'BatchMatMulV2') return undefined;
    const [a, b] = inputs as [Ref, Ref];
    const [as, bs] = [r.typeOf(a).shape, r.typeOf(b).shape];
    const out = node.outputs[0] as TensorType;
    if (as.slice(0, -2).some((d) => d !== 1) || bs.slice(0, -2).some((d) => d !== 1))
      return undefined;
    const flag = (name: string) =>
      ({ kind: 'bool', value: node.attributes[name]?.value === true }) as const;
    const made = emit({
      op: 'MatMul',
      attributes: {
        T: { kind: 'type', value: out.dtype },
        transpose_a: flag('adj_x'),
        transpose_b: flag('adj_y'),
      },
      inputs: [reshape(a, as.slice(-2)), reshape(b, bs.slice(-2))],
      outputs: [{ dtype: out.dtype, shape: out.shape.slice(-2) }],
    });
    return reshape({ node: made, output: 0 }, out.shape);
  }
}

const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((d, i) => d === b[i]);
const sizeEqual = (a: readonly number[], b: readonly number[]) =>
  a.reduce((x, y) => x * y, 1) === b.reduce((x, y) => x * y, 1);
