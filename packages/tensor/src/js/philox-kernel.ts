/** @file The random kernels of the pure JavaScript runtime: the reference implementation itself. */
import { philoxWords } from '@dualbeat/core';
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { PHILOX, PHILOX_UNIFORM, type PhiloxAt } from '../ops/philox.ts';
import type { TfjsCore } from '../tfjs.ts';

export function registerPhiloxJs(tf: TfjsCore): void {
  if (tf.getKernel(PHILOX, 'cpu') !== undefined) return;
  const words = (inputs: Record<string, TensorInfo>, at: PhiloxAt): Int32Array => {
    const values = (name: string) =>
      tf.backend().readSync((inputs[name] as TensorInfo).dataId) as Int32Array;
    const key = values('key');
    return philoxWords([key[0] as number, key[1] as number], {
      ...at,
      step: values('step')[0] as number,
      firstRow: values('firstRow')[0] as number,
    });
  };
  const kernel = (
    kernelName: string,
    finish: (w: Int32Array, shape: number[]) => TensorInfo,
  ): KernelConfig => ({
    kernelName,
    backendName: 'cpu',
    kernelFunc: ({ inputs, attrs }) => {
      const at = attrs as unknown as PhiloxAt;
      return finish(words(inputs as Record<string, TensorInfo>, at), [at.rows, at.elements]);
    },
  });
  tf.registerKernel(kernel(PHILOX, (w, shape) => tf.tensor(w, shape, 'int32')));
  tf.registerKernel(
    kernel(PHILOX_UNIFORM, (w, shape) =>
      tf.tensor(
        Float32Array.from(w, (x) => (x >>> 8) * 2 ** -24),
        shape,
        'float32',
      ),
    ),
  );
}
