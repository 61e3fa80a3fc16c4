/** @file Reading safetensors: every byte is accounted for, or the file is refused. */
import type { Named } from '@dualbeat/core';
import * as errors from './errors.ts';
import { parseHeader, type HeaderEntry } from './parse-header.ts';
import { isSafeDtype, itemBytes, safeArrays, type SafeTensor } from './safe-tensor.ts';

export type SafetensorsFile = {
  readonly tensors: Named<SafeTensor>;
  readonly metadata: Named<string>;
};
export type SafetensorsLimits = {
  /** 100 MB, as the reference implementation. */
  readonly headerBytes?: number;
  readonly tensors?: number;
  readonly rank?: number;
  /** File name for error messages. */
  readonly where?: string;
};

/**
 * Reads a safetensors file (format 0.x of huggingface/safetensors: 8 bytes little-endian header length, JSON header, data).
 * The arrays are views of `bytes` where they are aligned, else copies: treat both as read-only.
 * Errors: E_SAFETENSORS_TRUNCATED, _HEADER_SIZE, _HEADER, _DUPLICATE, _NAME, _DTYPE, _SHAPE, _OFFSETS, _TRAILING, _LIMIT.
 */
export function readSafetensors(
  bytes: Uint8Array,
  limits: SafetensorsLimits = {},
): SafetensorsFile {
  const { headerBytes = 100_000_000, tensors = 100_000, rank = 32, where } = limits;
  if (bytes.length < 8) throw errors.truncated(8, bytes.length, where);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(headerBytes)) throw errors.headerTooLarge(length, headerBytes, where);
  const start = 8 + Number(length);
  if (start > bytes.length) throw errors.truncated(start, bytes.length, where);

  const header = parseHeader(textOf(bytes.subarray(8, start), where), { tensors, rank }, where);
  const data = bytes.subarray(start);
  const order = [...header.tensors].sort(([, a], [, b]) => byOffsets(a, b));
  let end = 0;
  for (const [name, entry] of order) {
    checkEntry(name, entry, end, where);
    end = entry.data_offsets[1];
    if (end > data.length) throw errors.truncated(start + end, bytes.length, where);
  }
  if (end < data.length) throw errors.trailingBytes(data.length - end, where);
  return {
    tensors: Object.fromEntries(
      [...header.tensors].map(([n, entry]) => [n, tensorOf(entry, data)]),
    ),
    metadata: Object.fromEntries(header.metadata),
  };
}

function textOf(bytes: Uint8Array, where: string | undefined): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw errors.badHeader('it is not UTF-8', where);
  }
}

function byOffsets(a: HeaderEntry, b: HeaderEntry): number {
  return a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1];
}

/** dtype, size and place of one tensor; `expected` is where the one before it ends. */
function checkEntry(name: string, entry: HeaderEntry, expected: number, where?: string): void {
  const { dtype, shape } = entry;
  const [begin, end] = entry.data_offsets;
  if (!isSafeDtype(dtype)) {
    throw errors.badDtype(name, dtype, Object.keys(safeArrays).join(', '), where);
  }
  let size = itemBytes(dtype);
  for (const extent of shape) {
    size *= extent;
    if (!Number.isSafeInteger(size)) throw errors.badShape(name, 'it is too large', where);
  }
  if (end < begin)
    throw errors.badOffsets(name, `they end (${end}) before they begin (${begin})`, where);
  if (end - begin !== size) {
    const said = `[${shape.join(', ')}] of ${dtype} takes ${size} bytes, the offsets give ${end - begin}`;
    throw errors.badShape(name, said, where);
  }
  if (begin !== expected) {
    const how = begin < expected ? 'overlap the tensor before' : 'leave a gap';
    throw errors.badOffsets(
      name,
      `they begin at ${begin} and ${how}, which ends at ${expected}`,
      where,
    );
  }
}

function tensorOf(entry: HeaderEntry, data: Uint8Array): SafeTensor {
  const [begin, end] = entry.data_offsets;
  const dtype = entry.dtype as SafeTensor['dtype']; // checked
  const part = data.subarray(begin, end);
  const size = itemBytes(dtype);
  const aligned = part.byteOffset % size === 0 ? part : Uint8Array.from(part);
  const buffer = aligned.buffer as ArrayBuffer; // of shared memory, too: only read
  const values = new safeArrays[dtype](buffer, aligned.byteOffset, part.length / size);
  return { dtype, shape: entry.shape, data: values } as SafeTensor;
}
