/** @file The residual blocks (He et al. 2016, arXiv:1512.03385): two 3 x 3 convolutions, or a bottleneck of three. */
import { conv3d, conv3dSpecs, relu } from '@dualbeat/nn';
import type { Axes3, Conv3dShape } from '@dualbeat/nn';
import { joined, stateless } from '../layer.ts';
import type { Layer, Parts } from '../layer.ts';
import { norm } from '../norm.ts';
import type { NormOptions } from '../norm.ts';

export type BlockShape = {
  readonly in: number;
  readonly mid: number;
  readonly out: number;
  readonly stride: Axes3;
  /** Of a bottleneck: its first convolution. */
  readonly first: Axes3;
  /** Of a bottleneck: its middle convolution; of a basic block: both. */
  readonly middle: Axes3;
};
export type BlockOptions = NormOptions & { readonly zeroInitResidual: boolean };

/** A convolution with as much padding as keeps the size at a stride of 1. */
export function convolution(shape: Conv3dShape, stride: Axes3 = [1, 1, 1]): Layer {
  const padding = shape.kernel.map((size) => Math.floor(size / 2)) as unknown as Axes3;
  return stateless(conv3dSpecs(shape), (params, x, { tf }) =>
    conv3d(tf, params, x, { stride, padding }),
  );
}

/** conv1, norm1, ReLU, conv2 with the stride (He's "B" variant of PyTorch), norm2, ReLU, conv3, norm3, plus the input, ReLU. */
export function bottleneck(of: BlockShape, options: BlockOptions): Layer {
  const { mid, out } = of;
  const parts = {
    conv1: convolution({ kernel: of.first, in: of.in, out: mid }),
    norm1: norm(mid, options),
    conv2: convolution({ kernel: of.middle, in: mid, out: mid }, of.stride),
    norm2: norm(mid, options),
    conv3: convolution({ kernel: [1, 1, 1], in: mid, out }),
    norm3: norm(out, options, options.zeroInitResidual ? 0 : 1),
    ...shortcut(of, options),
  };
  return joined(parts, (call, x, { tf }) => {
    const first = relu(tf, call('norm1', call('conv1', x)));
    const second = relu(tf, call('norm2', call('conv2', first)));
    const third = call('norm3', call('conv3', second));
    return relu(tf, tf.add(third, aside(parts, call, x)));
  });
}

/** conv1 with the stride, norm1, ReLU, conv2, norm2, plus the input, ReLU. */
export function basic(of: BlockShape, options: BlockOptions): Layer {
  const parts = {
    conv1: convolution({ kernel: of.middle, in: of.in, out: of.out }, of.stride),
    norm1: norm(of.out, options),
    conv2: convolution({ kernel: of.middle, in: of.out, out: of.out }),
    norm2: norm(of.out, options, options.zeroInitResidual ? 0 : 1),
    ...shortcut(of, options),
  };
  return joined(parts, (call, x, { tf }) => {
    const first = relu(tf, call('norm1', call('conv1', x)));
    const second = call('norm2', call('conv2', first));
    return relu(tf, tf.add(second, aside(parts, call, x)));
  });
}

/** A strided 1 x 1 x 1 convolution where the input does not fit the output. */
function shortcut(of: BlockShape, options: BlockOptions): Parts {
  if (of.in === of.out && of.stride.every((step) => step === 1)) return {};
  return {
    'shortcut-conv': convolution({ kernel: [1, 1, 1], in: of.in, out: of.out }, of.stride),
    'shortcut-norm': norm(of.out, options),
  };
}

function aside<T>(parts: Parts, call: (name: never, x: T) => T, x: T): T {
  const by = call as (name: string, x: T) => T;
  return 'shortcut-conv' in parts ? by('shortcut-norm', by('shortcut-conv', x)) : x;
}
