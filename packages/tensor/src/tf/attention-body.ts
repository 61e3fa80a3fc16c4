/**
 * @file Attention as a function of its own, one row of the batch after the other: the weights of a row stay in the cache, and those of the
 * whole batch are never held. The backward body computes the weights again.
 */
import type { Attributes } from './attributes.ts';
import { TF } from './dtypes.ts';
import type { Ref, TensorType, Trace, TraceNode } from './trace.ts';

export type AttentionShape = {
  readonly batch: number;
  readonly tokens: number;
  readonly heads: number;
  /** Width of one head. */
  readonly each: number;
  readonly scale: number;
};
/** Rows that may be in work at once. */
const IN_FLIGHT = 2;

export function attentionBody(of: AttentionShape): Trace {
  const b = bodyBuilder('attention');
  const qkv = b.input(qkvType(of));
  const rows = b.rows(qkv, of.batch).map((row, i) => {
    const [q, k, v] = heads(b, row, of);
    const scores = b.matMul(q, k, { adjY: true }, b.turn(i));
    const weights = b.cluster(softmaxBody(of), [scores])[0] as Ref;
    const out = b.matMul(weights, v);
    b.ended(out);
    return b.reshape(b.transpose(out, [1, 0, 2]), [1, of.tokens, of.heads * of.each]);
  });
  return b.finish([b.concat(rows)]);
}

export function attentionGradBody(of: AttentionShape): Trace {
  const b = bodyBuilder('attention_grad');
  const qkv = b.input(qkvType(of));
  const dy = b.input({ dtype: TF.FLOAT, shape: [of.batch, of.tokens, of.heads * of.each] });
  const gradients = b.rows(dy, of.batch);
  const rows = b.rows(qkv, of.batch).map((row, i) => {
    const [q, k, v] = heads(b, row, of);
    const split = b.reshape(gradients[i] as Ref, [of.tokens, of.heads, of.each]);
    const dOut = b.transpose(split, [1, 0, 2], b.turn(i));
    const scores = b.matMul(q, k, { adjY: true }, b.turn(i));
    const dWeights = b.matMul(dOut, v, { adjY: true });
    const [weights, dScores] = b.cluster(softmaxGradBody(of), [scores, dWeights]) as [Ref, Ref];
    const dv = b.matMul(weights, dOut, { adjX: true });
    const dq = b.matMul(dScores, k);
    const dk = b.matMul(dScores, q, { adjX: true });
    const packed = b.pack([dq, dk, dv]);
    b.ended(packed);
    return b.reshape(b.transpose(packed, [2, 0, 1, 3]), [1, of.tokens, 3 * of.heads * of.each]);
  });
  return b.finish([b.concat(rows)]);
}

const qkvType = (of: AttentionShape): TensorType => ({
  dtype: TF.FLOAT,
  shape: [of.batch, of.tokens, 3 * of.heads * of.each],
});

function heads(b: Builder, row: Ref, of: AttentionShape): [Ref, Ref, Ref] {
  const split = b.reshape(row, [of.tokens, 3, of.heads, of.each]);
  return b.unpack(b.transpose(split, [1, 2, 0, 3])) as [Ref, Ref, Ref];
}

/** scores -> softmax(scores * scale). */
function softmaxBody(of: AttentionShape): Trace {
  const b = bodyBuilder('softmax');
  const scores = b.input({ dtype: TF.FLOAT, shape: [of.heads, of.tokens, of.tokens] });
  return b.finish([softmax(b, scores, of)]);
}

function softmax(b: Builder, scores: Ref, of: AttentionShape): Ref {
  const shifted = b.binary('Sub', scores, b.reduce('Max', scores));
  const e = b.unary('Exp', b.binary('Mul', shifted, b.scalar(of.scale)));
  return b.binary('Mul', e, b.unary('Reciprocal', b.reduce('Sum', e)));
}

/** scores, dWeights -> weights, dScores. */
function softmaxGradBody(of: AttentionShape): Trace {
  const b = bodyBuilder('softmax_grad');
  const type = { dtype: TF.FLOAT, shape: [of.heads, of.tokens, of.tokens] };
  const scores = b.input(type);
  const dWeights = b.input(type);
  const w = softmax(b, scores, of);
  const weighted = b.binary('Mul', dWeights, w);
  const centred = b.binary('Sub', dWeights, b.reduce('Sum', weighted));
  return b.finish([w, b.binary('Mul', b.binary('Mul', centred, w), b.scalar(of.scale))]);
}

type Builder = ReturnType<typeof bodyBuilder>;

