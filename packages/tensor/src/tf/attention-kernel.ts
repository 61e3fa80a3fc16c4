/** @file The attention kernels of the native runtime: a call of one function where a trace is made, the composition where not. */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import {
  ATTENTION,
  ATTENTION_GRAD,
  composedAttentionKernels,
  type AttentionOptions,
} from '../ops/attention.ts';
import type { TfjsCore } from '../tfjs.ts';
import { attentionBody, attentionGradBody, type AttentionShape } from './attention-body.ts';
import type { NativeBackend } from './backend.ts';
import type { Binding } from './binding.ts';
import type { Trace } from './trace.ts';

const bodies: { [kernel: string]: (of: AttentionShape) => Trace } = {
  [ATTENTION]: attentionBody,
  [ATTENTION_GRAD]: attentionGradBody,
};

export function registerAttention(tf: TfjsCore, binding: Binding): void {
  for (const composed of composedAttentionKernels(tf, 'tensorflow')) {
    const kernel: KernelConfig = {
      ...composed,
      kernelFunc: (call) => {
        if (!binding.isTracing()) return composed.kernelFunc(call);
        const native = call.backend as unknown as NativeBackend;
        const { qkv, dy } = call.inputs as { qkv: TensorInfo; dy?: TensorInfo };
        const { heads, scale } = call.attrs as unknown as AttentionOptions;
        const [batch, tokens, width] = qkv.shape as [number, number, number];
        const body = (bodies[composed.kernelName] as (of: AttentionShape) => Trace)({
          batch,
          tokens,
          heads,
          scale,
          each: width / 3 / heads,
        });
        const ids = native.getInputTensorIds(dy === undefined ? [qkv] : [qkv, dy]);
        return native.createOutputTensor(binding.call(body, ids));
      },
    };
    if (tf.getKernel(composed.kernelName, 'tensorflow') !== undefined)
      tf.unregisterKernel(composed.kernelName, 'tensorflow');
    tf.registerKernel(kernel);
  }
}
