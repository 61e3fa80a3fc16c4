/** @file Bounded decompression of gzip. */
import * as errors from '../errors.ts';
import { MAX_INFLATED_BYTES } from '../limits.ts';

/** Errors: E_CMR_LIMIT, E_CMR_DAMAGED. */
export async function gunzip(
  bytes: Uint8Array,
  where: string,
  most = MAX_INFLATED_BYTES,
): Promise<Uint8Array> {
  const [zlib, { promisify }] = await Promise.all([import('node:zlib'), import('node:util')]);
  try {
    return await promisify(zlib.gunzip as Gunzip)(bytes, { maxOutputLength: most });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw errors.limit(where, `more than ${most} bytes after decompression`, `${most} bytes`);
    }
    throw errors.damaged(where, 'gzip', 'it cannot be decompressed', error);
  }
}
type Gunzip = (
  bytes: Uint8Array,
  options: { readonly maxOutputLength: number },
  done: (error: Error | null, result: Uint8Array) => void,
) => void;
