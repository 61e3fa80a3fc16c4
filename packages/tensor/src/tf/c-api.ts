/**
 * @file TensorFlow's C API by FFI: the calls that the runtime makes, declared once.
 * Pointers are opaque; statuses are checked by `check` (binding.ts). Source: tensorflow/c/c_api.h and c/eager/c_api.h, 2.21.
 */
import koffi from 'koffi';
import { runtimeLoad } from '../errors.ts';
import { libcPath } from './libc.ts';

export type Pointer = unknown;
export type CApi = ReturnType<typeof openCApi>;

/** Loads the two libraries of the wheel, framework first, with global symbols. Error: E_RUNTIME_LOAD. */
export function openCApi(paths: { readonly framework: string; readonly cc: string }) {
  const load = (path: string) => {
    try {
      return koffi.load(path, { global: true, lazy: true });
    } catch (error) {
      throw runtimeLoad(path, error);
    }
  };
  const memory = koffi.load(libcPath);
  const framework = load(paths.framework);
  const cc = load(paths.cc);
  const f = (signature: string) => {
    const name = /(\w+)\(/.exec(signature)?.[1] as string;
    for (const library of [cc, framework]) {
      try {
        return library.func(signature);
      } catch {
        // defined in the other library
      }
    }
    throw runtimeLoad(paths.cc, new Error(`it has no ${name}`));
  };
  const intoNative = memory.func('void *memcpy(void *to, const uint8_t *from, size_t n)');
  const outOfNative = memory.func('void *memcpy(_Out_ uint8_t *to, const void *from, size_t n)');
  const copyOut = (from: Pointer, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    if (length > 0) outOfNative(bytes, from, length);
    return bytes;
  };
  return {
    version: f('const char *TF_Version()'),
    newStatus: f('void *TF_NewStatus()'),
    code: f('int TF_GetCode(void *s)'),
    message: f('const char *TF_Message(void *s)'),
    newBuffer: f('void *TF_NewBufferFromString(const void *p, size_t n)'),
    emptyBuffer: f('void *TF_NewBuffer()'),
    deleteBuffer: f('void TF_DeleteBuffer(void *b)'),
    // context
    newContextOptions: f('void *TFE_NewContextOptions()'),
    setConfig: f('void TFE_ContextOptionsSetConfig(void *o, const void *p, size_t n, void *s)'),
    deleteContextOptions: f('void TFE_DeleteContextOptions(void *o)'),
    newContext: f('void *TFE_NewContext(void *o, void *s)'),
    deleteContext: f('void TFE_DeleteContext(void *c)'),
    listDevices: f('void *TFE_ContextListDevices(void *c, void *s)'),
    deviceCount: f('int TF_DeviceListCount(void *l)'),
    deviceName: f('const char *TF_DeviceListName(void *l, int i, void *s)'),
    deviceType: f('const char *TF_DeviceListType(void *l, int i, void *s)'),
    deleteDeviceList: f('void TF_DeleteDeviceList(void *l)'),
    // tensors
    allocateTensor: f(
      'void *TF_AllocateTensor(int dtype, const int64_t *dims, int n, size_t bytes)',
    ),
    deleteTensor: f('void TF_DeleteTensor(void *t)'),
    tensorData: f('void *TF_TensorData(void *t)'),
    tensorByteSize: f('size_t TF_TensorByteSize(void *t)'),
    tensorType: f('int TF_TensorType(void *t)'),
    newHandle: f('void *TFE_NewTensorHandle(void *t, void *s)'),
    deleteHandle: f('void TFE_DeleteTensorHandle(void *h)'),
    resolve: f('void *TFE_TensorHandleResolve(void *h, void *s)'),
    handleDims: f('int TFE_TensorHandleNumDims(void *h, void *s)'),
    handleDim: f('int64_t TFE_TensorHandleDim(void *h, int i, void *s)'),
    handleType: f('int TFE_TensorHandleDataType(void *h)'),
    // eager ops
    newOp: f('void *TFE_NewOp(void *c, const char *name, void *s)'),
    deleteOp: f('void TFE_DeleteOp(void *o)'),
    opDevice: f('void TFE_OpSetDevice(void *o, const char *device, void *s)'),
    opInput: f('void TFE_OpAddInput(void *o, void *h, void *s)'),
    opString: f('void TFE_OpSetAttrString(void *o, const char *n, const void *v, size_t l)'),
    opInt: f('void TFE_OpSetAttrInt(void *o, const char *n, int64_t v)'),
    opFloat: f('void TFE_OpSetAttrFloat(void *o, const char *n, float v)'),
    opBool: f('void TFE_OpSetAttrBool(void *o, const char *n, uint8_t v)'),
    opType: f('void TFE_OpSetAttrType(void *o, const char *n, int v)'),
    opShape: f('void TFE_OpSetAttrShape(void *o, const char *n, const int64_t *d, int l, void *s)'),
    opIntList: f('void TFE_OpSetAttrIntList(void *o, const char *n, const int64_t *v, int l)'),
    execute: f('void TFE_Execute(void *o, _Out_ void **r, _Inout_ int *n, void *s)'),
    // graphs
    newGraph: f('void *TF_NewGraph()'),
    deleteGraph: f('void TF_DeleteGraph(void *g)'),
    newOperation: f('void *TF_NewOperation(void *g, const char *type, const char *name)'),
    addInput: f('void TF_AddInput(void *d, TF_Output i)'),
    addInputList: f('void TF_AddInputList(void *d, const TF_Output *i, int n)'),
    addControlInput: f('void TF_AddControlInput(void *d, void *o)'),
    setString: f('void TF_SetAttrString(void *d, const char *n, const void *v, size_t l)'),
    setInt: f('void TF_SetAttrInt(void *d, const char *n, int64_t v)'),
    setFloat: f('void TF_SetAttrFloat(void *d, const char *n, float v)'),
    setBool: f('void TF_SetAttrBool(void *d, const char *n, uint8_t v)'),
    setType: f('void TF_SetAttrType(void *d, const char *n, int v)'),
    setShape: f('void TF_SetAttrShape(void *d, const char *n, const int64_t *v, int l)'),
    setIntList: f('void TF_SetAttrIntList(void *d, const char *n, const int64_t *v, int l)'),
    setTensor: f('void TF_SetAttrTensor(void *d, const char *n, void *t, void *s)'),
    finishOperation: f('void *TF_FinishOperation(void *d, void *s)'),
    outputCount: f('int TF_OperationNumOutputs(void *o)'),
    outputType: f('int TF_OperationOutputType(TF_Output o)'),
    outputRank: f('int TF_GraphGetTensorNumDims(void *g, TF_Output o, void *s)'),
    outputShape: f(
      'void TF_GraphGetTensorShape(void *g, TF_Output o, _Out_ int64_t *d, int n, void *s)',
    ),
    opDef: f('void TF_GraphGetOpDef(void *g, const char *name, void *b, void *s)'),
    copyFunction: f('void TF_GraphCopyFunction(void *g, void *f, void *grad, void *s)'),
    toFunction: f(
      'void *TF_GraphToFunction(void *g, const char *name, uint8_t append, int nops, void *ops, int nin, const TF_Output *in, int nout, const TF_Output *out, void *names, void *opts, const char *desc, void *s)',
    ),
    setFunctionAttr: f(
      'void TF_FunctionSetAttrValueProto(void *f, const char *n, const void *p, size_t l, void *s)',
    ),
    addFunction: f('void TFE_ContextAddFunction(void *c, void *f, void *s)'),
    removeFunction: f('void TFE_ContextRemoveFunction(void *c, const char *n, void *s)'),
    deleteFunction: f('void TF_DeleteFunction(void *f)'),
    /** Bytes into memory of TensorFlow's. Copied by the C library: a view onto foreign memory could outlive it. */
    copyIn: (to: Pointer, bytes: Uint8Array): void => {
      if (bytes.length > 0) intoNative(to, bytes, bytes.length);
    },
    /** Bytes out of memory of TensorFlow's. */
    copyOut,
    /** A TF_Buffer's bytes, copied. */
    bufferBytes: (buffer: Pointer): Uint8Array => {
      const { data, length } = koffi.decode(buffer, bufferStruct) as {
        data: Pointer;
        length: number;
      };
      return copyOut(data, Number(length));
    },
  };
}

// Calls run on a stack of koffi's own, 2 MiB by default, and TensorFlow's compilers with them. 16 MiB is the most it takes.
koffi.config({ sync_stack_size: 16 * 1024 * 1024, sync_heap_size: 16 * 1024 * 1024 });
// koffi's type names are global to the process
koffi.alias('TF_Output', koffi.struct({ oper: 'void *', index: 'int' }));
const bufferStruct = koffi.struct({ data: 'void *', length: 'size_t', deallocator: 'void *' });
