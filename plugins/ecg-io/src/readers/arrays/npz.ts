/** @file Archives of numpy arrays: .npz, with the sizes of the archive's members bounded before and while they are unpacked. */
import * as errors from '../common/errors.ts';
import { defineReader } from '../common/define-reader.ts';
import { MAX_FILE_BYTES } from '../common/limits.ts';
import { arrayRecording, chooseArray } from './array-recording.ts';
import type { FoundArray } from './array-recording.ts';
import { isNpy, parseNpy } from './npy-array.ts';
import { arrayOptions } from './options.ts';

const MAX_MEMBERS = 256;
const END_BYTES = 22;
const END_SIGNATURE = 0x06054b50;
const MAX_COMMENT = 65_535;
/** Deflate cannot do better; a member that says more is wrong. */
const MAX_INFLATION = 1032;

export const npz = defineReader({
  id: 'npz',
  format: 'npz',
  options: arrayOptions,
  recognises: (head, name) =>
    /\.npz$/i.test(name) && head[0] === 0x50 && head[1] === 0x4b && head[2] === 3,
  decode: async (bytes, where, options) => {
    const arrays = await arraysOf(bytes, where, options.array);
    const name = chooseArray(
      [...arrays.keys()],
      (each) => arrays.get(each)?.shape.length === 2,
      where,
      options.array,
    );
    return arrayRecording(arrays.get(name) as FoundArray, 'npz', where, options);
  },
});

/** Errors: E_ECG_ARCHIVE (too large, unsafe names), E_ECG_DAMAGED. */
async function arraysOf(
  bytes: Uint8Array,
  where: string,
  wanted: string | undefined,
): Promise<Map<string, FoundArray>> {
  checkMembers(bytes, where);
  const { unzipSync } = await import('fflate');
  let [total, members] = [0, 0];
  const files = unzipSync(bytes, {
    filter: ({ name, size, originalSize, compression }) => {
      if (++members > MAX_MEMBERS)
        throw errors.archiveRefused(where, `it has more than ${MAX_MEMBERS} members`);
      // eslint-disable-next-line no-control-regex
      if (!/^[^/\\:\u0000-\u001f]{1,200}$/.test(name) || name.includes('..')) {
        throw errors.archiveRefused(where, 'a member has a path as its name');
      }
      const isDeflated = compression === 8;
      if (originalSize > (isDeflated ? MAX_INFLATION * size + 64 : size)) {
        throw errors.archiveRefused(
          where,
          'a member says that it is larger than its bytes can give',
        );
      }
      if (!name.endsWith('.npy') || (wanted !== undefined && name !== `${wanted}.npy`))
        return false;
      total += originalSize;
      if (total > MAX_FILE_BYTES) {
        throw errors.archiveRefused(where, `its members have more than ${MAX_FILE_BYTES} bytes`);
      }
      return true;
    },
  });
  const arrays = new Map<string, FoundArray>();
  for (const [name, content] of Object.entries(files)) {
    if (isNpy(content)) arrays.set(name.slice(0, -'.npy'.length), parseNpy(content, where));
  }
  return arrays;
}

/** The archive's own count, since it would be worked through: at most 256, and no 64-bit forms. */
function checkMembers(bytes: Uint8Array, where: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (
    let at = bytes.length - END_BYTES;
    at >= Math.max(0, bytes.length - END_BYTES - MAX_COMMENT);
    at--
  ) {
    if (view.getUint32(at, true) !== END_SIGNATURE) continue;
    const count = view.getUint16(at + 10, true);
    if (count > MAX_MEMBERS) throw errors.archiveRefused(where, `it has ${count} members`);
    if (view.getUint32(at + 16, true) >= bytes.length) {
      throw errors.archiveRefused(where, 'its table of members lies outside the file');
    }
    return;
  }
  throw errors.damaged(where, 'npz', 'it has no table of members');
}
