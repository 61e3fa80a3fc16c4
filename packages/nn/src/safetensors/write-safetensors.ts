/** @file Writing safetensors: the same tensors give the same bytes. */
import type { Named } from '@dualbeat/core';
import * as errors from './errors.ts';
import { isSafeDtype, itemBytes, safeArrays, type SafeTensorInput } from './safe-tensor.ts';

type Placed = { readonly name: string; readonly tensor: SafeTensorInput; readonly begin: number };

/**
 * The bytes of a safetensors file. Header keys are sorted by name; the data lie by item size, largest first, then by name, so
 * that every tensor is aligned (the reference implementation sorts so too). The data begin at a multiple of 8 bytes.
 * Errors: E_SAFETENSORS_NAME, _DTYPE, _DATA.
 * @example writeSafetensors({ 'head/bias': { dtype: 'F32', shape: [2], data: new Float32Array(2) } });
 */
export function writeSafetensors(
  tensors: Named<SafeTensorInput>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = Object.keys(tensors).sort();
  for (const name of names) check(name, tensors[name] as SafeTensorInput);
  const placed = place(names, tensors);
  const header = headerOf(placed, metadata);
  const start = 8 + header.length;
  const last = placed.at(-1);
  const bytes = new Uint8Array(
    start + (last === undefined ? 0 : last.begin + bytesOf(last.tensor).length),
  );
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  for (const { tensor, begin } of placed) bytes.set(bytesOf(tensor), start + begin);
  return bytes;
}

function place(sorted: readonly string[], tensors: Named<SafeTensorInput>): Placed[] {
  let begin = 0;
  return sorted
    .map((name) => ({ name, tensor: tensors[name] as SafeTensorInput }))
    .sort((a, b) => itemBytes(b.tensor.dtype) - itemBytes(a.tensor.dtype)) // stable: names stay sorted
    .map(({ name, tensor }) => {
      const placed = { name, tensor, begin };
      begin += bytesOf(tensor).length;
      return placed;
    });
}

/** JSON, filled up with spaces to a multiple of 8 bytes. */
function headerOf(
  placed: readonly Placed[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries: string[] = [];
  const texts = Object.keys(metadata).sort();
  for (const key of texts) checkName(key);
  if (texts.length > 0) {
    const pairs = texts.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`);
    entries.push(`"__metadata__":{${pairs.join(',')}}`);
  }
  // Written by hand: JSON.stringify of a record would move keys like "0" to the front.
  for (const { name, tensor, begin } of [...placed].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const { dtype, shape } = tensor;
    const data_offsets = [begin, begin + bytesOf(tensor).length];
    entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets })}`);
  }
  const json = new TextEncoder().encode(`{${entries.join(',')}}`);
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  return padded;
}

function check(name: string, { dtype, shape, data }: SafeTensorInput): void {
  checkName(name);
  if (!isSafeDtype(dtype)) {
    throw errors.badDtype(name, String(dtype), Object.keys(safeArrays).join(', '));
  }
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw errors.badData(name, `the shape [${shape.join(', ')}] has an extent that is no count`);
  }
  const kind = safeArrays[dtype];
  if (!(data instanceof kind) && !(data instanceof Uint8Array)) {
    throw errors.badData(
      name,
      `${dtype} is given as ${data.constructor.name}, not as ${kind.name}`,
    );
  }
  const need = shape.reduce((size, extent) => size * extent, itemBytes(dtype));
  if (data.byteLength !== need) {
    const want = `[${shape.join(', ')}] of ${dtype} takes ${need} bytes`;
    throw errors.badData(name, `${want}, it has ${data.byteLength}`);
  }
}

function checkName(name: string): void {
  const unpaired = /\p{Surrogate}/u.test(name);
  if (name === '__metadata__' || name === '__proto__' || unpaired) throw errors.badName(name);
}

function bytesOf({ data }: SafeTensorInput): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
