/** @file The pure JavaScript runtime: any machine, no installation, slow. `compile` only tidies. */
import type { HostArray, Named, Runtime, TraceInfo, Tree } from '@dualbeat/core';
import { composedAttentionKernels } from '../ops/attention.ts';
import { makeOps } from '../ops/index.ts';
import { require, tfjs } from '../tfjs.ts';
import { flatten, signatureOf } from '../tree.ts';
import { valueAndGrad } from '../value-and-grad.ts';
import { checkInputs, runTidy } from '../run-tidy.ts';
import { registerPhiloxJs } from './philox-kernel.ts';

export function openJsRuntime(): Runtime {
  const core = tfjs();
  require('@tensorflow/tfjs-backend-cpu');
  void core.setBackend('cpu'); // synchronous for a backend that is already there
  registerPhiloxJs(core);
  for (const kernel of composedAttentionKernels(core, 'cpu')) {
    if (core.getKernel(kernel.kernelName, 'cpu') === undefined) core.registerKernel(kernel);
  }
  const tf = makeOps(core);
  const traces: TraceInfo[] = [];
  return {
    name: 'js',
    device: 'javascript',
    tf,
    compile: (name, fn, options) => {
      const seen = new Set<string>();
      return (...args) => {
        const inputs = checkInputs(name, args);
        const signature = args.map(signatureOf).join(';');
        if (!seen.has(signature)) {
          seen.add(signature);
          traces.push({ function: name, signature, nodes: 0, traceMs: 0, firstRunMs: null });
        }
        const result = runTidy(core, () => fn(...args), inputs);
        for (const i of options?.donate ?? []) core.dispose(flatten(args[i] as Tree));
        return result;
      };
    },
    valueAndGrad: (fn, params: Named) => valueAndGrad(core, fn, params),
    tensor: (values: HostArray, dtype) => core.tensor(values.data, [...values.shape], dtype),
    read: (tensor) => tensor.dataSync() as Float32Array | Int32Array | Uint8Array,
    dispose: (tree) => core.dispose(flatten(tree)),
    traces: () => traces,
    liveTensors: () => core.memory().numTensors,
    close: () => undefined,
  };
}
