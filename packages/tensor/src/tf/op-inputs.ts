/** @file Which inputs of a TensorFlow op are lists: read from its OpDef (a graph node must be given them as lists). */
import type { CApi, Pointer } from './c-api.ts';

export type InputArg = {
  readonly name: string;
  readonly list: 'one' | { readonly countAttr: string } | { readonly typesAttr: string };
};

/** The input arguments of `op`, in order; the caller checks `status`. */
export function readInputArgs(c: CApi, graph: Pointer, op: string, status: Pointer): InputArg[] {
  const buffer = c.emptyBuffer();
  try {
    c.opDef(graph, op, buffer, status);
    if (c.code(status) !== 0) return [];
    return fields(c.bufferBytes(buffer))
      .filter((f) => f.number === 2)
      .map((f) => inputArg(f.bytes as Uint8Array));
  } finally {
    c.deleteBuffer(buffer);
  }
}

// OpDef.ArgDef: name 1, number_attr 5, type_list_attr 6
function inputArg(bytes: Uint8Array): InputArg {
  const text = (n: number) => {
    const field = fields(bytes).find((f) => f.number === n);
    return field?.bytes === undefined ? '' : new TextDecoder().decode(field.bytes);
  };
  const [name, countAttr, typesAttr] = [text(1), text(5), text(6)];
  if (countAttr) return { name, list: { countAttr } };
  if (typesAttr) return { name, list: { typesAttr } };
  return { name, list: 'one' };
}

/** The top-level fields of a protobuf message; the bytes of length-delimited ones. */
function fields(b: Uint8Array): { number: number; bytes?: Uint8Array }[] {
  const out: { number: number; bytes?: Uint8Array }[] = [];
  let i = 0;
  const varint = () => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = b[i++] as number;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (i < b.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wire = tag & 7;
    if (wire === 2) {
      const length = varint();
      out.push({ number, bytes: b.subarray(i, i + length) });
      i += length;
    } else {
      if (wire === 0) varint();
      else i += wire === 1 ? 8 : 4;
      out.push({ number });
    }
  }
  return out;
}
