/**
 * @file The object that tfjs' native kernel layer expects (TFJSBinding), over the C API. While a tracer is set, ops are recorded
 * instead of executed; everything above it, autodiff included, is the same in both modes.
 */
import { outOfMemory, tensorOp, traceEscaped, traceRead } from '../errors.ts';
import { eagerSetters, fromKernel, setAttributes, type Attributes } from './attributes.ts';
import type { Pointer } from './c-api.ts';
import { ATTR, bytesOf, showTensor, sizeOf, TF } from './dtypes.ts';
import type { Tf } from './tf-library.ts';
import type { TensorType, Trace } from './trace.ts';
import { TRACE_IDS, type Tracer } from './tracer.ts';

export type Made = { readonly id: number; readonly shape: number[]; readonly dtype: number };
type KernelAttribute = { name: string; type: number; value: unknown };
type Values = Float32Array | Int32Array | Uint8Array;

export type Binding = ReturnType<typeof makeBinding>;

export function makeBinding(tf: Tf, usesGpu: boolean) {
  const { c, status } = tf;
  const handles = new Map<number, Pointer>();
  /** Tensors that live in a variable: id -> resource handle; `handles` caches what was read of them. */
  const variables = new Map<number, Pointer>();
  const variableTypes = new Map<number, number>();
  const setters = eagerSetters(c, status);
  let nextId = 1;
  let tracer: Tracer | null = null;

  const handleOf = (id: number): Pointer => {
    const handle = handles.get(id) ?? readVariable(id);
    if (handle === undefined)
      throw id >= TRACE_IDS ? traceEscaped() : new Error(`tensor ${id} is gone`);
    return handle;
  };
  const readVariable = (id: number): Pointer | undefined => {
    const variable = variables.get(id);
    if (variable === undefined) return undefined;
    const dtype = variableTypes.get(id) as number;
    const [value] = execute(
      'ReadVariableOp',
      { dtype: { kind: 'type', value: dtype } },
      [variable],
      1,
    );
    handles.set(id, value);
    return value;
  };
  const adopt = (handle: Pointer): number => {
    handles.set(nextId, handle);
    return nextId++;
  };
  const typeOfHandle = (handle: Pointer): { shape: number[]; dtype: number } => {
    const rank = c.handleDims(handle, status) as number;
    tf.check();
    const shape = Array.from({ length: rank }, (_, i) => Number(c.handleDim(handle, i, status)));
    return { shape, dtype: c.handleType(handle) as number };
  };
  const fail = (op: string, inputs: readonly Pointer[], error: unknown) => {
    const shapes = inputs.map((h) => showTensor(typeOfHandle(h)));
    const message = (error as Error).message.split('\n')[0] as string;
    const make = /OOM|out of memory|RESOURCE_EXHAUSTED|failed to allocate/i.test(message)
      ? outOfMemory
      : tensorOp;
    return make(op, shapes, message.replace(/\.$/, ''));
  };

  /** Runs op `name` on handles; the caller owns the results. */
  function execute(
    name: string,
    attributes: Attributes,
    inputs: readonly Pointer[],
    count: number,
  ): Pointer[] {
    const op = c.newOp(tf.context, name, status);
    try {
      tf.check();
      setAttributes(op, attributes, setters);
      for (const input of inputs) c.opInput(op, input, status);
      tf.check();
      const results: Pointer[] = Array.from({ length: count }, () => null);
      const n = [count];
      c.execute(op, results, n, status);
      if (c.code(status) !== 0) {
        const error = new Error(c.message(status) as string);
        throw fail(name, inputs, error);
      }
      return results.slice(0, n[0]);
    } finally {
      c.deleteOp(op);
    }
  }

  const binding = {
    TensorMetadata: class {},
    TFEOpAttr: class {},
    TF_FLOAT: TF.FLOAT,
    TF_INT32: TF.INT32,
    TF_INT64: TF.INT64,
    TF_BOOL: TF.BOOL,
    TF_COMPLEX64: TF.COMPLEX64,
    TF_STRING: TF.STRING,
    TF_RESOURCE: TF.RESOURCE,
    TF_UINT8: TF.UINT8,
    TF_ATTR_STRING: ATTR.STRING,
    TF_ATTR_INT: ATTR.INT,
    TF_ATTR_FLOAT: ATTR.FLOAT,
    TF_ATTR_BOOL: ATTR.BOOL,
    TF_ATTR_TYPE: ATTR.TYPE,
    TF_ATTR_SHAPE: ATTR.SHAPE,
    TF_ATTR_RESOURCE: 7,
    TF_Version: tf.version,
    isUsingGpuDevice: () => usesGpu,
    getNumOfTensors: () =>
      handles.size + [...variables.keys()].filter((id) => !handles.has(id)).length,
    getNumOfSavedModels: () => 0,

    createTensor(shape: number[], dtype: number, values: Values | number[]): number {
      const type = { dtype, shape };
      const bytes = bytesFrom(values, dtype, sizeOf(shape));
      if (tracer !== null) return tracer.constant(type, bytes.slice());
      return adopt(binding.upload(type, bytes));
    },
    upload(type: TensorType, bytes: Uint8Array): Pointer {
      const tensor = tf.tensor(type, bytes);
      const handle = c.newHandle(tensor, status);
      c.deleteTensor(tensor);
      tf.check();
      return handle;
    },
    deleteTensor(id: number): void {
      // neither is there for a traced value or one consumed by a donation
      for (const map of [handles, variables]) {
        const handle = map.get(id);
        if (handle !== undefined) c.deleteHandle(handle);
        map.delete(id);
      }
      variableTypes.delete(id);
    },
    /** Takes the tensor out of `id` into a variable, which the caller owns; a shared tensor keeps its value too. */
    toVariable(id: number, type: TensorType, shared: boolean): Pointer {
      const own = variables.get(id);
      if (own !== undefined && !shared) {
        variables.delete(id);
        binding.deleteTensor(id); // what was read of it
        return own;
      }
      const dtype = { kind: 'type', value: type.dtype } as const;
      // this name makes it anonymous: it goes with its last handle
      const name = { kind: 'string', value: 'cd2c89b7-88b7-44c8-ad83-06c2a9158347' } as const;
      const [variable] = execute(
        'VarHandleOp',
        { dtype, shape: { kind: 'shape', value: type.shape }, shared_name: name },
        [],
        1,
      );
      execute('AssignVariableOp', { dtype }, [variable, handleOf(id)], 0);
      return variable;
    },
    adoptVariable(variable: Pointer, dtype: number): number {
      variables.set(nextId, variable);
      variableTypes.set(nextId, dtype);
      return nextId++;
    },
    tensorDataSync(id: number): Values {
      if (id >= TRACE_IDS) {
        const known = tracer?.constantValue(id);
        if (known !== undefined) return known;
        throw tracer?.owns(id) === true ? traceRead(tracer.opOf(id)) : traceEscaped();
      }
      const handle = handleOf(id);
      const tensor = c.resolve(handle, status);
      try {
        tf.check();
        const bytes = c.copyOut(c.tensorData(tensor), Number(c.tensorByteSize(tensor)));
        const dtype = c.tensorType(tensor) as number;
        if (dtype === TF.FLOAT) return new Float32Array(bytes.buffer);
        if (dtype === TF.BOOL || dtype === TF.UINT8) return bytes;
        return new Int32Array(bytes.buffer);
      } finally {
        if (tensor !== null) c.deleteTensor(tensor);
      }
    },
    executeOp(name: string, list: KernelAttribute[], ids: number[], count: number): Made[] {
      return binding.run(name, fromKernel(list), ids, count);
    },
    /** executeOp with attributes as data. */
    run(name: string, attributes: Attributes, ids: readonly number[], count: number): Made[] {
      if (tracer !== null) {
        const t = tracer;
        const from = ids.map((id) => (t.owns(id) ? id : binding.capture(id)));
        return t.record(name, attributes, from, count).map((o) => ({ ...o, shape: [...o.shape] }));
      }
      const results = execute(name, attributes, ids.map(handleOf), count);
      return results.map((handle) => ({ id: adopt(handle), ...typeOfHandle(handle) }));
    },
    /** A call of `body`, which has one result; in a trace only. */
    call(body: Trace, ids: readonly number[]): Made {
      const t = tracer as Tracer;
      const from = ids.map((id) => (t.owns(id) ? id : binding.capture(id)));
      const made = t.call(body, from);
      return { ...made, shape: [...made.shape] };
    },
    /** An eager tensor used inside a trace: its value becomes a constant of the graph. */
    capture(id: number): number {
      const captured = (tracer as Tracer).captures.get(id);
      if (captured !== undefined) return captured;
      const handle = handleOf(id);
      const tensor = c.resolve(handle, status);
      tf.check();
      const bytes = c.copyOut(c.tensorData(tensor), Number(c.tensorByteSize(tensor)));
      c.deleteTensor(tensor);
      const made = (tracer as Tracer).constant(typeOfHandle(handle), bytes);
      (tracer as Tracer).captures.set(id, made);
      return made;
    },
    setTracer(next: Tracer | null): void {
      tracer = next;
    },
    isTracing: () => tracer !== null,
    release: (handle: Pointer): void => c.deleteHandle(handle),
    execute,
    handleOf,
    adopt,
    loadSavedModel: unsupported,
    deleteSavedModel: unsupported,
    runSavedModel: unsupported,
  };
  return binding;
}

function unsupported(): never {
  throw tensorOp('SavedModel', [], 'saved models are not supported');
}

function bytesFrom(values: Values | number[], dtype: number, count: number): Uint8Array {
  if (ArrayBuffer.isView(values)) {
    const fits = values.byteLength === count * bytesOf(dtype);
    if (fits) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
  const array = dtype === TF.FLOAT ? Float32Array : dtype === TF.BOOL ? Uint8Array : Int32Array;
  const typed = array.from(values as ArrayLike<number>);
  return new Uint8Array(typed.buffer);
}
