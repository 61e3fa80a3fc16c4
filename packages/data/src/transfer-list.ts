/** @file What of a batch moves to another thread without a copy. */
import type { HostArray, HostMasked, Named } from '@dualbeat/core';
import type { LoadedRows } from './batch-source.ts';

type Numbers = HostArray['data'];

/**
 * `loaded` with every array owning its memory, and the list of that memory to transfer. An array that is a part of a larger
 * buffer (a Buffer from the pool, a slice of a cache) is copied: to move it would take its neighbours away from the source.
 */
export function transferable(loaded: LoadedRows): { rows: LoadedRows; transfer: ArrayBuffer[] } {
  const transfer = new Set<ArrayBuffer>();
  const own = <T extends Numbers>(data: T): T => {
    const whole = data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength;
    const owned = whole ? data : (data.slice() as T);
    // slice() of a Buffer gives a view, not a copy; take its bytes.
    const sole =
      owned.byteLength === owned.buffer.byteLength ? owned : (Uint8Array.from(owned) as T);
    transfer.add(sole.buffer as ArrayBuffer);
    return sole;
  };
  const ownArray = ({ shape, data }: HostArray): HostArray => ({ shape, data: own(data) });
  const ownAll = (named: Named<HostMasked>): Named<HostMasked> =>
    Object.fromEntries(
      Object.entries(named).map(([name, { values, present }]) => {
        return [name, { values: ownArray(values), present: ownArray(present) }];
      }),
    );
  const rows = {
    ...loaded,
    views: ownAll(loaded.views),
    targets: ownAll(loaded.targets),
    subject: own(loaded.subject),
  };
  return { rows, transfer: [...transfer] };
}
