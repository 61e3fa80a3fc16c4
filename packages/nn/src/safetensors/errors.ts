/** @file Coded errors of safetensors: one function per failure; `where` is the file or the tensor. */
import { DualbeatError } from '@dualbeat/core';

const damaged = 'this is no safetensors file, or it is damaged: copy or make it again.';

function refused(code: string, cause: string, fix: string, where?: string): DualbeatError {
  return new DualbeatError({ code, cause, fix, ...(where === undefined ? {} : { where }) });
}

export function truncated(need: number, have: number, where?: string): DualbeatError {
  const cause = `it ends early: it has ${have} bytes and needs at least ${need}.`;
  return refused('E_SAFETENSORS_TRUNCATED', cause, damaged, where);
}

export function headerTooLarge(
  bytes: number | bigint,
  limit: number,
  where?: string,
): DualbeatError {
  const cause = `its header says that it is ${bytes} bytes long, the limit is ${limit}.`;
  return refused('E_SAFETENSORS_HEADER_SIZE', cause, damaged, where);
}

export function badHeader(why: string, where?: string): DualbeatError {
  return refused('E_SAFETENSORS_HEADER', `its header is refused: ${why}.`, damaged, where);
}

export function duplicateKey(key: string, where?: string): DualbeatError {
  const cause = `its header has the key ${JSON.stringify(key)} twice.`;
  return refused('E_SAFETENSORS_DUPLICATE', cause, damaged, where);
}

export function badName(name: string, where?: string): DualbeatError {
  return refused(
    'E_SAFETENSORS_NAME',
    `${JSON.stringify(name)} is no name for a tensor or an entry.`,
    'use another name.',
    where,
  );
}

export function badDtype(
  name: string,
  dtype: string,
  known: string,
  where?: string,
): DualbeatError {
  return refused(
    'E_SAFETENSORS_DTYPE',
    `the tensor "${name}" has the dtype ${JSON.stringify(dtype)}.`,
    `save it again as one of ${known}.`,
    where,
  );
}

export function badShape(name: string, why: string, where?: string): DualbeatError {
  const cause = `the shape of the tensor "${name}" is refused: ${why}.`;
  return refused('E_SAFETENSORS_SHAPE', cause, damaged, where);
}

export function badOffsets(name: string, why: string, where?: string): DualbeatError {
  const cause = `the data offsets of the tensor "${name}" are refused: ${why}.`;
  return refused('E_SAFETENSORS_OFFSETS', cause, damaged, where);
}

export function trailingBytes(bytes: number, where?: string): DualbeatError {
  const cause = `${bytes} bytes after the data of the last tensor belong to none.`;
  return refused('E_SAFETENSORS_TRAILING', cause, damaged, where);
}

export function tooMany(what: string, count: number, limit: number, where?: string): DualbeatError {
  return refused(
    'E_SAFETENSORS_LIMIT',
    `it has ${count} ${what}, the limit is ${limit}.`,
    'raise the limit if you trust this file.',
    where,
  );
}

export function badData(name: string, why: string): DualbeatError {
  return refused(
    'E_SAFETENSORS_DATA',
    `the data of the tensor "${name}" cannot be written: ${why}.`,
    'give the typed array of its dtype with as many elements as its shape says.',
  );
}