/** Writes a trace by hand. */
function bodyBuilder(name: string) {
  const nodes: TraceNode[] = [];
  const inputs: number[] = [];
  const ends: number[] = [];
  const T: Attributes = { T: { kind: 'type', value: TF.FLOAT } };
  const int = { kind: 'type', value: TF.INT32 } as const;
  const shapeOf = (r: Ref) =>
    (nodes[r.node] as TraceNode).outputs[r.output]?.shape as readonly number[];
  const push = (node: TraceNode): Ref => ({ node: nodes.push(node) - 1, output: 0 });
  const float = (shape: readonly number[]): TensorType => ({ dtype: TF.FLOAT, shape });
  const op = (
    name: string,
    attributes: Attributes,
    from: Ref[],
    shape: readonly number[],
    after: readonly number[] = [],
  ) =>
    push({
      op: name,
      attributes,
      inputs: from,
      outputs: [float(shape)],
      ...(after.length > 0 ? { after } : {}),
    });
  const ints = (values: readonly number[], scalar = false): Ref =>
    push({
      op: 'Const',
      attributes: {},
      inputs: [],
      outputs: [{ dtype: TF.INT32, shape: scalar ? [] : [values.length] }],
      bytes: new Uint8Array(Int32Array.from(values).buffer),
    });
  const several = (ref: Ref, count: number) =>
    Array.from({ length: count }, (_, output) => ({ node: ref.node, output }));
  return {
    input(type: TensorType): Ref {
      const ref = push({ op: 'Input', attributes: {}, inputs: [], outputs: [type] });
      inputs.push(ref.node);
      return ref;
    },
    scalar: (value: number): Ref =>
      push({
        op: 'Const',
        attributes: {},
        inputs: [],
        outputs: [float([])],
        bytes: new Uint8Array(Float32Array.of(value).buffer),
      }),
    /** The rows of x [B, ...], each [1, ...]; along the first axis TensorFlow copies nothing. */
    rows(x: Ref, count: number): Ref[] {
      const [, ...rest] = shapeOf(x);
      const split = push({
        op: 'Split',
        attributes: { ...T, num_split: { kind: 'int', value: count } },
        inputs: [ints([0], true), x],
        outputs: Array.from({ length: count }, () => float([1, ...rest])),
      });
      return several(split, count);
    },
    unpack(x: Ref): Ref[] {
      const [count, ...rest] = shapeOf(x) as [number, ...number[]];
      const made = push({
        op: 'Unpack',
        attributes: { ...T, num: { kind: 'int', value: count }, axis: { kind: 'int', value: 0 } },
        inputs: [x],
        outputs: Array.from({ length: count }, () => float(rest)),
      });
      return several(made, count);
    },
    pack: (parts: Ref[]): Ref =>
      op(
        'Pack',
        { ...T, N: { kind: 'int', value: parts.length }, axis: { kind: 'int', value: 0 } },
        parts,
        [parts.length, ...shapeOf(parts[0] as Ref)],
      ),
    concat: (rows: Ref[]): Ref =>
      rows.length === 1
        ? (rows[0] as Ref) // TensorFlow takes two at least
        : op(
            'ConcatV2',
            { ...T, N: { kind: 'int', value: rows.length }, Tidx: int },
            [...rows, ints([0], true)],
            [rows.length, ...shapeOf(rows[0] as Ref).slice(1)],
          ),
    reshape: (x: Ref, shape: readonly number[]): Ref =>
      op('Reshape', { ...T, Tshape: int }, [x, ints(shape)], shape),
    transpose: (x: Ref, order: readonly number[], after: readonly number[] = []): Ref =>
      op(
        'Transpose',
        { ...T, Tperm: int },
        [x, ints(order)],
        order.map((i) => shapeOf(x)[i] as number),
        after,
      ),
    matMul(
      x: Ref,
      y: Ref,
      of: { adjX?: boolean; adjY?: boolean } = {},
      after: readonly number[] = [],
    ): Ref {
      const [xs, ys] = [shapeOf(x), shapeOf(y)];
      const rows = xs.at(of.adjX === true ? -1 : -2) as number;
      const columns = ys.at(of.adjY === true ? -2 : -1) as number;
      const flags = {
        adj_x: { kind: 'bool', value: of.adjX === true },
        adj_y: { kind: 'bool', value: of.adjY === true },
      } as const;
      return op(
        'BatchMatMulV2',
        { ...T, ...flags },
        [x, y],
        [...xs.slice(0, -2), rows, columns],
        after,
      );
    },
    unary: (name: string, x: Ref): Ref => op(name, T, [x], shapeOf(x)),
    binary: (name: string, x: Ref, y: Ref): Ref => op(name, T, [x, y], shapeOf(x)),
    reduce: (name: 'Max' | 'Sum', x: Ref): Ref =>
      op(
        name,
        { ...T, Tidx: int, keep_dims: { kind: 'bool', value: true } },
        [x, ints([-1])],
        [...shapeOf(x).slice(0, -1), 1],
      ),
    cluster(body: Trace, from: Ref[]): Ref[] {
      const outputs = body.outputs.map(
        (r) => (body.nodes[r.node] as TraceNode).outputs[r.output] as TensorType,
      );
      return several(
        push({ op: 'Cluster', attributes: {}, inputs: from, outputs, body }),
        outputs.length,
      );
    },
    /** What row i waits for. */
    turn: (i: number): readonly number[] => (i < IN_FLIGHT ? [] : [ends[i - IN_FLIGHT] as number]),
    ended: (ref: Ref) => void ends.push(ref.node),
    finish: (outputs: Ref[]): Trace => ({ name, nodes, inputs, outputs }),
  };
}
