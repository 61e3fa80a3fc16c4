/** @file tfjs' native kernel layer on our binding. Its package index is not imported: that is what looks for a prebuilt addon. */
import type { DataType, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { require, type TfjsCore } from '../tfjs.ts';
import type { Attributes } from './attributes.ts';
import type { Binding, Made } from './binding.ts';

/** What we use of NodeJSKernelBackend. */
export type NativeBackend = {
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  createOutputTensor(made: Made): Tensor;
  tensorMap: {
    get(id: object): {
      id: number;
      values: unknown;
      dtype: number;
      shape: number[];
      refCount: number;
    };
    set(id: object, v: unknown): void;
  };
  move(dataId: object, values: unknown, shape: number[], dtype: DataType, refCount: number): void;
};
export type NamedRun = (
  op: string,
  attributes: Attributes,
  inputs: readonly TensorInfo[],
  count: number,
) => Tensor[];

let registered = false;

export function openBackend(tf: TfjsCore, binding: Binding): NativeBackend {
  const { NodeJSKernelBackend, getTFDType } =
    require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js') as {
      NodeJSKernelBackend: new (binding: unknown, name: string) => NativeBackend;
      getTFDType(dtype: DataType): number;
    };
  // The name of the GPU package makes tfjs switch its convolution layouts, so it is only given on a GPU.
  const backend = new NodeJSKernelBackend(
    binding,
    binding.isUsingGpuDevice() ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node',
  );
  // tfjs delays uploads to the first use; one that falls into a trace would freeze the tensor into it and lose its value.
  const delayed = backend.move.bind(backend);
  backend.move = (dataId, values, shape, dtype, refCount) => {
    if (dtype === 'string' || dtype === 'complex64')
      return delayed(dataId, values, shape, dtype, refCount);
    const id = binding.createTensor(shape, getTFDType(dtype), values as Float32Array);
    backend.tensorMap.set(dataId, { shape, dtype: getTFDType(dtype), values: null, id, refCount });
  };
  if (tf.findBackendFactory('tensorflow') !== null) tf.removeBackend('tensorflow');
  tf.registerBackend('tensorflow', () => backend as never, 3);
  void tf.setBackend('tensorflow'); // synchronous for a backend that is already there
  if (!registered) {
    require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js');
    registered = true;
  }
  return backend;
}
