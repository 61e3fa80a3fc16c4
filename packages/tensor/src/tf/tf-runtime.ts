/** @file The native runtime: libtensorflow by FFI under tfjs' kernels, with functions compiled from traces. */
import type { HostArray, Named, Runtime, Tree } from '@dualbeat/core';
import { makeOps } from '../ops/index.ts';
import type { RuntimeOptions } from '../open-runtime.ts';
import { tfjs } from '../tfjs.ts';
import { flatten } from '../tree.ts';
import { valueAndGrad } from '../value-and-grad.ts';
import { registerAttention } from './attention-kernel.ts';
import { openBackend } from './backend.ts';
import { makeBinding } from './binding.ts';
import { makeCompiler } from './compile.ts';
import { findLibraries } from './find-libraries.ts';
import { replaceKernels } from './kernels.ts';
import { registerPhiloxTf } from './philox-kernel.ts';
import type { NodeTime } from './profile.ts';
import { quietly } from './quietly.ts';
import { openTf } from './tf-library.ts';

export type TfRuntime = Runtime & {
  readonly version: string;
  readonly devices: readonly { readonly name: string; readonly type: string }[];
  /** Times every node of the compiled functions that are called during `during`. */
  profile(during: () => void): readonly NodeTime[];
};

/** Errors: E_RUNTIME_MISSING, E_RUNTIME_LOAD. */
export async function openTfRuntime(options: RuntimeOptions): Promise<TfRuntime> {
  setEnvironment();
  const gpu = (options.device ?? 'cpu') !== 'cpu';
  const libraries = findLibraries(gpu ? 'cuda' : 'cpu');
  const native = quietly(() =>
    openTf(libraries, {
      intraThreads: options.threads ?? 0,
      interThreads: options.threads ?? 0,
      gpu,
    }),
  );
  const core = tfjs();
  const usesGpu = gpu && native.devices.some((d) => d.type === 'GPU');
  const binding = makeBinding(native, usesGpu);
  const backend = openBackend(core, binding);
  replaceKernels(core, binding);
  registerAttention(core, binding);
  registerPhiloxTf(core, binding);
  const compiler = makeCompiler(core, native, binding, backend, options.eager === true);
  return {
    name: 'tf',
    version: native.version,
    devices: native.devices,
    profile: compiler.profile,
    device: usesGpu ? 'gpu' : 'cpu',
    tf: makeOps(core),
    compile: compiler.compile,
    valueAndGrad: (fn, params: Named) => valueAndGrad(core, fn, params),
    tensor: (values: HostArray, dtype) => core.tensor(values.data, [...values.shape], dtype),
    read: (tensor) => tensor.dataSync() as Float32Array | Int32Array | Uint8Array,
    dispose: (tree: Tree) => core.dispose(flatten(tree)),
    traces: compiler.traces,
    liveTensors: () => binding.getNumOfTensors(),
    close: () => compiler.close(),
  };
}

/** Read once by the libraries when they load. What a user has set stays. */
function setEnvironment(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  // A user's own flags come last and win.
  const own = process.env['XLA_FLAGS'];
  process.env['XLA_FLAGS'] = [
    // XLA may vectorise row reductions; infinities and NaN keep their meaning, since the step's guard looks for them
    '--xla_cpu_enable_fast_math=true',
    '--xla_cpu_fast_math_honor_infs=true',
    '--xla_cpu_fast_math_honor_nans=true',
    '--xla_cpu_fast_math_honor_division=true',
    '--xla_cpu_fast_math_honor_functions=true',
    // its YNNPACK fusions crash when one executable's first runs overlap: they fill a shared list without a lock (2.21)
    '--xla_cpu_experimental_ynn_fusion_type=-dot,-eltwise,-reduce',
    ...(own === undefined ? [] : [own]),
  ].join(' ');
}
