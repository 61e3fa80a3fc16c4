/** @file Kernels of tfjs' native layer that we replace, each with its reason. */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { require, type TfjsCore } from '../tfjs.ts';
import type { Attributes } from './attributes.ts';
import type { NativeBackend } from './backend.ts';
import type { Binding } from './binding.ts';

/** GatherV2: tfjs reads the indices to check them, which a traced index cannot be; TensorFlow checks them itself, naming the index. */
export function replaceKernels(tf: TfjsCore, binding: Binding): void {
  const { getTFDType } = require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js') as {
    getTFDType(dtype: string): number;
  };
  const gather: KernelConfig = {
    kernelName: 'GatherV2',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const native = backend as unknown as NativeBackend;
      const { x, indices } = inputs as { x: TensorInfo; indices: TensorInfo };
      const { axis, batchDims } = attrs as { axis: number; batchDims: number };
      const axisTensor = tf.scalar(axis, 'int32');
      const type = (dtype: string) => ({ kind: 'type', value: getTFDType(dtype) }) as const;
      const attributes: Attributes = {
        batch_dims: { kind: 'int', value: batchDims },
        Tparams: type(x.dtype),
        Tindices: type(indices.dtype),
        Taxis: type('int32'),
      };
      const made = binding.run(
        'GatherV2',
        attributes,
        native.getInputTensorIds([x, indices, axisTensor]),
        1,
      );
      axisTensor.dispose();
      return native.createOutputTensor(made[0] as never);
    },
  };
  if (tf.getKernel('GatherV2', 'tensorflow') !== undefined)
    tf.unregisterKernel('GatherV2', 'tensorflow');
  tf.registerKernel(gather);
}
