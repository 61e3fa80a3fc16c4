/** @file One attribute of an op, as plain data, and setting it on an eager op or a graph node. */
import type { CApi, Pointer } from './c-api.ts';
import { ATTR } from './dtypes.ts';

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'type'; readonly value: number }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string };
export type Attributes = { readonly [name: string]: Attribute };

/** The attributes of a tfjs kernel call. tfjs passes lists of integers under the type INT. */
export function fromKernel(
  list: readonly { name: string; type: number; value: unknown }[],
): Attributes {
  const out: Record<string, Attribute> = {};
  for (const { name, type, value } of list) out[name] = convert(type, value);
  return out;
}

function convert(type: number, value: unknown): Attribute {
  switch (type) {
    case ATTR.INT:
      return Array.isArray(value)
        ? { kind: 'ints', value: value.map(Number) }
        : { kind: 'int', value: Number(value) };
    case ATTR.FLOAT:
      return { kind: 'float', value: Number(value) };
    case ATTR.BOOL:
      return { kind: 'bool', value: Boolean(value) };
    case ATTR.TYPE:
      return { kind: 'type', value: Number(value) };
    case ATTR.SHAPE:
      return { kind: 'shape', value: (value as number[]).map(Number) };
    default:
      return { kind: 'string', value: String(value) };
  }
}

type Setters = {
  int: (p: Pointer, n: string, v: number) => void;
  ints: (p: Pointer, n: string, v: readonly number[]) => void;
  float: (p: Pointer, n: string, v: number) => void;
  bool: (p: Pointer, n: string, v: boolean) => void;
  type: (p: Pointer, n: string, v: number) => void;
  shape: (p: Pointer, n: string, v: readonly number[]) => void;
  string: (p: Pointer, n: string, v: string) => void;
};

export function eagerSetters(c: CApi, status: Pointer): Setters {
  return {
    int: (p, n, v) => c.opInt(p, n, v),
    ints: (p, n, v) => c.opIntList(p, n, [...v], v.length),
    float: (p, n, v) => c.opFloat(p, n, v),
    bool: (p, n, v) => c.opBool(p, n, v ? 1 : 0),
    type: (p, n, v) => c.opType(p, n, v),
    shape: (p, n, v) => c.opShape(p, n, [...v], v.length, status),
    string: (p, n, v) => c.opString(p, n, Buffer.from(v), Buffer.byteLength(v)),
  };
}

export function graphSetters(c: CApi): Setters {
  return {
    int: (p, n, v) => c.setInt(p, n, v),
    ints: (p, n, v) => c.setIntList(p, n, [...v], v.length),
    float: (p, n, v) => c.setFloat(p, n, v),
    bool: (p, n, v) => c.setBool(p, n, v ? 1 : 0),
    type: (p, n, v) => c.setType(p, n, v),
    shape: (p, n, v) => c.setShape(p, n, [...v], v.length),
    string: (p, n, v) => c.setString(p, n, Buffer.from(v), Buffer.byteLength(v)),
  };
}

export function setAttributes(target: Pointer, attributes: Attributes, setters: Setters): void {
  for (const [name, a] of Object.entries(attributes)) {
    (setters[a.kind] as (p: Pointer, n: string, v: unknown) => void)(target, name, a.value);
  }
}
