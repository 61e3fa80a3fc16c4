/** @file Types and item sizes of safetensors. */

/** Typed array per dtype; 16-bit floats are given as their bits. Little-endian, as every machine that Node runs on. */
export const safeArrays = {
  F32: Float32Array,
  I32: Int32Array,
  BOOL: Uint8Array,
  F64: Float64Array,
  I64: BigInt64Array,
  BF16: Uint16Array,
  F16: Uint16Array,
} as const;

export type SafeDtype = keyof typeof safeArrays;
/** A tensor to write: `data` is the typed array of the dtype, or its bytes as a Uint8Array. */
export type SafeTensorInput = {
  readonly dtype: SafeDtype;
  readonly shape: readonly number[];
  readonly data: ArrayBufferView;
};
export type SafeTensor = {
  [D in SafeDtype]: {
    readonly dtype: D;
    readonly shape: readonly number[];
    readonly data: InstanceType<(typeof safeArrays)[D]>;
  };
}[SafeDtype];

export function isSafeDtype(name: string): name is SafeDtype {
  return Object.hasOwn(safeArrays, name);
}

export function itemBytes(dtype: SafeDtype): number {
  return safeArrays[dtype].BYTES_PER_ELEMENT;
}
