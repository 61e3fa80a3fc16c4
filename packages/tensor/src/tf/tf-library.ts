/** @file One opened libtensorflow: C API, status, eager context, and the small helpers that everything uses. */
import { openCApi, type CApi, type Pointer } from './c-api.ts';
import { bytesOf, sizeOf } from './dtypes.ts';
import type { InputArg } from './op-inputs.ts';
import type { TensorType } from './trace.ts';

export type Tf = {
  readonly c: CApi;
  readonly status: Pointer;
  readonly context: Pointer;
  readonly version: string;
  readonly devices: readonly { readonly name: string; readonly type: string }[];
  /** Throws TensorFlow's message when the last call failed. */
  check(): void;
  /** A TF_Tensor with these bytes; the caller deletes it. */
  tensor(type: TensorType, bytes: Uint8Array): Pointer;
  /** A cache of OpDefs. */
  inputArgs(op: string, read: () => InputArg[]): InputArg[];
  forgetOp(op: string): void;
  close(): void;
};

/** `intraThreads` 0: one per core. Errors: E_RUNTIME_LOAD, or TensorFlow's own. */
export function openTf(
  paths: { readonly framework: string; readonly cc: string },
  options: { readonly intraThreads: number; readonly interThreads: number; readonly gpu: boolean },
): Tf {
  const c = openCApi(paths);
  const status = c.newStatus();
  const check = () => {
    if (c.code(status) !== 0) throw new Error(c.message(status) as string);
  };
  const contextOptions = c.newContextOptions();
  const config = configProto(options);
  c.setConfig(contextOptions, config, config.length, status);
  check();
  const context = c.newContext(contextOptions, status);
  check();
  c.deleteContextOptions(contextOptions);
  const cache = new Map<string, InputArg[]>();
  return {
    c,
    status,
    context,
    check,
    version: c.version() as string,
    devices: listDevices(c, context, status),
    tensor(type, bytes) {
      const expected = sizeOf(type.shape) * bytesOf(type.dtype);
      if (bytes.length !== expected) throw new Error(`${bytes.length} bytes for ${expected}`);
      const tensor = c.allocateTensor(type.dtype, [...type.shape], type.shape.length, expected);
      c.copyIn(c.tensorData(tensor), bytes);
      return tensor;
    },
    inputArgs(op, read) {
      let args = cache.get(op);
      if (args === undefined) {
        args = read();
        check();
        cache.set(op, args);
      }
      return args;
    },
    forgetOp: (op) => void cache.delete(op),
    close: () => c.deleteContext(context),
  };
}

function listDevices(c: CApi, context: Pointer, status: Pointer) {
  const list = c.listDevices(context, status);
  const out = Array.from({ length: c.deviceCount(list) as number }, (_, i) => ({
    name: c.deviceName(list, i, status) as string,
    type: c.deviceType(list, i, status) as string,
  }));
  c.deleteDeviceList(list);
  return out;
}

/** ConfigProto: device_count 1, intra_op 2, inter_op 5, gpu_options 6 { allow_growth 4 }, allow_soft_placement 7. */
function configProto(o: { intraThreads: number; interThreads: number; gpu: boolean }): Buffer {
  const bytes: number[] = [];
  if (!o.gpu) bytes.push(0x0a, 7, 0x0a, 3, ...Buffer.from('GPU'), 0x10, 0); // device_count { "GPU": 0 }
  if (o.intraThreads > 0) bytes.push(0x10, o.intraThreads);
  if (o.interThreads > 0) bytes.push(0x28, o.interThreads);
  if (o.gpu) bytes.push(0x32, 2, 0x20, 1);
  bytes.push(0x38, 1);
  return Buffer.from(bytes);
}
