/**
 * @file The random kernels of the TensorFlow runtimes: Philox4x32-10 as 64-bit integer arithmetic, the same eager, compiled and in
 * XLA. TensorFlow's own StatelessRandom ops are not used: their counter cannot be laid out by row.
 */
import type { TensorInfo, KernelConfig } from '@tensorflow/tfjs-core';
import { PHILOX, PHILOX_UNIFORM, type PhiloxAt } from '../ops/philox.ts';
import type { TfjsCore } from '../tfjs.ts';
import type { Attributes } from './attributes.ts';
import type { NativeBackend } from './backend.ts';
import type { Binding, Made } from './binding.ts';
import { TF } from './dtypes.ts';

const M0 = 0xd2511f53n,
  M1 = 0xcd9e8d57n,
  W0 = 0x9e3779b9n,
  W1 = 0xbb67ae85n;
const LOW = 0xffffffffn;

export function registerPhiloxTf(tf: TfjsCore, binding: Binding): void {
  for (const [kernelName, finish] of [
    [PHILOX, asWords],
    [PHILOX_UNIFORM, asUniform],
  ] as const) {
    if (tf.getKernel(kernelName, 'tensorflow') !== undefined)
      tf.unregisterKernel(kernelName, 'tensorflow');
    const config: KernelConfig = {
      kernelName,
      backendName: 'tensorflow',
      kernelFunc: ({ inputs, backend, attrs }) => {
        const native = backend as unknown as NativeBackend;
        const { key, step, firstRow } = inputs as Record<string, TensorInfo>;
        const ids = native.getInputTensorIds([key, step, firstRow] as TensorInfo[]);
        const u = integers(binding);
        try {
          const words = u.words(ids as [number, number, number], attrs as unknown as PhiloxAt);
          return native.createOutputTensor(finish(u, words));
        } finally {
          u.release();
        }
      },
    };
    tf.registerKernel(config);
  }
}

const asWords = (u: Integers, words: number): Made =>
  u.take(u.bitcast(u.cast(words, TF.UINT64, TF.UINT32), TF.UINT32, TF.INT32));
const asUniform = (u: Integers, words: number): Made => {
  const top = u.cast(u.op('RightShift', TF.UINT64, words, u.literal(8n)), TF.UINT64, TF.FLOAT);
  return u.take(u.op('Mul', TF.FLOAT, top, u.float(2 ** -24)));
};

type Integers = ReturnType<typeof integers>;

