/** @file Golden outputs in small safetensors files: made with DUALBEAT_GOLDEN=write, compared otherwise. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSafetensors, writeSafetensors } from '@dualbeat/nn';
import type { HostArray, Named } from '@dualbeat/core';
import { differing } from './compare.ts';
import { ensure, fail } from './check.ts';

const dtypes = { float32: 'F32', int32: 'I32', bool: 'BOOL' } as const;
const largestFile = 256 * 1024;

/** Where the golden file of a case stands: `golden/<kind>-<id>-<case>.safetensors` in the plugin's folder. */
export function goldenFile(
  of: { readonly kind: string; readonly id: string; readonly caseName: string },
  root: string | null,
  file?: string | URL,
): string {
  if (file instanceof URL) return fileURLToPath(file);
  if (file !== undefined) return file;
  if (root === null) fail('there is no folder for a golden file', 'give `golden.file`');
  const name = `${of.kind}-${of.id}-${of.caseName}`.replace(/[^a-z0-9.-]+/gi, '_');
  return join(root, 'golden', `${name}.safetensors`);
}

/** Compares with the file within `tolerance` of the largest value; with DUALBEAT_GOLDEN=write it makes the file. */
export function compareGolden(
  file: string,
  outputs: Named<HostArray>,
  dtypeOf: (array: HostArray) => keyof typeof dtypes,
  tolerance: number,
): void {
  if (process.env['DUALBEAT_GOLDEN'] === 'write') return writeGolden(file, outputs, dtypeOf);
  ensure(
    existsSync(file),
    'there is no golden file',
    'look at the outputs, then make it with DUALBEAT_GOLDEN=write',
  );
  const { tensors } = readSafetensors(readFileSync(file), { where: file });
  const names = (named: object) => Object.keys(named).sort().join(', ');
  ensure(
    names(tensors) === names(outputs),
    `the golden file has ${names(tensors)}, the outputs are ${names(outputs)}`,
    'if that is meant, make the file again with DUALBEAT_GOLDEN=write',
  );
  const wrong = differing(outputs, tensors as Named<HostArray>, tolerance);
  ensure(
    wrong === undefined,
    `${wrong} from the golden file (tolerance ${tolerance})`,
    'if that is meant, make the file again with DUALBEAT_GOLDEN=write and say why',
  );
}

function writeGolden(
  file: string,
  outputs: Named<HostArray>,
  dtypeOf: (array: HostArray) => keyof typeof dtypes,
): void {
  const tensors = Object.entries(outputs).map(
    ([name, one]) =>
      [name, { dtype: dtypes[dtypeOf(one)], shape: one.shape, data: one.data }] as const,
  );
  const bytes = writeSafetensors(Object.fromEntries(tensors));
  ensure(
    bytes.length <= largestFile,
    `the golden file would have ${bytes.length} bytes`,
    'give the case smaller shapes',
  );
  mkdirSync(dirname(file), { recursive: true });
  const handle = openSync(`${file}.tmp`, 'w');
  writeSync(handle, bytes);
  closeSync(handle);
  renameSync(`${file}.tmp`, file);
}
