/** @file TensorFlow's dtype and attribute numbers, and tfjs' names for them. */

export const TF = {
  FLOAT: 1,
  DOUBLE: 2,
  INT32: 3,
  UINT8: 4,
  STRING: 7,
  COMPLEX64: 8,
  INT64: 9,
  BOOL: 10,
  BFLOAT16: 14,
  HALF: 19,
  RESOURCE: 20,
  UINT32: 22,
  UINT64: 23,
} as const;
export const ATTR = { STRING: 0, INT: 1, FLOAT: 2, BOOL: 3, TYPE: 4, SHAPE: 5, TENSOR: 6 } as const;

const bytes: Record<number, number> = {
  1: 4,
  2: 8,
  3: 4,
  4: 1,
  8: 8,
  9: 8,
  10: 1,
  14: 2,
  19: 2,
  22: 4,
  23: 8,
};
const names: Record<number, string> = {
  1: 'float32',
  2: 'float64',
  3: 'int32',
  4: 'uint8',
  7: 'string',
  8: 'complex64',
  9: 'int64',
  10: 'bool',
  14: 'bfloat16',
  19: 'float16',
  20: 'resource',
  22: 'uint32',
  23: 'uint64',
};

export const bytesOf = (dtype: number): number => bytes[dtype] ?? 0;
export const dtypeName = (dtype: number): string => names[dtype] ?? `dtype ${dtype}`;
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
/** 'float32[8,600,576]', as errors and traces show a tensor. */
export const showTensor = (t: { readonly dtype: number; readonly shape: readonly number[] }) =>
  `${dtypeName(t.dtype)}[${t.shape.join(',')}]`;