/** uint64 arithmetic on binding ids; everything made is released at the end but what `take` hands out. */
function integers(binding: Binding) {
  const made = new Map<number, Made>();
  const type = (value: number): Attributes => ({ T: { kind: 'type', value } });
  const keep = (m: Made | undefined) => {
    made.set((m as Made).id, m as Made);
    return (m as Made).id;
  };
  const constant = (shape: number[], dtype: number, bytes: Uint8Array) => {
    const id = binding.createTensor(shape, dtype, bytes as never);
    return keep({ id, shape, dtype });
  };
  const run = (name: string, attributes: Attributes, ...ids: number[]) =>
    keep(binding.run(name, attributes, ids, 1)[0]);
  const op = (name: string, dtype: number, a: number, b: number) => run(name, type(dtype), a, b);
  const literals = (values: readonly bigint[], shape: number[]) =>
    constant(shape, TF.UINT64, new Uint8Array(BigUint64Array.from(values).buffer));
  const literal = (value: bigint) => literals([value], []);
  const cast = (x: number, from: number, to: number) =>
    run(
      'Cast',
      {
        SrcT: { kind: 'type', value: from },
        DstT: { kind: 'type', value: to },
        Truncate: { kind: 'bool', value: false },
      },
      x,
    );
  const bitcast = (x: number, from: number, to: number) =>
    run('Bitcast', { T: { kind: 'type', value: from }, type: { kind: 'type', value: to } }, x);
  const ints = (values: readonly number[]) =>
    constant([values.length], TF.INT32, new Uint8Array(Int32Array.from(values).buffer));
  const reshape = (x: number, shape: readonly number[], dtype: number = TF.UINT64) =>
    run(
      'Reshape',
      { T: { kind: 'type', value: dtype }, Tshape: { kind: 'type', value: TF.INT32 } },
      x,
      ints(shape),
    );
  const mask = literal(LOW);
  const low = (x: number) => op('BitwiseAnd', TF.UINT64, x, mask);
  /** int32 bits as an unsigned number. */
  const unsigned = (x: number) => cast(bitcast(x, TF.INT32, TF.UINT32), TF.UINT32, TF.UINT64);
  const xor = (a: number, b: number) => op('BitwiseXor', TF.UINT64, a, b);

  /** The words of the layout in core's philox.ts, uint64 [rows, elements]. */
  function words([key, step, firstRow]: [number, number, number], at: PhiloxAt): number {
    const blocks = Math.ceil(at.elements / 4);
    const range = (n: number, shape: number[]) =>
      literals(
        Array.from({ length: n }, (_, i) => BigInt(i)),
        shape,
      );
    const keyAt = (i: number) => {
      const slice = run(
        'StridedSlice',
        stridedAttributes,
        key,
        ints([i]),
        ints([i + 1]),
        ints([1]),
      );
      return unsigned(slice);
    };
    let c0 = range(blocks, [1, blocks]);
    let c1 = low(op('AddV2', TF.UINT64, range(at.rows, [at.rows, 1]), unsigned(firstRow)));
    let c2 = literal(BigInt(at.stream >>> 0));
    let c3 = unsigned(step);
    let k0 = keyAt(0);
    let k1 = keyAt(1);
    const shift = literal(32n);
    for (let round = 0; round < 10; round++) {
      const p0 = op('Mul', TF.UINT64, c0, literal(M0));
      const p1 = op('Mul', TF.UINT64, c2, literal(M1));
      const high = (p: number) => op('RightShift', TF.UINT64, p, shift);
      [c0, c1, c2, c3] = [xor(xor(high(p1), c1), k0), low(p1), xor(xor(high(p0), c3), k1), low(p0)];
      k0 = low(op('AddV2', TF.UINT64, k0, literal(W0)));
      k1 = low(op('AddV2', TF.UINT64, k1, literal(W1)));
    }
    const full = [at.rows, blocks];
    const zeros = literals(
      Array.from({ length: at.rows * blocks }, () => 0n),
      full,
    );
    const columns = [c0, c1, c2, c3].map((c) => xor(c, zeros)); // broadcast to [rows, blocks]
    const packed = run(
      'Pack',
      {
        T: { kind: 'type', value: TF.UINT64 },
        N: { kind: 'int', value: 4 },
        axis: { kind: 'int', value: 2 },
      },
      ...columns,
    );
    const flat = reshape(packed, [at.rows, blocks * 4]);
    if (blocks * 4 === at.elements) return flat;
    return run(
      'Slice',
      { T: { kind: 'type', value: TF.UINT64 }, Index: { kind: 'type', value: TF.INT32 } },
      flat,
      ints([0, 0]),
      ints([at.rows, at.elements]),
    );
  }

  return {
    words,
    op,
    cast,
    bitcast,
    literal,
    float: (value: number) => constant([], TF.FLOAT, new Uint8Array(Float32Array.of(value).buffer)),
    take(id: number): Made {
      const m = made.get(id) as Made;
      made.delete(id);
      return m;
    },
    release: () => {
      for (const id of made.keys()) binding.deleteTensor(id);
    },
  };
}

const zero = { kind: 'int', value: 0 } as const;
const stridedAttributes: Attributes = {
  T: { kind: 'type', value: TF.INT32 },
  Index: { kind: 'type', value: TF.INT32 },
  begin_mask: zero,
  end_mask: zero,
  ellipsis_mask: zero,
  new_axis_mask: zero,
  shrink_axis_mask: { kind: 'int', value: 1 },
};
